"""Ticket code (票码): a code of an uploaded list, as of a cinema or a park."""

from flask_babel import lazy_gettext as _

from app.benefits.vouchers.kinds.kind import Kind

KIND = Kind("ticket_code", _("Ticket code"), has_codes=True)

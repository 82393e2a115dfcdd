"""Cake voucher (蛋糕券): picked up in a shop on a day that the member chooses."""

from flask_babel import lazy_gettext as _

from app.benefits.vouchers.kinds.kind import Kind

KIND = Kind("cake", _("Cake voucher"), is_picked_up=True)

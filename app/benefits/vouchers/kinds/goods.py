"""Exchange voucher (兑换券): the goods it names, handed out for it."""

from flask_babel import lazy_gettext as _

from app.benefits.vouchers.kinds.kind import Kind

KIND = Kind("goods", _("Exchange voucher"))

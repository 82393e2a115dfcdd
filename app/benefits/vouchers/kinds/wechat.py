"""WeChat coupon (微信立减金): handed over to WeChat Pay, which keeps it in the member's WeChat and takes it off a payment there."""

from flask_babel import lazy_gettext as _

from app.benefits.vouchers.kinds.kind import Kind

KIND = Kind("wechat", _("WeChat coupon"), is_in_wechat=True)

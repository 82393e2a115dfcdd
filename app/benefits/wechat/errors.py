"""What WeChat coupons refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, DomainError, InvalidInput
from app.core.modules import Text


class StockTaken(Conflict):
    """Another batch is of this stock, in whatever zone: which one is nobody's business here."""

    code = "wechat-stock-taken"
    message = _(
        "This stock at WeChat Pay is of another batch already. Make one there for this batch alone, and enter its number."
    )


class StockUnknown(InvalidInput):
    """WeChat has no such stock of ours, or none of coupons that take a fixed amount off."""

    code = "wechat-stock-unknown"
    message = _("WeChat Pay knows no stock of this number that our merchant made and that takes a fixed amount off.")


class StockAsleep(Conflict):
    """WeChat gives nothing of the stock as it stands."""

    code = "wechat-stock-asleep"

    def __init__(self, status: Text, **details: object) -> None:
        super().__init__(_("WeChat Pay gives nothing of this stock: %(status)s.", status=status), **details)  # type: ignore[arg-type]


class StockDiffers(Conflict):
    """The batch promises what its stock at WeChat does not hold; the message says what, with both figures."""

    code = "wechat-stock-differs"

    def __init__(self, differences: str, **details: object) -> None:
        words = _("The stock at WeChat Pay says otherwise: %(differences)s.", differences=differences)
        super().__init__(words, **details)  # type: ignore[arg-type]


class NotUncertain(Conflict):
    """WeChat has said meanwhile what became of the coupon, or still is asked for it."""

    code = "wechat-not-uncertain"
    message = _("What became of this coupon is known by now, or WeChat is still asked for it. Reload the page.")


class AskedJustNow(Conflict):
    """A call may still be on its way to WeChat."""

    code = "wechat-asked-just-now"
    message = _("WeChat was asked for this coupon a moment ago. Look at its merchant desk again in a few minutes.")


class CouponMissing(InvalidInput):
    """A coupon that was given has a number at WeChat."""

    code = "wechat-coupon-missing"
    message = _("Enter the number of the coupon at WeChat Pay (代金券ID): digits only.")


class CouponTaken(Conflict):
    """Another voucher went out as this coupon."""

    code = "wechat-coupon-taken"
    message = _("Another voucher has this coupon at WeChat Pay. Look at the number again.")


class FindingWaiting(Conflict):
    """Somebody has said already what the merchant desk says."""

    code = "wechat-finding-waiting"
    message = _("What WeChat’s merchant desk says of this coupon is stated already, and waits to be confirmed.")


class WeChatSilent(DomainError):
    """WeChat did not say, so that nothing was decided; `reason` is why, in words."""

    code = "wechat-silent"
    status = 503

    def __init__(self, reason: Text, **details: object) -> None:
        words = _(
            "WeChat Pay could not be asked about this stock: %(reason)s. Nothing was changed; try again later.",
            reason=reason,
        )
        super().__init__(words, **details)  # type: ignore[arg-type]

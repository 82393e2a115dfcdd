"""Amount voucher (代金券、满减券): money off a purchase from a threshold on."""

from flask_babel import lazy_gettext as _

from app.benefits.vouchers.errors import PurchaseMissing, PurchaseTooSmall
from app.benefits.vouchers.kinds.kind import Kind


def _due(value_cents: int, threshold_cents: int, purchase_cents: int | None) -> int:
    """What is taken off: never more than the purchase comes to."""
    if not purchase_cents:
        raise PurchaseMissing(field="purchase")
    if purchase_cents < threshold_cents:
        raise PurchaseTooSmall(field="purchase")
    return min(value_cents, purchase_cents)


KIND = Kind("amount", _("Amount voucher"), due=_due, asks_purchase=True)

"""What a kind of voucher says of itself."""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.modules import Text


def whole_value(value_cents: int, _threshold_cents: int, _purchase_cents: int | None) -> int:
    """The shop is due what the voucher is worth."""
    return value_cents


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of voucher. `due(value, threshold, purchase)` is what the shop is due in cents, and raises a `DomainError` where the
    purchase does not qualify; one that `asks_purchase` is redeemed with a purchase of so many cents, one that `has_codes` is given
    with a code of a list, one that `is_picked_up` can be kept at a shop for a day; one that `is_in_wechat` is good in no shop of ours, but handed over to WeChat Pay."""

    key: str
    title: Text
    due: Callable[[int, int, int | None], int] = whole_value
    asks_purchase: bool = False
    has_codes: bool = False
    is_picked_up: bool = False
    is_in_wechat: bool = False

    @property
    def has_shops(self) -> bool:
        """Whether a batch says in which shops it is redeemed."""
        return not (self.has_codes or self.is_in_wechat)

    @property
    def has_threshold(self) -> bool:
        """Whether a batch can say from which purchase on it is good."""
        return self.asks_purchase or self.is_in_wechat

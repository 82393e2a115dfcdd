"""How a voucher goes on: the steps there are. The database refuses any other and notes each (`voucher_events`)."""

from dataclasses import dataclass
from enum import StrEnum


class VoucherState(StrEnum):
    """A locked one is kept at one shop to be picked up on a day; one that is handed over is WeChat's to redeem or to let expire. What was
    extended is issued again, as is what was reversed."""

    ISSUED = "issued"
    LOCKED = "locked"
    REDEEMED = "redeemed"
    SETTLED = "settled"
    EXPIRED = "expired"
    VOID = "void"
    HANDED_OVER = "handed_over"


GOOD = frozenset({VoucherState.ISSUED, VoucherState.LOCKED})
"""States in which a voucher can be redeemed in a shop."""
WITH_MEMBERS = GOOD | {VoucherState.HANDED_OVER}
"""States in which a member has a voucher that was not used."""
USED = frozenset({VoucherState.REDEEMED, VoucherState.SETTLED})
"""States in which a voucher was redeemed."""
BEYOND_RECALL = USED | {VoucherState.HANDED_OVER}
"""States in which a voucher can't be taken from its member any more."""
GIVE = "give"


@dataclass(frozen=True, slots=True)
class Step:
    """A step from any of `sources` to `target`."""

    action: str
    sources: frozenset[VoucherState]
    target: VoucherState


LOCK = Step("lock", frozenset({VoucherState.ISSUED}), VoucherState.LOCKED)
RELEASE = Step("release", frozenset({VoucherState.LOCKED}), VoucherState.ISSUED)
REDEEM = Step("redeem", GOOD, VoucherState.REDEEMED)
REVERSE = Step("reverse", frozenset({VoucherState.REDEEMED}), VoucherState.ISSUED)
SETTLE = Step("settle", frozenset({VoucherState.REDEEMED}), VoucherState.SETTLED)
EXPIRE = Step("expire", GOOD, VoucherState.EXPIRED)
EXTEND = Step("extend", frozenset({VoucherState.ISSUED, VoucherState.EXPIRED}), VoucherState.ISSUED)
VOID = Step("void", GOOD, VoucherState.VOID)
_AT_WECHAT = frozenset({VoucherState.HANDED_OVER})
HAND_OVER = Step("hand_over", frozenset({VoucherState.ISSUED}), VoucherState.HANDED_OVER)
SPEND = Step("spend", _AT_WECHAT, VoucherState.REDEEMED)
LAPSE = Step("lapse", _AT_WECHAT, VoucherState.EXPIRED)
TURN_DOWN = Step("turn_down", _AT_WECHAT, VoucherState.VOID)
STEPS = (LOCK, RELEASE, REDEEM, REVERSE, SETTLE, EXPIRE, EXTEND, VOID, HAND_OVER, SPEND, LAPSE, TURN_DOWN)

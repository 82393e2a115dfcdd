"""How a voucher goes on: the steps there are. The database refuses any other and notes each (`voucher_events`)."""

from dataclasses import dataclass
from enum import StrEnum


class VoucherState(StrEnum):
    """A locked one is kept at one shop to be picked up on a day. What was extended is issued again, as is what was reversed."""

    ISSUED = "issued"
    LOCKED = "locked"
    REDEEMED = "redeemed"
    SETTLED = "settled"
    EXPIRED = "expired"
    VOID = "void"


GOOD = frozenset({VoucherState.ISSUED, VoucherState.LOCKED})
"""States in which a voucher can be redeemed."""
USED = frozenset({VoucherState.REDEEMED, VoucherState.SETTLED})
"""States in which a voucher was redeemed."""
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
STEPS = (LOCK, RELEASE, REDEEM, REVERSE, SETTLE, EXPIRE, EXTEND, VOID)

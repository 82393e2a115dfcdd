"""What WeChat Pay says of coupons, read: what became of one that was asked for, and how one stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from app.core.clock import CHINA

FOR_GOOD = frozenset({"RULE_LIMIT", "RULELIMIT", "USER_ACCOUNT_ABNORMAL", "REQUEST_BLOCKED"})
"""What WeChat says of this person; whatever else it refuses is said of our account, its money or our settings."""
Word = Literal["received", "refused", "not_now", "busy", "unknown"]


class NotFromWeChat(Exception):
    """What came was not said by WeChat, or not now, or not to us."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one call for a coupon: `not_now` and `refused` are certain that this call has not given it; `busy` was not looked at, by WeChat
    or because it never left; `unknown` may be anything. What a call before has done, none of them says.

    `code` is WeChat's, or one of `timeout`, `unreachable`, `keys`, `bad_answer`.
    """

    word: Word
    coupon_id: str = ""
    code: str = ""

    @property
    def is_certain(self) -> bool:
        """Whether it is known what this call has done."""
        return self.word != "unknown"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a coupon stands at WeChat: SENDED, USED, EXPIRED or RECOVER (taken back there), and since when it is used."""

    coupon_id: str
    status: str
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stock:
    """A stock at WeChat: each coupon takes `value_cents` off a purchase of `threshold_cents` or more, from `first_day` through `last_day` in China. WeChat
    gives `most` in all and `most_each` to one person, and has `given` so many; it gives none unless its status is `running`."""

    status: str
    value_cents: int
    threshold_cents: int
    most: int
    most_each: int
    given: int
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Notice:
    """What WeChat tells, under its id."""

    id: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Said:
    """An answer over HTTP; `is_signed` tells that it is WeChat's."""

    status: int
    told: Mapping[str, Any] = field(repr=False)
    is_signed: bool

    @property
    def code(self) -> str:
        return str(self.told.get("code") or f"http_{self.status}")[:60]


def answer_in(said: Said) -> Answer:
    """Only what WeChat signed is certain."""
    coupon_id = said.told.get("coupon_id")
    if said.status == 429 and said.is_signed:
        return Answer("busy", code=said.code)
    if not said.is_signed or said.status >= 500:
        return Answer("unknown", code=said.code if said.status >= 400 else "bad_answer")
    if said.status == 200 and isinstance(coupon_id, str) and 0 < len(coupon_id) <= 64:
        return Answer("received", coupon_id=coupon_id)
    if said.status >= 400:
        return Answer("refused" if said.code in FOR_GOOD else "not_now", code=said.code)
    return Answer("unknown", code="bad_answer")


def standing_in(told: Mapping[str, Any]) -> Standing | None:
    """How a coupon stands by what was told of it; None for what says nothing of one."""
    coupon_id, status = told.get("coupon_id"), told.get("status")
    if not isinstance(coupon_id, str) or status not in {"SENDED", "USED", "EXPIRED", "RECOVER"}:
        return None
    used = told.get("consume_information")
    try:
        used_at = datetime.fromisoformat(used["consume_time"]) if isinstance(used, dict) else None
    except (KeyError, TypeError, ValueError):
        return None
    if used_at is not None and used_at.tzinfo is None:
        return None
    return Standing(coupon_id, str(status), used_at)


def stock_in(told: Mapping[str, Any]) -> Stock | None:
    """A stock by what was told of it; None for what says nothing of one whose coupons take a fixed amount off."""
    try:
        rule = told["stock_use_rule"]
        coupon = rule["fixed_normal_coupon"]
        numbers = [coupon["coupon_amount"], coupon.get("transaction_minimum", 0), rule["max_coupons"],
                   rule["max_coupons_per_user"], told["distributed_coupons"]]  # fmt: skip
        days = [_day_in_china(told[name]) for name in ("available_begin_time", "available_end_time")]
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
    if any(type(number) is not int for number in numbers):
        return None
    return Stock(str(told.get("status", "")), *numbers, *days)


def _day_in_china(stamp: str) -> date:
    at = datetime.fromisoformat(stamp)
    return at.astimezone(CHINA).date() if at.tzinfo else at.date()

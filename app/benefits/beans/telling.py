"""Tells members that beans have arrived, and that they soon expire: all at once, each once."""

from typing import Any
from uuid import UUID

from sqlalchemy import String, case, cast, func, literal, select

from app.benefits.beans.days import LAST_DAY, LAST_DAY_OF_MEMBER
from app.benefits.beans.kinds import AccountKind
from app.benefits.beans.models import BeanAccount, BeanEntry, BeanIssue, BeanIssueLine, BeanLot, BeanReclaim
from app.benefits.notices import BEANS_ARRIVED, BEANS_EXPIRE, BEANS_RECLAIMED
from app.core.clock import today_in_china
from app.notifications.fan_out import notify_each

REMINDERS = (1, 7, 30)
"""So many days before the last one a member is reminded, once each."""
_OF_LOT = (BeanLot.zone_id == BeanAccount.zone_id) & (BeanLot.id == BeanAccount.lot_id)
_OF_LINE = (BeanIssueLine.zone_id == BeanAccount.zone_id) & (BeanIssueLine.id == BeanAccount.id)


def tell_recipients(issue: BeanIssue) -> int:
    """Tell everybody who got beans of an issue, and nobody twice; how many. On the worker plane."""
    rows = (
        select(
            BeanAccount.member_id,
            _params(BeanIssueLine.amount, BeanLot.expires_on),
            literal(f"beans-arrived:{issue.id}").label("dedupe_key"),
        )
        .join(BeanLot, _OF_LOT)
        .join(BeanIssueLine, _OF_LINE)
        .where(BeanAccount.lot_id == issue.id, BeanAccount.kind == AccountKind.MEMBER)
    )
    return notify_each(BEANS_ARRIVED.key, rows)


def remind_of_expiry() -> int:
    """Remind those whose beans of a lot can be spent for few days more, once a lot and step of `REMINDERS`; how many.

    On a day that was missed the next one makes up for it, with the nearest step. On the worker plane.
    """
    today = today_in_china()
    left = LAST_DAY_OF_MEMBER - today
    step = case(*((left <= days, days) for days in REMINDERS))
    last_day = cast(LAST_DAY_OF_MEMBER, String)
    rows = (
        select(
            BeanAccount.member_id,
            _params(BeanAccount.balance, LAST_DAY_OF_MEMBER),
            func.concat("beans-expire:", cast(BeanLot.id, String), ":", step, ":", last_day).label("dedupe_key"),
        )
        .join(BeanLot, _OF_LOT)
        .where(
            BeanAccount.kind == AccountKind.MEMBER,
            BeanAccount.balance > 0,
            LAST_DAY - today <= max(REMINDERS),
            left.between(0, max(REMINDERS)),
        )
    )
    return notify_each(BEANS_EXPIRE.key, rows)


def tell_reclaimed(reclaim: BeanReclaim, transaction_id: UUID) -> int:
    """Tell everybody from whom a transaction of a reclaim took beans, and why; how many."""
    taken = func.jsonb_build_object(
        *_texts(title=BeanLot.title, amount=-BeanEntry.amount, reason=literal(reclaim.reason))
    )
    rows = (
        select(
            BeanAccount.member_id, taken.label("params"), literal(f"beans-reclaimed:{reclaim.id}").label("dedupe_key")
        )
        .join(BeanEntry, (BeanEntry.zone_id == BeanAccount.zone_id) & (BeanEntry.account_id == BeanAccount.id))
        .join(BeanLot, _OF_LOT)
        .where(BeanEntry.transaction_id == transaction_id, BeanAccount.kind == AccountKind.MEMBER)
    )
    return notify_each(BEANS_RECLAIMED.key, rows)


def _params(amount: Any, day: Any) -> Any:
    """What the words of both kinds need."""
    return func.jsonb_build_object(*_texts(title=BeanLot.title, amount=amount, day=day)).label("params")


def _texts(**values: Any) -> list[Any]:
    """Names and values by turns, as `jsonb_build_object` takes them."""
    return [part for name, value in values.items() for part in (cast(literal(name), String), cast(value, String))]

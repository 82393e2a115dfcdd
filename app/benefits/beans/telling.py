"""Tells members that beans have arrived, and that they soon expire: all at once, each once."""

from uuid import UUID

from sqlalchemy import String, cast, func, literal, select

from app.benefits.beans.days import LAST_DAY, LAST_DAY_OF_MEMBER
from app.benefits.beans.kinds import AccountKind
from app.benefits.beans.models import (
    OF_LOT,
    BeanAccount,
    BeanEntry,
    BeanIssue,
    BeanIssueLine,
    BeanIssueRefusal,
    BeanLot,
    BeanReclaim,
)
from app.benefits.notices import BEANS_ARRIVED, BEANS_EXPIRE, BEANS_RECLAIMED
from app.benefits.reminding import REMINDERS, is_near, nearest_step, params
from app.core.clock import today_in_china
from app.notifications.fan_out import notify_each


def tell_recipients(issue: BeanIssue) -> int:
    """Tell everybody who got beans of an issue, and nobody twice; how many. On the worker plane."""
    refused = select(BeanIssueRefusal.id).where(BeanIssueRefusal.id == BeanIssueLine.id).exists()
    rows = select(
        BeanIssueLine.member_id,
        params(title=literal(issue.title), amount=BeanIssueLine.amount, day=literal(issue.expires_on)),
        literal(f"beans-arrived:{issue.id}").label("dedupe_key"),
    ).where(BeanIssueLine.issue_id == issue.id, ~refused)
    return notify_each(BEANS_ARRIVED.key, rows)


def remind_of_expiry() -> int:
    """Remind those whose beans of a lot can be spent for few days more, once a lot and step of `REMINDERS`; how many.

    On a day that was missed the next one makes up for it, with the nearest step. On the worker plane.
    """
    today = today_in_china()
    left = LAST_DAY_OF_MEMBER - today
    last_day = cast(LAST_DAY_OF_MEMBER, String)
    rows = (
        select(
            BeanAccount.member_id,
            params(title=BeanLot.title, amount=BeanAccount.balance, day=LAST_DAY_OF_MEMBER),
            func.concat("beans-expire:", cast(BeanLot.id, String), ":", nearest_step(left), ":", last_day).label(
                "dedupe_key"
            ),
        )
        .join(BeanLot, OF_LOT)
        .where(
            BeanAccount.kind == AccountKind.MEMBER,
            BeanAccount.balance > 0,
            LAST_DAY - today <= max(REMINDERS),
            is_near(left),
        )
    )
    return notify_each(BEANS_EXPIRE.key, rows)


def tell_reclaimed(reclaim: BeanReclaim, transaction_id: UUID) -> int:
    """Tell everybody from whom a transaction of a reclaim took beans, and why; how many."""
    taken = params(title=BeanLot.title, amount=-BeanEntry.amount, reason=literal(reclaim.reason))
    rows = (
        select(BeanAccount.member_id, taken, literal(f"beans-reclaimed:{reclaim.id}").label("dedupe_key"))
        .join(BeanEntry, (BeanEntry.zone_id == BeanAccount.zone_id) & (BeanEntry.account_id == BeanAccount.id))
        .join(BeanLot, OF_LOT)
        .where(BeanEntry.transaction_id == transaction_id, BeanAccount.kind == AccountKind.MEMBER)
    )
    return notify_each(BEANS_RECLAIMED.key, rows)

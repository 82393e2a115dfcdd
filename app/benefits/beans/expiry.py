"""Beans whose last day has passed go back to the budget they were issued from, and count no more as given."""

from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.benefits import rules
from app.benefits.beans.days import is_over
from app.benefits.beans.kinds import AccountKind, TransactionKind
from app.benefits.beans.ledger import Move, post
from app.benefits.beans.models import OF_LOT, BeanAccount, BeanBudget, BeanLot
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn

AT_ONCE = 1000
"""Accounts in one transaction."""


def return_expired(actor: Actor) -> int:
    """Return up to `AT_ONCE` members' expired beans of one lot of the zone; the number of accounts emptied, 0 when none is left.

    What is held for a purchase stays until that is decided: let go, it is returned the next time.
    """
    _one_at_a_time()
    lot_id = db.session.scalar(select(BeanAccount.lot_id).join(BeanLot, OF_LOT).where(*_expired()).limit(1))
    if lot_id is None:
        return 0
    accounts = (
        select(BeanAccount.balance, BeanAccount.budget_id, BeanAccount.lot_id, BeanAccount.member_id, BeanAccount.id)
        .join(BeanLot, OF_LOT)
        .where(*_expired(), BeanAccount.lot_id == lot_id)
        .order_by(BeanAccount.id)
        .limit(AT_ONCE)
    )
    found = db.session.execute(accounts).all()
    _count_no_more(lot_id, BeanAccount.id.in_([row.id for row in found]))
    # A key of its own each time: what is let go later the same day is returned again from the same accounts.
    post(
        actor, TransactionKind.EXPIRE, f"expire:{uuid7()}",
        [Move(balance, budget, lot, member) for balance, budget, lot, member, _id in found],
    )  # fmt: skip
    return len(found)


def _one_at_a_time() -> None:
    """Two who return expired beans of the zone do so one after the other: what counts no more is taken off once."""
    take_turn(f"beans.expire.{current_zone().id}")


def _expired() -> tuple[ColumnElement[bool], ...]:
    return (BeanAccount.kind == AccountKind.MEMBER, BeanAccount.balance > 0, is_over())


def _count_no_more(lot_id: UUID, *accounts: ColumnElement[bool]) -> None:
    """What a lot's accounts hold was not given, where spending rules look."""
    budget = (BeanBudget.zone_id == BeanAccount.zone_id) & (BeanBudget.id == BeanAccount.budget_id)
    value = (BeanAccount.balance * BeanBudget.cents_per_bean).label("value_cents")
    rules.take_back(lot_id, select(BeanAccount.member_id, value).join(BeanBudget, budget).where(*accounts))

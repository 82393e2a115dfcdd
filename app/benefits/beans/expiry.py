"""Beans whose last day has passed go back to the budget they were issued from."""

from sqlalchemy import select

from app.benefits.beans.days import is_over
from app.benefits.beans.kinds import AccountKind, TransactionKind
from app.benefits.beans.ledger import Move, post
from app.benefits.beans.models import BeanAccount, BeanLot
from app.core.clock import today_in_china
from tenants.context import Actor
from tenants.database import db

AT_ONCE = 1000
"""Accounts in one transaction."""


def return_expired(actor: Actor) -> int:
    """Return up to `AT_ONCE` members' expired beans of the zone; the number of accounts emptied, 0 when none is left.

    What is held for a purchase stays until that is decided: let go, it is returned the next time.
    """
    query = (
        select(BeanAccount.balance, BeanAccount.budget_id, BeanAccount.lot_id, BeanAccount.member_id, BeanAccount.id)
        .join(BeanLot, (BeanLot.zone_id == BeanAccount.zone_id) & (BeanLot.id == BeanAccount.lot_id))
        .where(BeanAccount.kind == AccountKind.MEMBER, BeanAccount.balance > 0, is_over())
        .order_by(BeanAccount.id)
        .limit(AT_ONCE)
    )
    found = db.session.execute(query).all()
    if found:
        first, last = found[0].id, found[-1].id
        post(
            actor, TransactionKind.EXPIRE, f"expire:{today_in_china()}:{first}:{last}:{len(found)}",
            [Move(balance, budget, lot, member) for balance, budget, lot, member, _id in found],
        )  # fmt: skip
    return len(found)

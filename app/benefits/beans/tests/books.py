"""A budget, a lot and the sums of the accounts, as the tests of beans need them."""

from sqlalchemy import func, select

from app.benefits.beans.kinds import TransactionKind
from app.benefits.beans.ledger import Move, post
from app.benefits.beans.models import BeanAccount, BeanBudget, BeanCatalogue, BeanLot
from app.core.clock import today_in_china
from app.unions.models import Union
from tenants.context import Actor, current_zone
from tenants.database import db

CLERK = Actor(name="测试")
CATEGORY = "daily-goods"


def budget_with(amount: int, goods: list[str] | None = None, union: Union | None = None) -> BeanBudget:
    """A budget of the zone's union, or of one below it."""
    zone = current_zone()
    place = (union.id, union.path) if union else (zone.union_id, zone.union_path)
    catalogue = BeanCatalogue(title="节日慰问目录", categories=goods or [CATEGORY])
    db.session.add(catalogue)
    db.session.flush()
    budget = BeanBudget(
        union_id=place[0],
        union_path=place[1],
        catalogue_id=catalogue.id,
        title="春节",
        year=2027,
        cents_per_bean=100,
    )
    db.session.add(budget)
    db.session.flush()
    if amount:
        post(CLERK, TransactionKind.APPROPRIATE, f"fund:{budget.id}", [Move(amount, budget.id)])
    return budget


def lot_of(budget: BeanBudget) -> BeanLot:
    lot = BeanLot(budget_id=budget.id, title="春节慰问", expires_on=today_in_china(), grace_days=30)
    db.session.add(lot)
    db.session.flush()
    return lot


def balances() -> dict[str, int]:
    return dict(
        db.session.execute(select(BeanAccount.kind, func.sum(BeanAccount.balance)).group_by(BeanAccount.kind)).all()
    )  # type: ignore[arg-type]

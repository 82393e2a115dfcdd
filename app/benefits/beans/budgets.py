"""Reads of budgets: what was put into each, and where it is."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from app.benefits.beans.kinds import AccountKind
from app.benefits.beans.models import BeanAccount, BeanBudget
from app.unions.models import Union
from tenants.database import db

PAGE = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """A budget with the sum of its accounts by their kind."""

    budget: BeanBudget
    union: str
    sums: dict[str, int]

    @property
    def funded(self) -> int:
        return -self.sums.get(AccountKind.FUNDING, 0)

    @property
    def available(self) -> int:
        """What can be issued."""
        return self.sums.get(AccountKind.BUDGET, 0)

    @property
    def with_members(self) -> int:
        return self.sums.get(AccountKind.MEMBER, 0) + self.sums.get(AccountKind.HELD, 0)

    @property
    def spent(self) -> int:
        return self.sums.get(AccountKind.SPENT, 0)


def list_budgets(before: UUID | None, limit: int) -> list[Standing]:
    """The newest budgets first."""
    query = select(BeanBudget, Union.name).join(Union, Union.id == BeanBudget.union_id)
    if before is not None:
        query = query.where(BeanBudget.id < before)
    rows = db.session.execute(query.order_by(BeanBudget.id.desc()).limit(limit)).all()
    sums = _sums([budget.id for budget, _name in rows])
    return [Standing(budget, name, sums.get(budget.id, {})) for budget, name in rows]


def _sums(budget_ids: list[UUID]) -> dict[UUID, dict[str, int]]:
    query = (
        select(BeanAccount.budget_id, BeanAccount.kind, func.sum(BeanAccount.balance))
        .where(BeanAccount.budget_id.in_(budget_ids))
        .group_by(BeanAccount.budget_id, BeanAccount.kind)
    )
    found: dict[UUID, dict[str, int]] = {}
    for budget_id, kind, total in db.session.execute(query):
        found.setdefault(budget_id, {})[kind] = int(total)
    return found

"""Reads of budgets: what was put into each, and where it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from app.benefits.beans.kinds import AccountKind, TransactionKind
from app.benefits.beans.models import (
    OF_ACCOUNT,
    BeanAccount,
    BeanAppropriation,
    BeanBudget,
    BeanCatalogue,
    BeanEntry,
    BeanTransaction,
)
from app.benefits.proposals import ProposalState
from app.core.errors import NotFound
from app.unions.models import Union
from tenants.database import db

PAGE = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """A budget with the sum of its accounts by their kind."""

    budget: BeanBudget
    union: str
    catalogue: str
    sums: dict[str, int]

    @property
    def funded(self) -> int:
        return -self.sums.get(AccountKind.FUNDING, 0)

    @property
    def available(self) -> int:
        """What can be issued."""
        return self.sums.get(AccountKind.BUDGET, 0)

    @property
    def promised(self) -> int:
        """What is kept for prizes."""
        return self.sums.get(AccountKind.PROMISED, 0)

    @property
    def with_members(self) -> int:
        return self.sums.get(AccountKind.MEMBER, 0) + self.sums.get(AccountKind.HELD, 0)

    @property
    def spent(self) -> int:
        return self.sums.get(AccountKind.SPENT, 0)

    @property
    def total(self) -> int:
        """What all accounts come to: zero, or the ledger is not whole."""
        return sum(self.sums.values())


def list_budgets(before: UUID | None, limit: int) -> list[Standing]:
    """The newest budgets first."""
    query = _budgets()
    if before is not None:
        query = query.where(BeanBudget.id < before)
    return _standings(db.session.execute(query.order_by(BeanBudget.id.desc()).limit(limit)).all())


def list_standings() -> list[Standing]:
    """All budgets, the newest first."""
    return _standings(db.session.execute(_budgets().order_by(BeanBudget.id.desc())).all())


def find_budget(budget_id: UUID) -> Standing:
    """Raises `NotFound`."""
    found = _standings(db.session.execute(_budgets().where(BeanBudget.id == budget_id)).all())
    if not found:
        raise NotFound
    return found[0]


def count_returned(budget_id: UUID) -> int:
    """Beans that expired or were reclaimed, and went back to the budget."""
    query = (
        select(func.coalesce(func.sum(BeanEntry.amount), 0))
        .join(BeanAccount, OF_ACCOUNT)
        .join(
            BeanTransaction,
            (BeanTransaction.zone_id == BeanEntry.zone_id) & (BeanTransaction.id == BeanEntry.transaction_id),
        )
        .where(
            BeanAccount.budget_id == budget_id,
            BeanAccount.kind == AccountKind.BUDGET,
            BeanTransaction.kind.in_([TransactionKind.EXPIRE, TransactionKind.RECLAIM]),
        )
    )
    return int(db.session.execute(query).scalar_one())


def list_appropriations(budget_id: UUID, limit: int = 100) -> Sequence[BeanAppropriation]:
    """The newest first."""
    query = select(BeanAppropriation).where(BeanAppropriation.budget_id == budget_id)
    return db.session.scalars(query.order_by(BeanAppropriation.id.desc()).limit(limit)).all()


def waiting_budgets() -> set[UUID]:
    """The budgets for which something waits for a second person."""
    query = select(BeanAppropriation.budget_id).where(BeanAppropriation.state == ProposalState.SUBMITTED)
    return set(db.session.scalars(query.distinct()))


def _budgets():
    return (
        select(BeanBudget, Union.name, BeanCatalogue.title)
        .join(Union, Union.id == BeanBudget.union_id)
        .join(
            BeanCatalogue,
            (BeanCatalogue.zone_id == BeanBudget.zone_id) & (BeanCatalogue.id == BeanBudget.catalogue_id),
        )
    )


def _standings(rows) -> list[Standing]:
    sums = _sums([budget.id for budget, _union, _catalogue in rows])
    return [Standing(budget, union, catalogue, sums.get(budget.id, {})) for budget, union, catalogue in rows]


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

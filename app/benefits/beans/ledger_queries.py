"""Reads of the ledger: its transactions by their key, and the trial balance."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from app.benefits.beans.kinds import AccountKind
from app.benefits.beans.models import OF_ACCOUNT, BeanAccount, BeanEntry, BeanTransaction
from tenants.database import db

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A transaction with the beans it moved, and the number of members whose accounts it touched."""

    transaction: BeanTransaction
    amount: int
    members: int


def list_transactions(before: UUID | None, *, kind: str = "", budget_id: UUID | None = None) -> list[Line]:
    """The newest first, one more than a page; of one kind or of one budget where asked for."""
    query = select(BeanTransaction)
    if kind:
        query = query.where(BeanTransaction.kind == kind)
    if budget_id is not None:
        of_budget = select(BeanEntry.id).join(BeanAccount, OF_ACCOUNT)
        of_budget = of_budget.where(BeanEntry.transaction_id == BeanTransaction.id, BeanAccount.budget_id == budget_id)
        query = query.where(of_budget.correlate(BeanTransaction).exists())
    if before is not None:
        query = query.where(BeanTransaction.id < before)
    found = db.session.scalars(query.order_by(BeanTransaction.id.desc()).limit(PAGE + 1)).all()
    moved = _moved([each.id for each in found])
    return [Line(each, *moved.get(each.id, (0, 0))) for each in found]


def _moved(transaction_ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    query = (
        select(
            BeanEntry.transaction_id,
            func.sum(BeanEntry.amount).filter(BeanEntry.amount > 0),
            func.count(func.distinct(BeanAccount.member_id)),
        )
        .join(BeanAccount, OF_ACCOUNT)
        .where(BeanEntry.transaction_id.in_(transaction_ids))
        .group_by(BeanEntry.transaction_id)
    )
    return {transaction_id: (int(amount), members) for transaction_id, amount, members in db.session.execute(query)}


def trial_balance() -> dict[str, int]:
    """What all accounts of each kind come to; all kinds together come to zero."""
    rows = db.session.execute(select(BeanAccount.kind, func.sum(BeanAccount.balance)).group_by(BeanAccount.kind))
    return dict.fromkeys(map(str, AccountKind), 0) | {kind: int(total) for kind, total in rows}

"""Whether the ledger of a zone is whole: what the database keeps true by itself, asked again from the entries alone."""

from sqlalchemy import Select, case, func, select

from app.benefits.beans.kinds import AccountKind, HoldState
from app.benefits.beans.models import OF_ACCOUNT, BeanAccount, BeanEntry, BeanHold, BeanTransaction
from app.benefits.checking import count_faults


def faults() -> dict[str, int]:
    """How many rows break each rule that is broken; empty for a whole ledger. On the worker or the staff plane of a zone."""
    return count_faults(_rules())


def _rules() -> dict[str, Select]:
    entries = (
        select(BeanEntry.account_id, func.sum(BeanEntry.amount).label("sum")).group_by(BeanEntry.account_id).subquery()
    )
    balances = (
        select(BeanAccount.id)
        .outerjoin(entries, entries.c.account_id == BeanAccount.id)
        .where(BeanAccount.balance != func.coalesce(entries.c.sum, 0))
    )
    signs = select(BeanAccount.id).where(
        case((BeanAccount.kind == AccountKind.FUNDING, BeanAccount.balance > 0), else_=BeanAccount.balance < 0)
    )
    budgets = select(BeanAccount.budget_id).group_by(BeanAccount.budget_id).having(func.sum(BeanAccount.balance) != 0)
    transactions = (
        select(BeanEntry.transaction_id)
        .join(BeanAccount, OF_ACCOUNT)
        .group_by(BeanEntry.transaction_id, BeanAccount.budget_id)
        .having(func.sum(BeanEntry.amount) != 0)
    )
    empty = select(BeanTransaction.id).where(
        ~select(BeanEntry.id).where(BeanEntry.transaction_id == BeanTransaction.id).correlate(BeanTransaction).exists()
    )
    return {
        "balances that are not the sum of their entries": balances,
        "balances on the wrong side of zero": signs,
        "budgets that do not come to zero": budgets,
        "transactions that do not come to zero": transactions,
        "transactions without entries": empty,
        "members whose holds are not what is held": _holds(),
    }


def _holds() -> Select:
    """Members for whom what their open holds come to differs from what their accounts hold."""
    kept = (
        select(BeanHold.member_id, func.sum(BeanHold.amount).label("sum"))
        .where(BeanHold.state == HoldState.HELD)
        .group_by(BeanHold.member_id)
        .subquery()
    )
    held = (
        select(BeanAccount.member_id, func.sum(BeanAccount.balance).label("sum"))
        .where(BeanAccount.kind == AccountKind.HELD)
        .group_by(BeanAccount.member_id)
        .subquery()
    )
    return (
        select(func.coalesce(kept.c.member_id, held.c.member_id).label("member_id"))
        .select_from(kept.outerjoin(held, kept.c.member_id == held.c.member_id, full=True))
        .where(func.coalesce(kept.c.sum, 0) != func.coalesce(held.c.sum, 0))
    )

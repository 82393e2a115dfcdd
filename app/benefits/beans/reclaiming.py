"""Takes unspent beans of an issue back to their budget: one person proposes it, another approves, background work does it.

What a member holds for a purchase stays with the purchase.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select

from app.benefits import rules
from app.benefits.beans.errors import IssueMovedOn, NotTheMaker, OwnReclaim, ReasonMissing, ReclaimMovedOn, ReclaimRuns
from app.benefits.beans.issue_states import IssueState
from app.benefits.beans.issuing import find_budget, held_issue
from app.benefits.beans.kinds import AccountKind, TransactionKind
from app.benefits.beans.ledger import Move, post
from app.benefits.beans.models import OF_ACCOUNT, BeanAccount, BeanEntry, BeanIssue, BeanReclaim
from app.benefits.beans.reclaim_states import APPROVE, FINISH, ReclaimState, Whom
from app.benefits.beans.telling import tell_reclaimed
from app.benefits.papers import Refusals, Step, hold, move, require_step
from app.core.audit import record
from app.core.clock import now
from app.core.outbox import emit
from app.members.models import Member
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.paths import in_subtree

RECLAIM = "benefits.reclaim_beans"
AT_ONCE = 1_000
"""Accounts in one transaction."""
REFUSALS = Refusals(ReclaimMovedOn, NotTheMaker, OwnReclaim, ReasonMissing, reason="answer")


def propose(actor: Actor, reclaim_id: UUID, issue_id: UUID, whom: Whom, reason: str) -> BeanReclaim:
    """Propose to take back what is unspent of an issue; sent twice it is one.

    Raises `IssueMovedOn` for an issue that was not issued, `ReasonMissing`, and `ReclaimRuns` where another one is not over.
    """
    issue = held_issue(issue_id)
    before = db.session.get(BeanReclaim, (current_zone().id, reclaim_id))
    if before is not None:
        return before
    if issue.state != IssueState.ISSUED:
        raise IssueMovedOn
    if not reason:
        raise ReasonMissing(field="reason")
    open_ones = BeanReclaim.state.in_((ReclaimState.PROPOSED, ReclaimState.APPROVED))
    if db.session.scalar(select(BeanReclaim.id).where(BeanReclaim.issue_id == issue_id, open_ones)):
        raise ReclaimRuns
    made = BeanReclaim(id=reclaim_id, issue_id=issue_id, whom=whom, reason=reason, state=ReclaimState.PROPOSED, version=1,
                       made_by=actor.account_id, made_by_name=actor.name)  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _remember("beans.propose_reclaim", made)
    return made


def take_step(actor: Actor, reclaim_id: UUID, step: Step, *, seen: str | None, answer: str = "") -> BeanReclaim:
    """Carry a reclaim one step on. Raises `ReclaimMovedOn`, `NotTheMaker`, `OwnReclaim`, `ChangedMeanwhile`, `ReasonMissing`."""
    found = _held(reclaim_id)
    require_step(actor, found, step, REFUSALS, seen=seen, reason=answer)
    found.answer = answer
    move(actor, found, step)
    _remember(f"beans.{step.action}", found)
    if step is APPROVE:
        emit(RECLAIM, dedupe_key=f"{RECLAIM}:{found.id}", payload={"reclaim_id": str(found.id)})
    return found


def take_chunk(actor: Actor, reclaim_id: UUID) -> int:
    """Take back what the next `AT_ONCE` members have; the number of them, 0 when it is done. On the worker plane.

    Raises `NotEnoughBeans` where a member keeps some for a purchase at this moment: nothing of the chunk is taken then.
    """
    found = _held(reclaim_id)
    if found.state != ReclaimState.APPROVED:
        return 0
    accounts = _next_accounts(found)
    if accounts:
        moves = [Move(each.balance, each.budget_id, each.lot_id, each.member_id) for each in accounts]
        key = f"reclaim:{found.id}:{found.members}"
        transaction_id = post(actor, TransactionKind.RECLAIM, key, moves, reason=found.reason)
        rules.take_back(found.issue_id, _worth(transaction_id, find_budget(accounts[0].budget_id).cents_per_bean))
        tell_reclaimed(found, transaction_id)
        found.members += len(accounts)
        found.taken += sum(each.balance for each in accounts)
        db.session.flush()
        return len(accounts)
    found.state, found.done_at = FINISH.target, now()
    db.session.flush()
    _remember(f"beans.{FINISH.action}", found)
    return 0


def unspent(issue: BeanIssue, whom: Whom) -> tuple[int, int]:
    """From how many members a reclaim would take how many beans now."""
    query = select(func.count(BeanAccount.id), func.coalesce(func.sum(BeanAccount.balance), 0))
    number, total = db.session.execute(query.where(*_reclaimed(issue, whom))).one()
    return number, int(total)


def _next_accounts(found: BeanReclaim) -> Sequence[Row]:
    issue = db.session.get_one(BeanIssue, (current_zone().id, found.issue_id))
    columns = (BeanAccount.balance, BeanAccount.budget_id, BeanAccount.lot_id, BeanAccount.member_id)
    query = select(*columns).where(*_reclaimed(issue, Whom(found.whom))).order_by(BeanAccount.id).limit(AT_ONCE)
    return db.session.execute(query).all()


def _reclaimed(issue: BeanIssue, whom: Whom) -> list[Any]:
    """The accounts from which a reclaim takes."""
    chosen = [BeanAccount.lot_id == issue.id, BeanAccount.kind == AccountKind.MEMBER, BeanAccount.balance > 0]
    if whom is Whom.LEFT:
        in_union = in_subtree(Member.union_path, find_budget(issue.budget_id).union_path)
        chosen.append(~select(Member.id).where(Member.id == BeanAccount.member_id, *in_union).exists())
    return chosen


def _worth(transaction_id: UUID, cents_per_bean: int) -> Select:
    """Each member with what a transaction took from them, in cents."""
    return (
        select(BeanAccount.member_id, (-BeanEntry.amount * cents_per_bean).label("value_cents"))
        .join(BeanAccount, OF_ACCOUNT)
        .where(BeanEntry.transaction_id == transaction_id, BeanAccount.kind == AccountKind.MEMBER)
    )


def _held(reclaim_id: UUID) -> BeanReclaim:
    """The reclaim as committed now; whoever else changes it waits."""
    return hold(BeanReclaim, reclaim_id, "beans.reclaim")


def _remember(action: str, found: BeanReclaim) -> None:
    record(action, object_type="bean_issue", object_id=found.issue_id, reclaim_id=str(found.id), members=found.members,
           taken=found.taken, stated_reason=found.reason)  # fmt: skip

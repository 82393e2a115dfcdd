"""Issuing beans: a list of members is made by one person and checked by another, then background work writes it to the ledger."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Row, delete, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import insert

from app.benefits.beans.errors import (
    IssueMovedOn,
    NobodyGets,
    NotEnoughBeans,
    NotTheMaker,
    OwnIssue,
    ReasonMissing,
    StrangersOnTheList,
)
from app.benefits.beans.issue_states import APPROVE, FINISH, SUBMIT, Hand, IssueState, Step
from app.benefits.beans.kinds import AccountKind, TransactionKind
from app.benefits.beans.models import (
    BeanAccount,
    BeanBudget,
    BeanEntry,
    BeanIssue,
    BeanIssueLine,
    BeanLot,
    BeanTransaction,
)
from app.core.audit import record
from app.core.clock import now
from app.core.errors import NotFound
from app.core.outbox import emit
from app.core.seen import require_seen
from app.members.models import Member
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.isolation import allow_raw_sql, raw_sql
from tenants.paths import in_subtree

ISSUE = "benefits.issue_beans"
AT_ONCE = 5_000
"""Members in one transaction of the ledger."""
PLACE = allow_raw_sql(
    "benefits.issuing", "INSERT … SELECT of a chunk of an issue's lines; every statement names the zone"
)


def draft_issue(
    actor: Actor, issue_id: UUID, *, budget_id: UUID, title: str, expires_on: date, grace_days: int
) -> BeanIssue:
    """Begin an issue; sent twice it is one. Raises `NotFound` for a budget that is not there."""
    before = db.session.get(BeanIssue, (current_zone().id, issue_id))
    if before is not None:
        return before
    _find_budget(budget_id)
    made = BeanIssue(id=issue_id, budget_id=budget_id, title=title, expires_on=expires_on, grace_days=grace_days,
                     state=IssueState.DRAFT, version=1, made_by=actor.account_id, made_by_name=actor.name)  # fmt: skip
    db.session.add(made)
    db.session.flush()
    _remember("beans.draft_issue", made)
    return made


def set_lines(actor: Actor, issue_id: UUID, amounts: Mapping[UUID, int], *, seen: str) -> None:
    """Make these the members of a draft, each with an amount above zero; raises `StrangersOnTheList` where any of them is no
    member of the budget's union, and like `take_step`."""
    issue = _held(issue_id)
    if issue.state != IssueState.DRAFT:
        raise IssueMovedOn
    if issue.made_by != actor.account_id:
        raise NotTheMaker
    require_seen(seen, issue.mark)
    union_path = _find_budget(issue.budget_id).union_path
    known = set(
        db.session.scalars(select(Member.id).where(Member.id.in_(amounts), *in_subtree(Member.union_path, union_path)))
    )
    if strangers := set(amounts) - known:
        raise StrangersOnTheList(members=sorted(strangers, key=str))
    db.session.execute(delete(BeanIssueLine).where(BeanIssueLine.issue_id == issue.id))
    zone_id = current_zone().id
    rows = [
        {"zone_id": zone_id, "id": uuid7(), "issue_id": issue.id, "member_id": member_id, "amount": amount}
        for member_id, amount in sorted(amounts.items())
    ]
    if rows:
        db.session.execute(insert(BeanIssueLine), rows)
    issue.version += 1
    db.session.flush()


def take_step(actor: Actor, issue_id: UUID, step: Step, *, seen: str, reason: str = "") -> BeanIssue:
    """Carry an issue one step on.

    Raises `IssueMovedOn`, `ChangedMeanwhile`, `OwnIssue`, `NotTheMaker`, `ReasonMissing`, and on being submitted or approved
    `NobodyGets` and `NotEnoughBeans`.
    """
    issue = _held(issue_id)
    if issue.state not in step.sources:
        raise IssueMovedOn
    if step.hand is Hand.MAKER and issue.made_by != actor.account_id:
        raise NotTheMaker
    if step.hand is Hand.CHECKER and issue.made_by == actor.account_id:
        raise OwnIssue
    require_seen(seen, issue.mark)
    if step.needs_reason and not reason:
        raise ReasonMissing(field="reason")
    if step is SUBMIT:
        issue.recipients, issue.total = _count(issue)
    if step in (SUBMIT, APPROVE):
        _require_cover(issue)
    if step.hand is Hand.CHECKER:
        issue.checked_by, issue.checked_by_name, issue.checked_at = actor.account_id, actor.name, now()
    issue.state, issue.reason = step.target, reason
    issue.version += 1
    db.session.flush()
    _remember(f"beans.{step.action}", issue)
    if step is APPROVE:
        emit(ISSUE, dedupe_key=f"{ISSUE}:{issue.id}", payload={"issue_id": str(issue.id)})
    return issue


def write_chunk(issue_id: UUID) -> int:
    """Write the next `AT_ONCE` members of an approved issue to the ledger, all or none; the number of them, 0 when it is done.

    On the worker plane. Raises `NotEnoughBeans` where the budget was spent on others meanwhile.
    """
    issue = _held(issue_id)
    if issue.state != IssueState.APPROVED:
        return 0
    lot = _lot(issue)
    lines = _next_lines(issue)
    if lines:
        _write(issue, lot, lines)
        return len(lines)
    issue.state, issue.issued_at = FINISH.target, now()
    db.session.flush()
    _remember(f"beans.{FINISH.action}", issue)
    return 0


def _remember(action: str, issue: BeanIssue) -> None:
    record(action, object_type="bean_issue", object_id=issue.id, recipients=issue.recipients, total=issue.total)


def _held(issue_id: UUID) -> BeanIssue:
    """The issue as committed now; whoever else changes it waits. A row lock would ask for the right to change it in any state."""
    db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"beans.issue.{issue_id}", 0))))
    found = db.session.get(BeanIssue, (current_zone().id, issue_id), populate_existing=True)
    if found is None:
        raise NotFound
    return found


def _find_budget(budget_id: UUID) -> BeanBudget:
    found = db.session.get(BeanBudget, (current_zone().id, budget_id))
    if found is None:
        raise NotFound
    return found


def _count(issue: BeanIssue) -> tuple[int, int]:
    lines = select(func.count(), func.sum(BeanIssueLine.amount)).where(BeanIssueLine.issue_id == issue.id)
    count, total = db.session.execute(lines).one()
    if not count:
        raise NobodyGets(field="lines")
    return count, int(total)


def _require_cover(issue: BeanIssue) -> None:
    if (issue.total or 0) > _budget_account(issue.budget_id)[1]:
        raise NotEnoughBeans


def _budget_account(budget_id: UUID) -> tuple[UUID | None, int]:
    query = select(BeanAccount.id, BeanAccount.balance).where(
        BeanAccount.budget_id == budget_id, BeanAccount.kind == AccountKind.BUDGET
    )
    found = db.session.execute(query).one_or_none()
    return (found.id, found.balance) if found else (None, 0)


def _lot(issue: BeanIssue) -> BeanLot:
    found = db.session.get(BeanLot, (current_zone().id, issue.id))
    if found is None:
        found = BeanLot(id=issue.id, budget_id=issue.budget_id, title=issue.title, expires_on=issue.expires_on,
                        grace_days=issue.grace_days)  # fmt: skip
        db.session.add(found)
        db.session.flush()
    return found


def _next_lines(issue: BeanIssue) -> Sequence[Row[UUID, int]]:
    """The next lines that are not in the ledger, by id: accounts are opened in the same order, each with its line's id."""
    written = select(BeanAccount.id).where(BeanAccount.lot_id == issue.id, BeanAccount.kind == AccountKind.MEMBER)
    after = db.session.scalar(written.order_by(BeanAccount.id.desc()).limit(1))
    lines = select(BeanIssueLine.id, BeanIssueLine.amount).where(BeanIssueLine.issue_id == issue.id)
    if after is not None:
        lines = lines.where(BeanIssueLine.id > after)
    return db.session.execute(lines.order_by(BeanIssueLine.id).limit(AT_ONCE)).all()


def _write(issue: BeanIssue, lot: BeanLot, lines: Sequence[Row[UUID, int]]) -> None:
    """Open an account for each line and book it, both by the line's id, against the budget."""
    first, last, total = lines[0].id, lines[-1].id, sum(line.amount for line in lines)
    source, balance = _budget_account(issue.budget_id)
    if source is None or balance < total:
        raise NotEnoughBeans
    zone_id, transaction_id = current_zone().id, uuid7()
    chosen = (
        BeanIssueLine.zone_id == zone_id,
        BeanIssueLine.issue_id == issue.id,
        BeanIssueLine.id.between(first, last),
    )
    key = f"issue:{issue.id}:{first}"
    made = insert(BeanTransaction).values(
        zone_id=zone_id, id=transaction_id, kind=TransactionKind.ISSUE, key=key, digest=hashlib.sha256(f"{key}:{last}".encode()).digest(),
        made_by=issue.checked_by, made_by_name=issue.checked_by_name,
    )  # fmt: skip
    accounts = select(
        literal(zone_id), BeanIssueLine.id, literal(AccountKind.MEMBER.value), literal(lot.budget_id), literal(lot.id),
        BeanIssueLine.member_id,
    ).where(*chosen)  # fmt: skip
    entries = union_all(
        select(literal(zone_id), literal(uuid7()), literal(transaction_id), literal(source), literal(-total)),
        select(
            literal(zone_id), BeanIssueLine.id, literal(transaction_id), BeanIssueLine.id, BeanIssueLine.amount
        ).where(*chosen),
    )
    with raw_sql(PLACE):
        db.session.execute(made)
        db.session.execute(
            insert(BeanAccount).from_select(
                ["zone_id", "id", "kind", "budget_id", "lot_id", "member_id"], accounts, include_defaults=False
            )
        )
        db.session.execute(
            insert(BeanEntry).from_select(
                ["zone_id", "id", "transaction_id", "account_id", "amount"], entries, include_defaults=False
            )
        )

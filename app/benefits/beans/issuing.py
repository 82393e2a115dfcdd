"""Issuing beans: a list of members is made by one person and checked by another, then `writing` writes it to the ledger."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from app.benefits import rules
from app.benefits.beans.errors import (
    IssueMovedOn,
    IssueOver,
    NobodyGets,
    NotEnoughBeans,
    NotTheMaker,
    OwnIssue,
    ReasonMissing,
    StrangersOnTheList,
)
from app.benefits.beans.issue_states import APPROVE, EDIT, SUBMIT, IssueState
from app.benefits.beans.kinds import AccountKind
from app.benefits.beans.models import (
    BeanAccount,
    BeanBudget,
    BeanIssue,
    BeanIssueLine,
)
from app.benefits.beans.worth import giving_of, lines_worth
from app.benefits.papers import Refusals, Step, hold, made_before, move, require_step
from app.core.audit import record
from app.core.clock import today_in_china
from app.core.errors import NotFound
from app.core.outbox import emit
from app.members.models import Member
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.paths import in_subtree

ISSUE = "benefits.issue_beans"
REFUSALS = Refusals(IssueMovedOn, NotTheMaker, OwnIssue, ReasonMissing)


def draft_issue(
    actor: Actor, issue_id: UUID, *, budget_id: UUID, category: str, title: str, expires_on: date, grace_days: int
) -> BeanIssue:
    """Begin an issue on an occasion of giving; sent twice it is one. Raises `NotFound` for a budget that is not there."""
    before = made_before(BeanIssue, issue_id)
    if before is not None:
        return before
    find_budget(budget_id)
    made = BeanIssue(id=issue_id, budget_id=budget_id, category=category, title=title,
                     expires_on=expires_on, grace_days=grace_days, state=IssueState.DRAFT, version=1, made_by=actor.account_id, made_by_name=actor.name)  # fmt: skip
    db.session.add(made)
    db.session.flush()
    remember("beans.draft_issue", made)
    return made


def change_draft(
    actor: Actor, issue_id: UUID, *, category: str, title: str, expires_on: date, grace_days: int, seen: str
) -> None:
    """Change what a draft says. Raises like `take_step`."""
    issue = own_draft(actor, issue_id, seen)
    issue.category, issue.title, issue.expires_on, issue.grace_days = category, title, expires_on, grace_days
    issue.version += 1
    db.session.flush()
    remember("beans.change_issue", issue)


def set_lines(actor: Actor, issue_id: UUID, amounts: Mapping[UUID, int], *, seen: str) -> None:
    """Make these the members of a draft, each with an amount above zero; raises `StrangersOnTheList` where any of them is no
    member of the budget's union, and like `take_step`."""
    issue = own_draft(actor, issue_id, seen)
    if strangers := set(amounts) - members_of_budget(issue.budget_id, amounts):
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


def own_draft(actor: Actor, issue_id: UUID, seen: str) -> BeanIssue:
    """The draft as the maker saw it, which nobody else changes until the transaction ends. Raises like `take_step`."""
    issue = held_issue(issue_id)
    require_step(actor, issue, EDIT, REFUSALS, seen=seen)
    return issue


def members_of_budget(budget_id: UUID, people: Iterable[UUID]) -> set[UUID]:
    """Those of the people who are members of the union whose budget it is."""
    named = Member.id == any_(bindparam("people", list(people), ARRAY(Uuid())))
    in_union = in_subtree(Member.union_path, find_budget(budget_id).union_path)
    return set(db.session.scalars(select(Member.id).where(named, *in_union)))


def take_step(actor: Actor, issue_id: UUID, step: Step, *, seen: str, reason: str = "") -> BeanIssue:
    """Carry an issue one step on.

    Raises `IssueMovedOn`, `ChangedMeanwhile`, `OwnIssue`, `NotTheMaker`, `ReasonMissing`, and on being submitted or approved
    `NobodyGets`, `IssueOver`, `NotEnoughBeans` and `CapReached`.
    """
    issue = held_issue(issue_id)
    require_step(actor, issue, step, REFUSALS, seen=seen, reason=reason)
    if step is SUBMIT:
        issue.recipients, issue.total = _count(issue)
    if step in (SUBMIT, APPROVE):
        if issue.expires_on < today_in_china():
            raise IssueOver(field="expires_on")
        _require_cover(issue)
        rules.check(giving_of(issue), lines_worth(issue))
    issue.reason = reason
    move(actor, issue, step)
    remember(f"beans.{step.action}", issue)
    if step is APPROVE:
        emit(ISSUE, dedupe_key=f"{ISSUE}:{issue.id}", payload={"issue_id": str(issue.id)})
    return issue


def remember(action: str, issue: BeanIssue) -> None:
    record(action, object_type="bean_issue", object_id=issue.id, recipients=issue.recipients, total=issue.total)


def held_issue(issue_id: UUID) -> BeanIssue:
    """The issue as committed now; whoever else changes it waits. Raises `NotFound`."""
    return hold(BeanIssue, issue_id, "beans.issue")


def find_budget(budget_id: UUID) -> BeanBudget:
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
    if (issue.total or 0) > budget_account(issue.budget_id)[1]:
        raise NotEnoughBeans


def budget_account(budget_id: UUID) -> tuple[UUID | None, int]:
    query = select(BeanAccount.id, BeanAccount.balance).where(
        BeanAccount.budget_id == budget_id, BeanAccount.kind == AccountKind.BUDGET
    )
    found = db.session.execute(query).one_or_none()
    return (found.id, found.balance) if found else (None, 0)

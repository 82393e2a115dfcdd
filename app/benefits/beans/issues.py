"""Reads of issues of beans."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.benefits.beans.kinds import AccountKind
from app.benefits.beans.models import BeanAccount, BeanBudget, BeanIssue, BeanIssueLine, BeanIssueRefusal, BeanReclaim
from app.benefits.beans.reclaim_states import ReclaimState
from app.benefits.rules.models import PolicyRule
from app.benefits.rules.words import cite
from app.core.errors import NotFound
from app.core.identifiers import mask_name
from app.core.money import yuan
from app.core.sheets import write_sheet
from app.members.models import Member, Membership
from app.unions.models import Union
from tenants.context import current_zone
from tenants.database import db

PAGE = 50
SAMPLE = 10
MOST_NOT_GIVEN = 200
GONE = "—"
"""In the place of a name, for members who have left the zone's unions."""


@dataclass(frozen=True, slots=True)
class IssueRow:
    """An issue as the list shows it."""

    issue: BeanIssue
    budget: str


@dataclass(frozen=True, slots=True)
class Given:
    """What a member gets; the name is masked."""

    name: str
    union_name: str
    amount: int


@dataclass(frozen=True, slots=True)
class NotGiven:
    """A member who got nothing, since the spending rule would have been gone beyond by the sum `over`."""

    name: str
    rule: str
    over: str


def list_issues(state: str, before: UUID | None, limit: int) -> list[IssueRow]:
    """The newest issues first, in one state or in all."""
    query = select(BeanIssue, BeanBudget.title).join(BeanBudget, BeanBudget.id == BeanIssue.budget_id)
    if state:
        query = query.where(BeanIssue.state == state)
    if before is not None:
        query = query.where(BeanIssue.id < before)
    return [IssueRow(*row) for row in db.session.execute(query.order_by(BeanIssue.id.desc()).limit(limit))]


def get_issue(issue_id: UUID) -> BeanIssue:
    found = db.session.get(BeanIssue, (current_zone().id, issue_id))
    if found is None:
        raise NotFound
    return found


def list_reclaims(issue_id: UUID) -> Sequence[BeanReclaim]:
    """What was proposed to be taken back of an issue, the newest first."""
    query = select(BeanReclaim).where(BeanReclaim.issue_id == issue_id).order_by(BeanReclaim.id.desc())
    return db.session.scalars(query).all()


def waiting_issues() -> set[UUID]:
    """The issues of which taking beans back waits for a second person."""
    return set(db.session.scalars(select(BeanReclaim.issue_id).where(BeanReclaim.state == ReclaimState.PROPOSED)))


def get_reclaim(reclaim_id: UUID) -> BeanReclaim:
    found = db.session.get(BeanReclaim, (current_zone().id, reclaim_id))
    if found is None:
        raise NotFound
    return found


def count_written(issue_id: UUID) -> int:
    """How many members of an issue are in the ledger, or were left out of it."""
    written = select(func.count(BeanAccount.id)).where(
        BeanAccount.lot_id == issue_id, BeanAccount.kind == AccountKind.MEMBER
    )
    left_out = select(func.count(BeanIssueRefusal.id)).where(BeanIssueRefusal.issue_id == issue_id)
    return (db.session.scalar(written) or 0) + (db.session.scalar(left_out) or 0)


def list_not_given(issue_id: UUID) -> list[NotGiven]:
    """Members who were left out when the issue was written; at most `MOST_NOT_GIVEN`."""
    query = (
        select(Member.name, PolicyRule, BeanIssueRefusal.over_cents)
        .join(PolicyRule, PolicyRule.id == BeanIssueRefusal.rule_id)
        .outerjoin(Member, Member.id == BeanIssueRefusal.member_id)
        .where(BeanIssueRefusal.issue_id == issue_id)
        .order_by(BeanIssueRefusal.id)
        .limit(MOST_NOT_GIVEN)
    )
    return [NotGiven(_masked(name), cite(rule), yuan(over)) for name, rule, over in db.session.execute(query)]


def _masked(name: str | None) -> str:
    return mask_name(name) if name else GONE


def sample(issue_id: UUID) -> Sequence[Given]:
    """Some of those who get most."""
    rows = db.session.execute(_lines(issue_id).order_by(BeanIssueLine.amount.desc(), BeanIssueLine.id).limit(SAMPLE))
    return [Given(_masked(row.name), row.union_name or "", row.amount) for row in rows]


def _lines(issue_id: UUID):
    """An issue's lines with who they are for; who has left the zone is seen no more."""
    return (
        select(
            BeanIssueLine.id,
            Member.name,
            Union.name.label("union_name"),
            Membership.member_number,
            BeanIssueLine.amount,
        )
        .outerjoin(Member, Member.id == BeanIssueLine.member_id)
        .outerjoin(Membership, (Membership.member_id == Member.id) & (Membership.status == "active"))
        .outerjoin(Union, Union.id == Membership.union_id)
        .where(BeanIssueLine.issue_id == issue_id)
    )


def write_lines(target: IO[bytes], issue_id: UUID) -> int:
    """Write an issue's lines as a workbook; returns how many."""
    headers = [_("Name"), _("Union"), _("Membership number"), _("Beans")]
    return write_sheet(
        target, headers, _rows(issue_id), widths={headers[1]: 36.0, headers[2]: 20.0}, title=_("Members")
    )


def _rows(issue_id: UUID) -> Iterator[tuple[object, ...]]:
    query = _lines(issue_id).order_by(BeanIssueLine.id).execution_options(yield_per=2_000)
    for row in db.session.execute(query):
        yield row.name or GONE, row.union_name, row.member_number, row.amount

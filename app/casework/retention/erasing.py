"""Cases end for good when their time is over: all that was told of them, its papers, and everything that led to a person.

What was merged into a case ends with it.
"""

from sqlalchemy import ColumnElement, or_, select

from app.casework.kinds import CaseKind, all_kinds
from app.casework.links.models import CaseMerge
from app.casework.links.queries import list_merged_into
from app.casework.models import Case
from app.casework.public_notice.objection_queries import is_objected_to
from app.casework.retention.accounts import is_settled, leave_to_accounts
from app.casework.retention.models import CaseErasure, PastCase
from app.casework.retention.owing import owes
from app.casework.retention.queries import erases_at_once, find_hold, is_on_hold, time_is_over
from app.casework.retention.removing import remove
from app.casework.retention.requests import GRANTED
from app.casework.trail import record
from app.core.clock import now
from tenants.database import db
from tenants.ids import uuid7

MOST_AT_ONCE = 200
COUNTED = (
    "module", "kind", "state", "phase", "blind_paths", "month_handed_in", "month_closed", "amount_requested_cents",
    "amount_granted_cents", "amount_paid_cents", "amount_recovered_cents", "month_answered", "answered_in_days",
    "answered_in_time",
)  # fmt: skip
"""What stays of a case."""


def erase_due() -> int:
    """End the zone's cases whose time is over, or what their members have erased; returns how many. What is left of a large
    heap comes next time."""
    ended = 0
    for kind in all_kinds():
        is_over = or_(time_is_over(kind, now()), _is_given_up(kind) & ~Case.keeps_vouchers)
        for case in _due(kind, MOST_AT_ONCE - ended, is_over):
            ended += _end_with_merged(case)
        is_over = _is_given_up(kind) & Case.keeps_vouchers & Case.accounts_only_since.is_(None) & is_settled(Case.id)
        for case in _due(kind, MOST_AT_ONCE - ended, is_over):
            ended += _end_with_merged(case, for_accounts=True)
    return ended


def _due(kind: CaseKind, most: int, is_over: ColumnElement[bool]) -> list[Case]:
    """The cases of a kind that are over so; nothing that is on hold, that owes somebody something, or that ends with the case
    it was merged into."""
    statement = (
        select(Case)
        .where(Case.kind == kind.key, Case.closed_at.is_not(None), ~is_on_hold(Case.id), ~owes(kind), is_over)
        .where(Case.id.not_in(select(CaseMerge.case_id)))
        .order_by(Case.closed_at)
        .limit(most)
        .with_for_update(of=Case, skip_locked=True)
    )
    return list(db.session.execute(statement).scalars())


def _is_given_up(kind: CaseKind) -> ColumnElement[bool]:
    """Its member asked for it, and it was granted or nobody ever took the case."""
    asked = select(CaseErasure.id).where(CaseErasure.case_id == Case.id)
    granted = asked.where(CaseErasure.answer == GRANTED).exists()
    at_once = asked.where(CaseErasure.answer.is_(None)).exists() & erases_at_once(kind.module)
    return or_(granted, at_once)


def _end_with_merged(case: Case, *, for_accounts: bool = False) -> bool:
    """End a case and all that was merged into it, unless one of these is on hold or objected to; returns whether it ended."""
    merged = list_merged_into(case.id)
    if any(find_hold(each.id) or is_objected_to(each.id) for each in merged):
        return False
    for each in merged:
        _erase(each)
    if for_accounts:
        leave_to_accounts(case)
    else:
        _erase(case)
    return True


def _erase(case: Case) -> None:
    kept = {column: getattr(case, column) for column in COUNTED}
    record(case, "erase")
    remove(case)
    db.session.add(PastCase(id=uuid7(), **kept))
    db.session.flush()

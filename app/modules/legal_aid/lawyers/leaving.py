"""Ends the part of lawyers who left the panel, or whose term is over, in every case they have or are offered."""

from sqlalchemy import not_, select

from app.casework.queries import lock_case
from app.casework.states import Phase
from app.core.outbox import emit
from app.modules.legal_aid.lawyers.assigning import (
    MOST_AT_ONCE,
    ask_next,
    end_assignment,
    lock_assignment,
    note_deed,
)
from app.modules.legal_aid.lawyers.models import LIVE, Assignment, AssignmentState, Lawyer
from app.modules.legal_aid.lawyers.queries import is_acting
from app.modules.legal_aid.lawyers.telling import tell_lawyer, tell_member
from tenants.context import SYSTEM
from tenants.database import db

LEAVE = "lawyer_leaves"
RELEASE = "legal_aid.release_cases"


def order_release(lawyer: Lawyer) -> None:
    """Have the cases of who leaves looked for on the worker plane: who keeps the panel may not know all of them."""
    emit(RELEASE, dedupe_key=f"{RELEASE}:{lawyer.id}:{lawyer.version}", payload={})


def release() -> int:
    """Take their cases and offers off all who act on the panel no more, and ask the next; returns how many. Worker plane."""
    statement = (
        select(Assignment.id, Assignment.case_id)
        .join(Lawyer, Lawyer.id == Assignment.lawyer_id)
        .where(Assignment.state.in_(LIVE), not_(is_acting()))
        .order_by(Assignment.offered_at)
        .limit(MOST_AT_ONCE)
    )
    released = 0
    for assignment_id, case_id in db.session.execute(statement).all():
        case = lock_case(case_id)
        assignment = lock_assignment(assignment_id)
        if not AssignmentState(assignment.state).is_live or Phase(case.phase).is_over:
            continue
        was_accepted = assignment.state == AssignmentState.ACCEPTED
        end_assignment(assignment, AssignmentState.REPLACED if was_accepted else AssignmentState.WITHDRAWN, "")
        note_deed(SYSTEM, case, assignment, LEAVE, assignment.lawyer_name, is_shown=was_accepted)
        if was_accepted:
            tell_member(case, "lawyer_replaced", assignment.id)
            tell_lawyer(assignment, "replaced")
        ask_next(case, assignment)
        released += 1
    return released

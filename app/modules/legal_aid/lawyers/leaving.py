"""Ends the part of lawyers who left the panel, whose term is over, or who can't act in a case for another reason by now."""

from uuid import UUID

from sqlalchemy import select

from app.casework.models import Case
from app.casework.queries import lock_case
from app.casework.states import Phase
from app.core.outbox import emit
from app.identity.queries import list_colleagues
from app.modules.legal_aid.hearings.feeds import drop_idle
from app.modules.legal_aid.lawyers.assigning import (
    MOST_AT_ONCE,
    ask_next,
    end_assignment,
    lock_assignment,
    note_deed,
)
from app.modules.legal_aid.lawyers.candidates import cannot_act
from app.modules.legal_aid.lawyers.models import LIVE, Assignment, AssignmentState, Lawyer
from app.modules.legal_aid.lawyers.telling import tell_lawyer, tell_member
from app.modules.legal_aid.rights import COUNSEL
from tenants.context import SYSTEM, current_zone
from tenants.database import db

LEAVE = "lawyer_leaves"
RELEASE = "legal_aid.release_cases"


def order_release(lawyer: Lawyer, *, since: object = None) -> None:
    """Have the cases of who leaves, or of whom something is noted `since` when they can't act in all of them, looked for on the
    worker plane: who keeps the panel may not know all of them."""
    emit(RELEASE, dedupe_key=f"{RELEASE}:{lawyer.id}:{since or lawyer.version}", payload={})


def release() -> int:
    """Take their cases and offers off all who can't act in them any more, and ask the next; returns how many. Who has left has no
    calendar to read any more. Worker plane."""
    drop_idle()
    people = list_colleagues(COUNSEL, current_zone().union_path)
    statement = (
        select(Assignment.id, Case, Lawyer)
        .join(Lawyer, Lawyer.id == Assignment.lawyer_id)
        .join(Case, Case.id == Assignment.case_id)
        .where(Assignment.state.in_(LIVE), Case.phase == Phase.OPEN)
        .order_by(Assignment.offered_at)
    )
    live = db.session.execute(statement).all()
    found = [(row[0], row[1].id) for row in live if cannot_act(row[2], row[1], people)]
    return sum(_release(*each) for each in found[:MOST_AT_ONCE])


def _release(assignment_id: UUID, case_id: UUID) -> bool:
    case = lock_case(case_id)
    assignment = lock_assignment(assignment_id)
    if not AssignmentState(assignment.state).is_live or Phase(case.phase).is_over:
        return False
    was_accepted = assignment.state == AssignmentState.ACCEPTED
    end_assignment(assignment, AssignmentState.REPLACED if was_accepted else AssignmentState.WITHDRAWN, "")
    note_deed(SYSTEM, case, assignment, LEAVE, assignment.lawyer_name, is_shown=was_accepted)
    if was_accepted:
        tell_member(case, "lawyer_replaced", assignment.id)
        tell_lawyer(assignment, "replaced")
    ask_next(case, assignment)
    return True

"""Offers cases to lawyers: accepted, declined or lapsed, then to the next; taken away again, objected to, over."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.casework import clock_runs
from app.casework.access.keeping import keep_from
from app.casework.access.rule import Part
from app.casework.access.standing import require_reading
from app.casework.calendar.in_force import work_calendar
from app.casework.clocks import Clock, Unit, start
from app.casework.errors import NotTheHandler
from app.casework.kinds import find_kind
from app.casework.models import Case, CaseEvent
from app.casework.queries import find_own_case, lock_case
from app.casework.states import Phase
from app.casework.trail import add_event, record
from app.core.clock import now
from app.core.errors import NotFound
from app.core.outbox import emit
from app.identity.queries import Colleague, list_colleagues
from app.modules.legal_aid.lawyers.candidates import Candidate, known_conflict, list_candidates
from app.modules.legal_aid.lawyers.errors import (
    AlreadyGiven,
    LawyerHindered,
    NotUnderWay,
    ObjectedBefore,
    OfferConflicted,
    OfferOver,
)
from app.modules.legal_aid.lawyers.models import Assignment, AssignmentState
from app.modules.legal_aid.lawyers.queries import find_lawyer, find_live, find_own, list_assignments
from app.modules.legal_aid.lawyers.sealing import seal_reason
from app.modules.legal_aid.lawyers.telling import tell_lawyer, tell_member
from app.modules.legal_aid.rights import COUNSEL
from app.modules.legal_aid.tables import UNDER_WAY
from tenants.context import SYSTEM, Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

ANSWER_WITHIN = Clock("offer", _("Answer to the offer"), 2, Unit.WORKING_DAYS)
NEXT = "legal_aid.offer_next"
END = "legal_aid.end_assignment"
OFFER, ACCEPT, DECLINE, CONFLICT, LAPSE = (
    "offer_lawyer",
    "lawyer_accepts",
    "lawyer_declines",
    "lawyer_conflict",
    "offer_lapses",
)
WITHDRAW, REPLACE, OBJECT, NOBODY = "withdraw_offer", "replace_lawyer", "object_to_lawyer", "no_lawyer_free"
MOST_AT_ONCE = 200


def offer(actor: Actor, case_id: UUID, lawyer_id: UUID, colleagues: Collection[Colleague]) -> Assignment:
    """Offer a case to a lawyer of the panel, as its handler; sent twice it is offered once.

    `colleagues` are those who may act as lawyers here. Raises `LawyerHindered`, `AlreadyGiven`, `NotUnderWay`,
    `NotTheHandler`, and what `require_reading` does.
    """
    case = _held_by_handler(actor, case_id)
    live = find_live(case.id)
    if live is not None and live.lawyer_id == lawyer_id:
        return live
    if live is not None:
        raise AlreadyGiven
    _require_under_way(case)
    chosen = next((one for one in list_candidates(case, colleagues) if one.lawyer.id == lawyer_id), None)
    if chosen is None or not chosen.can_be_asked:
        raise LawyerHindered(field="lawyer")
    return _offer(actor, case, chosen)


def offer_next(case_id: UUID) -> None:
    """Offer a case that no lawyer has to whoever is free, works in its field and has least; on the worker plane."""
    case = lock_case(case_id)
    if case.state != UNDER_WAY.key or find_live(case.id) is not None:
        return
    people = list_colleagues(COUNSEL, current_zone().union_path)
    chosen = next((one for one in list_candidates(case, people) if one.is_free), None)
    if chosen is not None:
        _offer(SYSTEM, case, chosen)
    else:
        add_event(SYSTEM, case, NOBODY, is_shown=False)
        record(case, NOBODY)


def accept(actor: Actor, assignment_id: UUID) -> Assignment:
    """Take a case that one is offered; from now on one reads it, and the member is told who one is.

    Raises `OfferOver`, `OfferConflicted`, `NotFound`.
    """
    assignment, case = _held_by_lawyer(actor, assignment_id)
    if assignment.state == AssignmentState.ACCEPTED:
        return assignment
    _require_offered(assignment)
    if known_conflict(actor, case, find_lawyer(assignment.lawyer_id)):
        raise OfferConflicted
    _require_under_way(case)
    assignment.state, assignment.account_id, assignment.accepted_at = AssignmentState.ACCEPTED, actor.account_id, now()
    note_deed(actor, case, assignment, ACCEPT, f"{assignment.lawyer_name}，{assignment.lawyer_firm}", is_shown=True)
    if case.paused_at is None:
        clock_runs.begin_anew(case, find_kind(case.kind), "news")
    tell_member(case, "lawyer_named", assignment.id)
    return assignment


def decline(actor: Actor, assignment_id: UUID, reason: str, *, is_conflict: bool) -> None:
    """Turn an offer down; for a conflict of interest one is kept from the case for good. The next one is asked.

    Raises `OfferOver`, `NotFound`.
    """
    assignment, case = _held_by_lawyer(actor, assignment_id)
    state = AssignmentState.CONFLICTED if is_conflict else AssignmentState.DECLINED
    if assignment.state == state:
        return
    _require_offered(assignment)
    if is_conflict and actor.account_id is not None:
        keep_from(actor, case, actor.account_id)
    end_assignment(assignment, state, reason)
    note_deed(actor, case, assignment, CONFLICT if is_conflict else DECLINE, reason, is_shown=False)
    ask_next(case, assignment)


def take_off(actor: Actor, case_id: UUID, assignment_id: UUID, reason: str) -> None:
    """Take an offer back, or a case away from its lawyer, as its handler and for a reason; done twice it is done once.

    Raises `NotTheHandler`, `OfferOver`, `NotFound`, and what `require_reading` does.
    """
    case = _held_by_handler(actor, case_id)
    assignment = _of_case(case, assignment_id)
    if assignment.state in (AssignmentState.WITHDRAWN, AssignmentState.REPLACED):
        return
    if not AssignmentState(assignment.state).is_live:
        raise OfferOver
    was_accepted = assignment.state == AssignmentState.ACCEPTED
    end_assignment(assignment, AssignmentState.REPLACED if was_accepted else AssignmentState.WITHDRAWN, reason)
    note_deed(actor, case, assignment, REPLACE if was_accepted else WITHDRAW, reason, is_shown=was_accepted)
    if was_accepted:
        tell_member(case, "lawyer_replaced", assignment.id)
        tell_lawyer(assignment, "replaced")


def object_to(actor: Actor, case_id: UUID, assignment_id: UUID, reason: str) -> None:
    """Not want the lawyer who was named, as the member, for a reason and once in a case; another one is looked for.

    Raises `ObjectedBefore`, `OfferOver`, `NotFound`.
    """
    case = lock_case(find_own_case(actor, case_id).id)
    assignment = _of_case(case, assignment_id)
    if assignment.state == AssignmentState.OBJECTED:
        return
    if has_objected(case.id):
        raise ObjectedBefore
    if assignment.state != AssignmentState.ACCEPTED or Phase(case.phase).is_over:
        raise OfferOver
    end_assignment(assignment, AssignmentState.OBJECTED, reason)
    note_deed(actor, case, assignment, OBJECT, reason, is_shown=True)
    ask_next(case, assignment)
    tell_lawyer(assignment, "replaced")


def has_objected(case_id: UUID) -> bool:
    """Whether the member has used their one objection."""
    return any(each.state == AssignmentState.OBJECTED for each in list_assignments(case_id))


def lapse() -> int:
    """End the offers nobody answered in time, and ask the next; returns how many."""
    statement = (
        select(Assignment)
        .where(Assignment.state == AssignmentState.OFFERED, Assignment.lapses_at < now())
        .order_by(Assignment.lapses_at)
        .limit(MOST_AT_ONCE)
    )
    lapsed = 0
    for found in db.session.scalars(statement).all():
        case = lock_case(found.case_id)
        assignment = lock_assignment(found.id)
        if assignment.state == AssignmentState.OFFERED:
            end_assignment(assignment, AssignmentState.LAPSED, "")
            note_deed(SYSTEM, case, assignment, LAPSE, assignment.lawyer_name, is_shown=False)
            ask_next(case, assignment)
            lapsed += 1
    return lapsed


def order_end(case: Case, event: CaseEvent) -> None:
    """Have the lawyer's part end with the case, whoever ends it: a member may not write whom it was offered to."""
    if Phase(case.phase).is_over:
        emit(END, dedupe_key=f"{END}:{event.id}", payload={"case_id": str(case.id)})


def end_with_case(case_id: UUID) -> None:
    """End what is live of a case that is over, and tell the lawyer who had it; on the worker plane."""
    case = lock_case(case_id)
    assignment = find_live(case.id)
    if assignment is not None and Phase(case.phase).is_over:
        was_accepted = assignment.state == AssignmentState.ACCEPTED
        end_assignment(assignment, AssignmentState.ENDED if was_accepted else AssignmentState.WITHDRAWN, "")
        if was_accepted:
            tell_lawyer(assignment, "ended")


def _offer(actor: Actor, case: Case, chosen: Candidate) -> Assignment:
    lawyer = chosen.lawyer
    assignment = Assignment(
        zone_id=current_zone().id, id=uuid7(), case_id=case.id, member_id=case.member_id, lawyer_id=lawyer.id,
        lawyer_name=lawyer.name, lawyer_licence=lawyer.licence, lawyer_firm=lawyer.firm, offered_by=actor.account_id,
        state=AssignmentState.OFFERED, lapses_at=_lapses_at(),
    )  # fmt: skip
    db.session.add(assignment)
    db.session.flush()
    note_deed(actor, case, assignment, OFFER, lawyer.name, is_shown=False)
    tell_lawyer(assignment, "offered")
    return assignment


def _lapses_at() -> datetime:
    return start(ANSWER_WITHIN, now(), work_calendar()).due_at


def end_assignment(assignment: Assignment, state: AssignmentState, reason: str) -> None:
    assignment.state, assignment.ended_at = state, now()
    if reason:
        assignment.reason_cipher = seal_reason(assignment.id, reason)


def note_deed(actor: Actor, case: Case, assignment: Assignment, deed: str, note: str, *, is_shown: bool) -> None:
    add_event(actor, case, deed, note, is_shown=is_shown)
    record(case, deed, assignment=str(assignment.id))


def ask_next(case: Case, after: Assignment) -> None:
    emit(NEXT, dedupe_key=f"{NEXT}:{after.id}", payload={"case_id": str(case.id)})


def _held_by_handler(actor: Actor, case_id: UUID) -> Case:
    case = lock_case(case_id)
    if require_reading(actor, case) is not Part.HANDLER:
        raise NotTheHandler
    return case


def _held_by_lawyer(actor: Actor, assignment_id: UUID) -> tuple[Assignment, Case]:
    """The lawyer's own assignment and its case, both held: the case first, as everywhere."""
    if not actor.may(COUNSEL):
        raise NotFound
    found = find_own(actor, assignment_id)
    case = lock_case(found.case_id)
    return lock_assignment(found.id), case


def _of_case(case: Case, assignment_id: UUID) -> Assignment:
    assignment = lock_assignment(assignment_id)
    if assignment.case_id != case.id:
        raise NotFound
    return assignment


def lock_assignment(assignment_id: UUID) -> Assignment:
    statement = (
        select(Assignment)
        .where(Assignment.id == assignment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = db.session.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def _require_offered(assignment: Assignment) -> None:
    if not assignment.is_open_offer:
        raise OfferOver


def _require_under_way(case: Case) -> None:
    if case.state != UNDER_WAY.key:
        raise NotUnderWay

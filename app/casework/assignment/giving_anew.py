"""Takes off a case whoever it must be kept from by now: they are tied to an employer's union that its applicant named later."""

from uuid import UUID

from sqlalchemy import select

from app.casework.access.keeping import give_back
from app.casework.access.models import CaseOpening, CaseParticipant
from app.casework.assignment.choosing import is_kept_from
from app.casework.assignment.operations import assign
from app.casework.contacts.handing_on import hand_tasks_on
from app.casework.contacts.models import CaseTask
from app.casework.kinds import find_kind
from app.casework.links.queries import list_merged_into
from app.casework.models import Case, CaseEvent
from app.casework.queries import lock_case
from app.casework.settings import GIVEN, current_settings
from app.casework.states import SUBMIT, Phase
from app.casework.trail import add_event, record
from app.core.clock import now
from app.core.outbox import emit
from app.identity.queries import ties_of
from tenants.context import Actor
from tenants.database import db

GIVE_ANEW = "give_anew"
JOB = "casework.give_anew"
Part = CaseParticipant | CaseOpening | CaseTask


def order_giving_anew(case: Case, event: CaseEvent) -> None:
    """Have it looked at in whose hands a case is that its applicant hands in again: it may be kept from them by now."""
    is_again = event.action == SUBMIT and event.from_state != find_kind(case.kind).table.first.key
    if is_again and case.blind_paths:
        emit(JOB, dedupe_key=f"{JOB}:{case.id}:{case.version}", payload={"case_id": str(case.id)})


def give_anew(actor: Actor, case_id: UUID) -> None:
    """Take off a case whoever it must be kept from, and let others have it and their tasks. On the worker plane.

    What was merged into it is kept from the same unions from now on. The history says no more than that it was given anew: not why.
    """
    case = lock_case(case_id)
    for merged in list_merged_into(case.id):
        merged.blind_paths = case.blind_paths
    parts = _parts(case)
    handlers = {case.handler_id} if case.handler_id and not Phase(case.phase).is_over else set()
    ties = ties_of({holder for part in parts if (holder := _holder(part)) is not None} | handlers)
    tied = {account_id for account_id, paths in ties.items() if is_kept_from(paths, case)}
    if not tied:
        return
    source = case.state
    if handlers & tied:
        give_back(case)
    add_event(actor, case, GIVE_ANEW, source=source, is_shown=False)
    record(case, GIVE_ANEW)
    if current_settings(case.module).assignment == GIVEN:
        assign(actor, case.id)
    for part in parts:
        if _holder(part) in tied:
            _end(part)
    for account_id in sorted(tied):
        hand_tasks_on(actor, case, account_id)


def _holder(part: Part) -> UUID | None:
    return part.assignee_id if isinstance(part, CaseTask) else part.account_id


def _parts(case: Case) -> list[Part]:
    """What makes somebody read the case or do something for it."""
    helps = select(CaseParticipant).where(CaseParticipant.case_id == case.id)
    opened = select(CaseOpening).where(CaseOpening.case_id == case.id, CaseOpening.until > now())
    to_do = select(CaseTask).where(CaseTask.case_id == case.id, CaseTask.done_at.is_(None))
    return [part for statement in (helps, opened, to_do) for part in db.session.scalars(statement)]


def _end(part: Part) -> None:
    """A task is not ended: others do it."""
    if isinstance(part, CaseParticipant):
        db.session.delete(part)
    elif isinstance(part, CaseOpening):
        part.until = now()

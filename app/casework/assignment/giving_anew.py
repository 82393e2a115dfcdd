"""Takes off a case whoever it must be kept from by now: they are tied to an employer's union that its applicant named later."""

from uuid import UUID

from sqlalchemy import select

from app.casework.access.keeping import give_back, lock_whole
from app.casework.access.models import CaseOpening, CaseParticipant
from app.casework.assignment.choosing import is_kept_from
from app.casework.assignment.operations import assign, hold_assigning
from app.casework.contacts.handing_on import hand_tasks_on
from app.casework.contacts.models import CaseTask
from app.casework.kinds import find_kind
from app.casework.links.queries import list_whole
from app.casework.models import Case, CaseEvent
from app.casework.settings import GIVEN, current_settings
from app.casework.states import SUBMIT
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
    """Take off a case, and off all that is one with it, whoever it must be kept from, and let others have it and their tasks.

    On the worker plane. What was merged stays kept from its own unions, and is from those of the case that goes on. The history says
    no more than that it was given anew: not why. Raises what `lock_whole` does.
    """
    hold_assigning()
    goes_on, *merged = whole = list_whole(lock_whole(case_id))
    for each in merged:
        each.blind_paths = sorted({*each.blind_paths, *goes_on.blind_paths})
    parts = {each.id: _parts(each) for each in whole}
    tied = {each.id: _tied(each, parts[each.id]) for each in whole}
    for each in whole:
        _take_off(actor, each, parts[each.id], tied[each.id])
    if any(tied.values()) and current_settings(goes_on.module).assignment == GIVEN:
        assign(actor, goes_on.id)
    for each in whole:
        for account_id in sorted(tied[each.id]):
            hand_tasks_on(actor, each, account_id)


def _tied(case: Case, parts: list[Part]) -> set[UUID]:
    """Whoever has a part in the case and must not know of it."""
    holders = {holder for part in parts if (holder := _holder(part)) is not None}
    ties = ties_of(holders | ({case.handler_id} if case.handler_id else set()))
    return {account_id for account_id, paths in ties.items() if is_kept_from(paths, case)}


def _take_off(actor: Actor, case: Case, parts: list[Part], tied: set[UUID]) -> None:
    if not tied:
        return
    source = case.state
    if case.handler_id in tied:
        give_back(case)
    for part in parts:
        if _holder(part) in tied:
            _end(part)
    add_event(actor, case, GIVE_ANEW, source=source, is_shown=False)
    record(case, GIVE_ANEW)


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

"""Holds the clocks of a case, and lets them go on. The member is told both, and reads the reason."""

from datetime import date
from uuid import UUID

from app.casework import clock_runs
from app.casework.calendar.in_force import work_calendar
from app.casework.errors import NotTheHandler, PromiseOver, WrongState
from app.casework.kinds import find_kind
from app.casework.models import Case, CaseClock
from app.casework.pauses.models import CasePause
from app.casework.pauses.queries import find_pause, list_due
from app.casework.queries import lock_case
from app.casework.reviews import readable
from app.casework.states import Phase
from app.casework.trail import add_event, record
from app.core.clock import now, today_in_china
from app.core.seen import require_seen
from app.notifications.operations import notify
from tenants.context import Actor
from tenants.database import db
from tenants.ids import uuid7

PAUSE = "pause"
RESUME = "resume"
MOST_AT_ONCE = 500


def pause_case(actor: Actor, case_id: UUID, reason: str, resume_on: date, *, seen: str | None = None) -> None:
    """Stop the clocks of a case that its handler has, until they let them go on or `resume_on` comes; a day off is moved to the
    next working day. Sent twice it is paused once.

    What is late stays late: raises `PromiseOver`. Raises `NotTheHandler`, `WrongState`, `ChangedMeanwhile`, and what
    `reviews.readable` does.
    """
    case = lock_case(readable(actor, case_id).id)
    is_paused = find_pause(case.id) is not None
    if is_paused and seen == case.former_mark and case.handler_id == actor.account_id:
        return
    require_seen(seen, case.mark)
    _require_handler(actor, case)
    promise = _promise(case)
    if is_paused or promise is None:
        raise WrongState
    if promise.due_at < now():
        raise PromiseOver
    clock_runs.hold(case, find_kind(case.kind))
    day = work_calendar().working_day_from(resume_on)
    db.session.add(CasePause(id=uuid7(), case_id=case.id, member_id=case.member_id, resume_on=day))
    _tell(actor, case, PAUSE, reason)


def may_be_paused(case: Case) -> bool:
    """Whether something is promised of the case that is not late, so that it can wait."""
    promise = _promise(case)
    return promise is not None and promise.due_at >= now()


def _promise(case: Case) -> CaseClock | None:
    return clock_runs.find_promise(case, find_kind(case.kind)) if case.phase == Phase.OPEN else None


def resume_case(actor: Actor, case_id: UUID, *, seen: str | None = None) -> None:
    """Let the clocks go on, each with what was left of it. Sent twice they go on once. Raises like `pause_case`."""
    case = lock_case(readable(actor, case_id).id)
    if find_pause(case.id) is None and seen == case.former_mark:
        return
    require_seen(seen, case.mark)
    _require_handler(actor, case)
    if find_pause(case.id) is None:
        raise WrongState
    _go_on(actor, case)


def resume_due(actor: Actor) -> int:
    """Let every case go on whose day has come; returns how many."""
    resumed = 0
    for case_id in list_due(today_in_china(), MOST_AT_ONCE):
        case = lock_case(case_id)
        if find_pause(case.id) is not None:
            _go_on(actor, case)
            resumed += 1
    return resumed


def _go_on(actor: Actor, case: Case) -> None:
    clock_runs.go_on(case, find_kind(case.kind))
    _tell(actor, case, RESUME, "")


def _require_handler(actor: Actor, case: Case) -> None:
    if case.handler_id != actor.account_id:
        raise NotTheHandler


def _tell(actor: Actor, case: Case, action: str, reason: str) -> None:
    case.version += 1
    case.updated_at = now()
    add_event(actor, case, action, reason, is_shown=True)
    record(case, action)
    notify(f"{case.module}.{action}", case.member_id, {"number": case.number},
           dedupe_key=f"{case.module}.{action}:{case.id}:{case.version}", href=f"/{case.module}/{case.id}")  # fmt: skip

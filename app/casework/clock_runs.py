"""The clocks of a case: started, paused, resumed and stopped by its steps; `Case.due_at` is the nearest end of them all."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from sqlalchemy import select

from app.casework.calendar.in_force import work_calendar
from app.casework.clocks import Clock, ClockRun, escalate_at, pause, remind_at, resume, start
from app.casework.forms.answers import from_json
from app.casework.kinds import CaseKind
from app.casework.models import Case, CaseClock
from app.casework.sealing import ANSWERS, unseal
from app.casework.states import Phase, Step
from app.core.clock import CHINA, now
from tenants.database import db


def move(case: Case, kind: CaseKind, step: Step, given: Mapping[str, Any]) -> None:
    """Start and stop what a step says; outside the union's hands no promise runs, and for what is over nothing does."""
    runs = _running(case)
    phase = kind.table[step.target].phase
    for key in list(runs):
        goes_on = phase is Phase.OPEN or (kind.declared(key).is_limit and not phase.is_over)
        if not goes_on or key in step.stops or key in step.starts:
            runs.pop(key).stopped_at = now()
    db.session.flush()  # what is stopped makes room for what starts under the same key
    begun = [_begin(case, kind, key, given) for key in step.starts]
    rows = [*runs.values(), *(row for row in begun if row is not None)]
    _tell_case(case, rows if phase is Phase.OPEN else [])


def find_promise(case: Case, kind: CaseKind) -> CaseClock | None:
    """The running clock of the union's next promise; None where nothing is promised, or all of it is paused."""
    rows = (row for row in _running(case).values() if not kind.declared(row.clock).is_limit and row.paused_at is None)
    return min(rows, key=lambda row: row.due_at, default=None)


def list_limits(case: Case, kind: CaseKind) -> list[tuple[Clock, datetime]]:
    """The time limits of the law that run, with their ends; the nearest first."""
    found = ((kind.declared(row.clock), row.due_at) for row in _running(case).values())
    return sorted(((clock, end) for clock, end in found if clock.is_limit), key=lambda each: each[1])


def hold(case: Case, kind: CaseKind) -> None:
    """Pause every promise of the case that runs: what comes next is not in the union's hands."""
    for key, row in _running(case).items():
        if row.paused_at is None and not kind.declared(key).is_limit:
            _write(row, kind, pause(kind.clock(key), _run(row), now(), work_calendar()))
    _tell_case(case, list(_running(case).values()))


def go_on(case: Case, kind: CaseKind) -> None:
    """Resume every paused clock of the case."""
    for key, row in _running(case).items():
        if row.paused_at is not None:
            _write(row, kind, resume(kind.clock(key), _run(row), now(), work_calendar()))
    _tell_case(case, list(_running(case).values()))


def _running(case: Case) -> dict[str, CaseClock]:
    """The clocks that were not stopped, by key; paused ones are among them."""
    statement = select(CaseClock).where(CaseClock.case_id == case.id, CaseClock.stopped_at.is_(None))
    return {row.clock: row for row in db.session.execute(statement).scalars()}


def _begin(case: Case, kind: CaseKind, key: str, given: Mapping[str, Any]) -> CaseClock | None:
    """The clock, begun; one that counts from a day may be over already, and without that day it does not run."""
    begins = _beginning(case, kind, kind.clock(key), given)
    if begins is None:
        return None
    run = start(kind.clock(key), begins, work_calendar())
    row = CaseClock(case_id=case.id, member_id=case.member_id, clock=key, started_at=run.started_at, due_at=run.due_at)
    _write(row, kind, run)
    db.session.add(row)
    return row


def _beginning(case: Case, kind: CaseKind, clock: Clock, given: Mapping[str, Any]) -> datetime | None:
    if clock.begins is None:
        return now()
    answers = from_json(kind.forms[case.form_version], unseal(case, ANSWERS))
    day = clock.begins({**answers, **given})
    return datetime.combine(day, time(), CHINA) if day else None


def _write(row: CaseClock, kind: CaseKind, run: ClockRun) -> None:
    clock, calendar = kind.clock(row.clock), work_calendar()
    row.due_at, row.paused_at, row.time_left = run.due_at, run.paused_at, run.left
    row.remind_at, row.escalate_at = remind_at(clock, run, calendar), escalate_at(clock, run, calendar)


def _run(row: CaseClock) -> ClockRun:
    return ClockRun(row.started_at, row.due_at, row.paused_at, row.time_left)


def _tell_case(case: Case, rows: list[CaseClock]) -> None:
    """The case shows the nearest end of what runs; where all is paused, since when."""
    ends: list[datetime] = [row.due_at for row in rows if row.paused_at is None]
    case.due_at = min(ends) if ends else None
    held: list[datetime] = [row.paused_at for row in rows if row.paused_at is not None]
    case.paused_at = min(held) if held and not ends else None

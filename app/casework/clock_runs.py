"""The clocks of a case: started, paused, resumed and stopped by its steps; `Case.due_at` is the next promised moment."""

from datetime import datetime

from sqlalchemy import select

from app.casework.calendar.in_force import work_calendar
from app.casework.clocks import ClockRun, escalate_at, pause, remind_at, resume, start
from app.casework.kinds import CaseKind
from app.casework.models import Case, CaseClock
from app.casework.states import Phase, Step
from app.core.clock import now
from tenants.database import db


def move(case: Case, kind: CaseKind, step: Step) -> None:
    """Start and stop what a step says; outside the union's hands no clock runs."""
    runs = _running(case)
    is_open = kind.table[step.target].phase is Phase.OPEN
    for key in list(runs):
        if not is_open or key in step.stops or key in step.starts:
            runs.pop(key).stopped_at = now()
    db.session.flush()  # what is stopped makes room for what starts under the same key
    for key in step.starts:
        runs[key] = _begin(case, kind, key)
    _tell_case(case, list(runs.values()))


def hold(case: Case, kind: CaseKind) -> None:
    """Pause every clock of the case: what comes next is not in the union's hands."""
    for key, row in _running(case).items():
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


def _begin(case: Case, kind: CaseKind, key: str) -> CaseClock:
    run = start(kind.clock(key), now(), work_calendar())
    row = CaseClock(case_id=case.id, member_id=case.member_id, clock=key, started_at=run.started_at, due_at=run.due_at)
    _write(row, kind, run)
    db.session.add(row)
    return row


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

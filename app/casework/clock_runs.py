"""The clocks of a case: started, paused, resumed and stopped by its steps; `Case.due_at` is the nearest end of them all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select

from app.casework.calendar.in_force import work_calendar
from app.casework.clocks import Clock, ClockRun, Count, Unit, escalate_at, pause, recount, remind_at, resume, start
from app.casework.forms.answers import from_json
from app.casework.kinds import ANSWER, CaseKind, find_kind
from app.casework.models import Case, CaseClock
from app.casework.sealing import ANSWERS, unseal
from app.casework.states import Phase, Step
from app.core.clock import CHINA, now
from tenants.database import db


@dataclass(frozen=True, slots=True)
class Moved:
    """A clock that was counted anew and ends at another moment than `before`."""

    clock: CaseClock
    before: datetime


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit of the law that runs: from which day it counts, and when it ends."""

    clock: Clock
    counts_from: date
    ends_at: datetime


def move(case: Case, kind: CaseKind, step: Step, given: Mapping[str, Any]) -> dict[str, CaseClock]:
    """Start and stop what a step says; a promise runs in the union's hands alone, a limit of the law to its end, whatever comes
    of the case.

    Returns what was stopped, by key.
    """
    runs, stopped = _running(case), {}
    phase = kind.table[step.target].phase
    for key in list(runs):
        goes_on = phase is Phase.OPEN or kind.declared(key).is_limit
        if not goes_on or key in step.stops or key in step.starts:
            stopped[key] = runs.pop(key)
            stopped[key].stopped_at = now()
    db.session.flush()  # what is stopped makes room for what starts under the same key
    begun = [_begin(case, kind, key, given) for key in step.starts]
    rows = [*runs.values(), *(row for row in begun if row is not None)]
    _tell_case(case, rows if phase is Phase.OPEN else [])
    return stopped


def tell_anew(case: Case) -> None:
    """Let an open case show what comes next, now that an end is behind."""
    if case.phase == Phase.OPEN:
        _tell_case(case, list(_running(case).values()))


def begin_anew(case: Case, kind: CaseKind, key: str) -> None:
    """Begin a promise of a case that is with the union from now on, where the member has heard what it promised."""
    runs = _running(case)
    if (run := runs.pop(key, None)) is not None:
        run.stopped_at = now()
        db.session.flush()
    begun = _begin(case, kind, key, {})
    _tell_case(case, [*runs.values(), *([begun] if begun else [])])


def find_promise(case: Case, kind: CaseKind) -> CaseClock | None:
    """The running clock of the union's next promise; None where nothing is promised, or all of it is paused."""
    rows = (row for row in _running(case).values() if not kind.declared(row.clock).is_limit and row.paused_at is None)
    return min(rows, key=lambda row: row.due_at, default=None)


def list_limits(case: Case, kind: CaseKind) -> list[Limit]:
    """The time limits of the law that run, the nearest first."""
    rows = (row for row in _running(case).values() if kind.declared(row.clock).is_limit)
    found = (Limit(kind.declared(row.clock), row.counted_from.astimezone(CHINA).date(), row.due_at) for row in rows)
    return sorted(found, key=lambda limit: limit.ends_at)


def count_from(case: Case, kind: CaseKind, key: str, day: date) -> CaseClock:
    """Stop a running clock and begin it from another day; what is noted of clocks (`deadlines`) is noted of the new one."""
    runs = _running(case)
    runs[key].stopped_at = now()
    db.session.flush()
    runs[key] = _start(case, kind, key, _midnight(day))
    _tell_case(case, list(runs.values()))
    return runs[key]


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


def is_counted_otherwise(row: CaseClock, kind: CaseKind) -> bool:
    """Whether a clock says anything else than the calendar in force makes of it."""
    clock, calendar = kind.clock(row.clock), work_calendar()
    run = recount(_run(row), now(), calendar)
    new = (run.due_at, run.left, remind_at(clock, run, calendar), escalate_at(clock, run, calendar))
    return new != (row.due_at, row.time_left, row.remind_at, row.escalate_at)


def count_anew(case: Case, kind: CaseKind) -> list[Moved]:
    """Count every clock of the case by the calendar in force; returns those that end on another day now.

    What is noted once of a clock (`deadlines`) is noted again where its moment lies ahead again.
    """
    rows, moved, at = _running(case), [], now()
    for row in rows.values():
        before = row.due_at
        _write(row, kind, recount(_run(row), at, work_calendar()))
        if row.due_at != before:
            _forget_what_lies_ahead(row, at)
            moved.append(Moved(row, before))
    _tell_case(case, list(rows.values()) if case.phase == Phase.OPEN else [])
    return moved


def _forget_what_lies_ahead(row: CaseClock, at: datetime) -> None:
    if row.remind_at is not None and row.remind_at > at:
        row.reminded_at = None
    if row.due_at > at:
        row.found_late_at = None
    if row.escalate_at is not None and row.escalate_at > at:
        row.escalated_at = None


def stop(case: Case) -> None:
    """Stop every clock of a case that goes on in another one, which has its own."""
    for row in _running(case).values():
        row.stopped_at = now()
    _tell_case(case, [])


def awaits_answer(case: Case) -> bool:
    """Whether the answer that every case is promised is still to come."""
    return ANSWER in _running(case)


def hold_to_earlier(case: Case, other: Case) -> None:
    """Let what ends earlier of another case's running clocks hold for this one: its promise, and each time limit of the law."""
    kind, theirs = find_kind(case.kind), find_kind(other.kind)
    for key, row in _running(other).items():
        if row.paused_at is not None:
            continue
        is_limit = theirs.declared(key).is_limit
        held = _running(case).get(key) if is_limit else find_promise(case, kind)
        if held is None and is_limit and key in {clock.key for clock in kind.clocks}:
            held = CaseClock(case_id=case.id, member_id=case.member_id, clock=key, started_at=row.started_at)
            _write(held, kind, _run(row))
            db.session.add(held)
        elif held is not None and row.due_at < held.due_at:
            _write(held, kind, _run(row))
    db.session.flush()
    _tell_case(case, list(_running(case).values()))


def _running(case: Case) -> dict[str, CaseClock]:
    """The clocks that were not stopped, by key; paused ones are among them."""
    statement = select(CaseClock).where(CaseClock.case_id == case.id, CaseClock.stopped_at.is_(None))
    return {row.clock: row for row in db.session.execute(statement).scalars()}


def _begin(case: Case, kind: CaseKind, key: str, given: Mapping[str, Any]) -> CaseClock | None:
    """The clock, begun; one that counts from a day may be over already, and without that day it does not run."""
    begins = _beginning(case, kind, kind.clock(key), given)
    return None if begins is None else _start(case, kind, key, begins)


def _start(case: Case, kind: CaseKind, key: str, begins: datetime) -> CaseClock:
    run = start(kind.clock(key), begins, work_calendar())
    row = CaseClock(case_id=case.id, member_id=case.member_id, clock=key, started_at=run.started_at)
    _write(row, kind, run)
    db.session.add(row)
    return row


def _beginning(case: Case, kind: CaseKind, clock: Clock, given: Mapping[str, Any]) -> datetime | None:
    if clock.begins is None:
        return now()
    answers = from_json(kind.forms[case.form_version], unseal(case, ANSWERS))
    day = clock.begins({**answers, **given})
    return _midnight(day) if day else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


def _write(row: CaseClock, kind: CaseKind, run: ClockRun) -> None:
    clock, calendar = kind.clock(row.clock), work_calendar()
    row.due_at, row.paused_at, row.time_left = run.due_at, run.paused_at, run.left
    row.counted_from, row.counted, row.counted_unit = run.count.begun, run.count.amount, run.count.unit
    row.remind_at, row.escalate_at = remind_at(clock, run, calendar), escalate_at(clock, run, calendar)


def _run(row: CaseClock) -> ClockRun:
    count = Count(row.counted_from, row.counted, Unit(row.counted_unit))
    return ClockRun(row.started_at, row.due_at, count, row.paused_at, row.time_left)


def _tell_case(case: Case, rows: list[CaseClock]) -> None:
    """The case shows the nearest end of what runs, and since when something is paused.

    A time limit that is over counts no more: what the union has promised does.
    """
    kind, at = find_kind(case.kind), now()
    runs = (row for row in rows if row.paused_at is None)
    ends = (row.due_at for row in runs if row.due_at >= at or not kind.declared(row.clock).is_limit)
    case.due_at = min(ends, default=None)
    case.paused_at = min((row.paused_at for row in rows if row.paused_at is not None), default=None)

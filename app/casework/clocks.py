"""Clocks: by when something is promised or lost, when to remind of it, and when to take it higher. Pure: no database.

Periods run as 民法典 第二百条至第二百零四条 has it: the day on which they begin does not count; months and years end on the
same day of a later month, or on its last where there is none; what would end on a day off ends with the next working
day; hours run from the moment on. A clock counts in whole seconds and ends with the last second of its last day in China.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from app.casework.calendar.working_days import DAY, WorkCalendar
from app.core.clock import CHINA
from app.core.modules import Text

DESKS_OPEN = time(9)
"""When people are told, on days they are at their desks."""
LAST_SECOND = time(23, 59, 59)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


class Unit(StrEnum):
    """What a clock counts."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Clock:
    """A promise or a time limit of a kind of case.

    `remind_before` and `escalate_after` count from its end, in its unit; in days where that is months or years. Without
    them nobody is reminded, or nothing is taken higher. One that `is_limit` is a time limit of the law: no promise, never
    paused, and it runs on while the case is returned and after it is over; one that `may_be_interrupted` (时效中断) begins anew then. `begins`
    finds the day it counts from in what was told and what the step asked, and None where nothing runs; without it a clock
    begins with the step.
    """

    key: str
    title: Text
    amount: int
    unit: Unit
    remind_before: int | None = None
    escalate_after: int | None = None
    is_limit: bool = False
    may_be_interrupted: bool = False
    begins: Callable[[Mapping[str, Any]], date | None] | None = None

    def __post_init__(self) -> None:
        counts = (self.amount, self.remind_before, self.escalate_after)
        if any(count is not None and count < 1 for count in counts):
            raise ValueError(f"the clock {self.key!r} counts from 1 on")


@dataclass(frozen=True, slots=True)
class Count:
    """What the end of a clock is counted from, so that another calendar may count it anew: so many of a unit from a moment.

    Of hours the amount is in seconds.
    """

    begun: datetime
    amount: int
    unit: Unit

    def end(self, calendar: WorkCalendar) -> datetime:
        if self.unit is Unit.HOURS:
            return self.begun + self.amount * SECOND
        return _end_of(calendar.working_day_from(self._last_day(calendar)))

    def _last_day(self, calendar: WorkCalendar) -> date:
        day = _day_in_china(self.begun)
        if self.unit is Unit.WORKING_DAYS:
            return calendar.add_working_days(day, self.amount)
        if self.unit is Unit.DAYS:
            return day + self.amount * DAY
        return _same_day_later(day, self.amount * 12 if self.unit is Unit.YEARS else self.amount)


@dataclass(frozen=True, slots=True)
class ClockRun:
    """A clock that was started; instants are aware and in UTC.

    While it is paused, `left` is what was left of it then: working days, days, or seconds of a clock that counts hours.
    """

    started_at: datetime
    due_at: datetime
    count: Count
    paused_at: datetime | None = None
    left: int | None = None

    def __post_init__(self) -> None:
        if (self.paused_at is None) != (self.left is None):
            raise ValueError("a clock is paused with something left, or it runs")


def start(clock: Clock, at: datetime, calendar: WorkCalendar) -> ClockRun:
    begun = _whole_seconds(at)
    amount = clock.amount * HOUR // SECOND if clock.unit is Unit.HOURS else clock.amount
    count = Count(begun, amount, clock.unit)
    return ClockRun(begun, count.end(calendar), count)


def pause(clock: Clock, run: ClockRun, at: datetime, calendar: WorkCalendar) -> ClockRun:
    """Stop counting. Of a clock that is over nothing is left, and it stays late."""
    if run.paused_at is not None:
        raise ValueError("the clock is paused already")
    stopped = _whole_seconds(at)
    return replace(run, paused_at=stopped, left=_left(clock.unit, stopped, run.due_at, calendar))


def resume(clock: Clock, run: ClockRun, at: datetime, calendar: WorkCalendar) -> ClockRun:
    """Count on from what was left; the day on which it is resumed takes the place of the one on which it was paused."""
    if run.paused_at is None or run.left is None:
        raise ValueError("the clock runs already")
    again = replace(run, paused_at=None, left=None)
    if run.due_at < run.paused_at:
        return again
    unit = clock.unit if clock.unit in (Unit.HOURS, Unit.WORKING_DAYS) else Unit.DAYS
    count = Count(_whole_seconds(at), run.left, unit)
    return replace(again, due_at=count.end(calendar), count=count)


def recount(run: ClockRun, at: datetime, calendar: WorkCalendar) -> ClockRun:
    """The clock by another calendar than it was counted by. What was over when it was paused, or is over by both, stays."""
    end = run.count.end(calendar)
    if run.paused_at is None:
        return run if max(run.due_at, end) < at else replace(run, due_at=end)
    if run.due_at < run.paused_at:
        return run
    return replace(run, due_at=end, left=_left(run.count.unit, run.paused_at, end, calendar))


def remind_at(clock: Clock, run: ClockRun, calendar: WorkCalendar) -> datetime | None:
    """When to remind of the end: at the opening of a working day, or hours before; None for a paused clock."""
    if clock.remind_before is None or run.paused_at is not None:
        return None
    return _away_from_end(clock, run, -clock.remind_before, calendar)


def escalate_at(clock: Clock, run: ClockRun, calendar: WorkCalendar) -> datetime | None:
    """When to take higher what is late: at the opening of a working day, or hours after; None for a paused clock."""
    if clock.escalate_after is None or run.paused_at is not None:
        return None
    return _away_from_end(clock, run, clock.escalate_after, calendar)


def _same_day_later(day: date, months: int) -> date:
    """The day of the same number so many months later, or that month's last where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _left(unit: Unit, at: datetime, due_at: datetime, calendar: WorkCalendar) -> int:
    """What is left until the end; nothing where that is behind."""
    today, last = _day_in_china(at), _day_in_china(due_at)
    if unit is Unit.HOURS:
        left = (due_at - at) // SECOND
    elif unit is Unit.WORKING_DAYS:
        left = calendar.working_days_between(today, last)
    else:
        left = (last - today).days
    return max(left, 0)


def _away_from_end(clock: Clock, run: ClockRun, count: int, calendar: WorkCalendar) -> datetime:
    if clock.unit is Unit.HOURS:
        return run.due_at + count * HOUR
    last = _day_in_china(run.due_at)
    if clock.unit is Unit.WORKING_DAYS:
        return _in_utc(calendar.add_working_days(last, count), DESKS_OPEN)
    day = last + count * DAY
    return _in_utc(calendar.working_day_until(day) if count < 0 else calendar.working_day_from(day), DESKS_OPEN)


def _whole_seconds(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _day_in_china(at: datetime) -> date:
    return at.astimezone(CHINA).date()


def _end_of(day: date) -> datetime:
    return _in_utc(day, LAST_SECOND)


def _in_utc(day: date, at: time) -> datetime:
    return datetime.combine(day, at, CHINA).astimezone(UTC)

"""Clocks against real dates and against what every clock has to keep."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.casework.calendar.released import released_calendar
from app.casework.calendar.working_days import WorkCalendar
from app.casework.clocks import Clock, ClockRun, Count, Unit, escalate_at, pause, recount, remind_at, resume, start
from app.core.clock import CHINA

CALENDAR = released_calendar()
END_OF_DAY = "23:59:59"


def clock(amount: int, unit: Unit, **rest: Any) -> Clock:
    return Clock("answer", "办理期限", amount, unit, **rest)


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def end_of(day: str) -> datetime:
    return china(f"{day} {END_OF_DAY}")


def day_of(at: datetime) -> date:
    return at.astimezone(CHINA).date()


units = st.sampled_from(Unit)
clocks = st.builds(clock, st.integers(1, 30), units)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 6, 30), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given
waits = st.timedeltas(timedelta(0), timedelta(days=2)) | st.timedeltas(timedelta(0), timedelta(days=400))


@pytest.mark.parametrize(
    ("begun", "amount", "unit", "due"),
    [
        # The day on which it begins does not count, however early; make-up Sundays do.
        ("2025-01-24 00:00", 5, Unit.WORKING_DAYS, "2025-02-07 23:59:59"),
        ("2025-01-24 23:59", 1, Unit.WORKING_DAYS, "2025-01-26 23:59:59"),
        ("2025-01-26 10:00", 1, Unit.WORKING_DAYS, "2025-01-27 23:59:59"),
        ("2025-01-30 10:00", 3, Unit.WORKING_DAYS, "2025-02-07 23:59:59"),
        ("2026-02-12 17:30", 2, Unit.WORKING_DAYS, "2026-02-14 23:59:59"),
        ("2026-02-12 17:30", 3, Unit.WORKING_DAYS, "2026-02-24 23:59:59"),
        ("2026-02-20 09:00", 15, Unit.WORKING_DAYS, "2026-03-13 23:59:59"),
        # What ends on a day off ends with the next working day (民法典 第二百零三条), a make-up Saturday being one.
        ("2025-01-15 09:00", 15, Unit.DAYS, "2025-02-05 23:59:59"),
        ("2026-02-01 09:00", 15, Unit.DAYS, "2026-02-24 23:59:59"),
        ("2026-02-18 09:00", 10, Unit.DAYS, "2026-02-28 23:59:59"),
        ("2026-03-02 09:00", 30, Unit.DAYS, "2026-04-01 23:59:59"),
        ("2026-03-02 09:00", 12, Unit.DAYS, "2026-03-16 23:59:59"),
        # Months and years end on the same day, or on the last of the month (第二百零二条).
        ("2025-03-31 09:00", 1, Unit.MONTHS, "2025-04-30 23:59:59"),
        ("2025-11-30 09:00", 3, Unit.MONTHS, "2026-02-28 23:59:59"),
        ("2025-12-15 09:00", 1, Unit.MONTHS, "2026-01-15 23:59:59"),
        ("2025-09-17 09:00", 5, Unit.MONTHS, "2026-02-24 23:59:59"),
        ("2025-03-05 09:00", 1, Unit.YEARS, "2026-03-05 23:59:59"),
        ("2024-02-29 09:00", 1, Unit.YEARS, "2025-02-28 23:59:59"),
        ("2024-02-29 09:00", 4, Unit.YEARS, "2028-02-29 23:59:59"),
        ("2025-02-17 09:00", 1, Unit.YEARS, "2026-02-24 23:59:59"),
        ("2025-10-01 09:00", 1, Unit.YEARS, "2026-10-08 23:59:59"),
        # Hours run through nights and holidays.
        ("2026-02-14 18:20", 24, Unit.HOURS, "2026-02-15 18:20:00"),
        ("2025-12-31 23:30", 24, Unit.HOURS, "2026-01-01 23:30:00"),
    ],
)
def test_a_clock_ends_when_the_law_and_the_calendar_say(begun, amount, unit, due):
    run = start(clock(amount, unit), china(begun), CALENDAR)
    assert run.due_at == china(due)
    assert run.due_at.tzinfo is UTC


def test_the_day_is_the_one_in_china():
    """Eight in the evening of a Sunday in UTC is four in the morning of Monday in China."""
    run = start(clock(1, Unit.WORKING_DAYS), datetime(2026, 3, 8, 20, tzinfo=UTC), CALENDAR)
    assert run.due_at == datetime(2026, 3, 10, 15, 59, 59, tzinfo=UTC)


def test_a_pause_keeps_the_working_days_that_were_left():
    five = clock(5, Unit.WORKING_DAYS)
    run = start(five, china("2026-02-10 10:00"), CALENDAR)
    assert run.due_at == end_of("2026-02-24")
    paused = pause(five, run, china("2026-02-12 09:00"), CALENDAR)
    assert (paused.paused_at, paused.left) == (china("2026-02-12 09:00"), 3)
    assert paused.due_at == run.due_at
    again = resume(five, paused, china("2026-03-02 16:00"), CALENDAR)
    assert again == ClockRun(
        run.started_at, end_of("2026-03-05"), Count(china("2026-03-02 16:00"), 3, Unit.WORKING_DAYS)
    )


def test_a_pause_keeps_calendar_days_and_the_resumed_end_is_no_day_off():
    limit = clock(30, Unit.DAYS)
    run = start(limit, china("2026-01-05 10:00"), CALENDAR)
    assert run.due_at == end_of("2026-02-04")
    paused = pause(limit, run, china("2026-01-25 10:00"), CALENDAR)
    assert paused.left == 10
    assert resume(limit, paused, china("2026-02-06 10:00"), CALENDAR).due_at == end_of("2026-02-24")


def test_a_pause_keeps_hours_to_the_second():
    promise = clock(24, Unit.HOURS)
    run = start(promise, china("2026-03-02 10:00:00.700"), CALENDAR)
    begun = china("2026-03-02 10:00")
    assert run == ClockRun(begun, china("2026-03-03 10:00"), Count(begun, 24 * 3600, Unit.HOURS))
    paused = pause(promise, run, china("2026-03-02 22:00:01.200"), CALENDAR)
    assert paused.left == 12 * 3600 - 1
    assert resume(promise, paused, china("2026-03-05 08:00"), CALENDAR).due_at == china("2026-03-05 19:59:59")


def test_what_was_paused_on_its_last_day_ends_on_the_day_it_is_resumed_or_the_next_that_is_worked():
    one = clock(1, Unit.WORKING_DAYS)
    paused = pause(one, start(one, china("2026-02-12 10:00"), CALENDAR), china("2026-02-13 15:00"), CALENDAR)
    assert paused.left == 0
    assert resume(one, paused, china("2026-02-14 08:00"), CALENDAR).due_at == end_of("2026-02-14")
    assert resume(one, paused, china("2026-02-18 08:00"), CALENDAR).due_at == end_of("2026-02-24")


@pytest.mark.parametrize("unit", Unit)
def test_what_is_late_stays_late_through_a_pause(unit):
    one = clock(1, unit)
    run = start(one, china("2024-03-04 10:00"), CALENDAR)
    paused = pause(one, run, china("2025-12-20 10:00"), CALENDAR)
    assert paused.left == 0
    assert resume(one, paused, china("2026-01-20 10:00"), CALENDAR) == run


def before_the_notice_of(year: int) -> WorkCalendar:
    """The calendar as it stood before that year's notice was out."""
    return replace(CALENDAR, notices={each: notice for each, notice in CALENDAR.notices.items() if each < year})


@pytest.mark.parametrize(
    ("year", "begun", "amount", "unit", "before", "after"),
    [
        # New Year and the Spring Festival of 2025 and of 2026, as the notices moved their days.
        (2025, "2024-12-20 10:00", 10, Unit.WORKING_DAYS, "2025-01-06", "2025-01-06"),
        (2025, "2024-12-20 10:00", 30, Unit.WORKING_DAYS, "2025-02-03", "2025-02-08"),
        (2025, "2024-12-31 10:00", 30, Unit.DAYS, "2025-01-30", "2025-02-05"),
        (2026, "2025-12-24 10:00", 6, Unit.WORKING_DAYS, "2026-01-02", "2026-01-04"),
        (2026, "2025-12-24 10:00", 45, Unit.WORKING_DAYS, "2026-02-26", "2026-03-04"),
        (2026, "2025-01-02 10:00", 1, Unit.YEARS, "2026-01-02", "2026-01-04"),
        (2026, "2025-12-31 23:00", 24, Unit.HOURS, None, None),
    ],
)
def test_a_running_clock_follows_the_notice_of_the_next_year(year, begun, amount, unit, before, after):
    each, at, old = clock(amount, unit), china(begun), before_the_notice_of(year)
    run = start(each, at, old)
    assert recount(run, at, CALENDAR) == start(each, at, CALENDAR)
    if before:
        assert run.due_at == end_of(before)
        assert recount(run, at, CALENDAR).due_at == end_of(after)
    else:
        assert recount(run, at, CALENDAR) == run


def test_a_paused_clock_follows_the_notice_with_what_is_left_of_it():
    each, old = clock(30, Unit.WORKING_DAYS), before_the_notice_of(2025)
    paused = pause(each, start(each, china("2024-12-20 10:00"), old), china("2025-01-24 10:00"), old)
    assert paused.left == 6
    told = recount(paused, china("2025-01-25 10:00"), CALENDAR)
    assert (told.due_at, told.left) == (end_of("2025-02-08"), 6)
    again = resume(each, told, china("2025-01-26 10:00"), CALENDAR)
    assert again.due_at == end_of("2025-02-10")
    assert recount(resume(each, paused, china("2025-01-26 10:00"), old), china("2025-01-26 10:00"), CALENDAR) == again


def test_what_is_over_by_both_calendars_stays_and_what_is_not_over_by_the_new_one_runs():
    each, old = clock(30, Unit.WORKING_DAYS), before_the_notice_of(2025)
    run = start(each, china("2024-12-20 10:00"), old)
    assert recount(run, china("2025-02-20 10:00"), CALENDAR) == run
    assert recount(run, china("2025-02-06 10:00"), CALENDAR).due_at == end_of("2025-02-08")
    late = pause(each, run, china("2025-02-05 10:00"), old)
    assert recount(late, china("2025-02-06 10:00"), CALENDAR) == late


@given(clocks, moments)
def test_counted_anew_twice_is_counted_anew_once(each, at):
    run = start(each, at, before_the_notice_of(2025))
    once = recount(run, at, CALENDAR)
    assert once == start(each, at, CALENDAR) == recount(once, at, CALENDAR)


@pytest.mark.parametrize(
    ("amount", "unit", "before", "after", "begun", "reminded", "escalated"),
    [
        # By working days: two before 25 February 2026 is the make-up Saturday before the festival.
        (6, Unit.WORKING_DAYS, 2, 1, "2026-02-10 10:00", "2026-02-14 09:00", "2026-02-26 09:00"),
        (1, Unit.WORKING_DAYS, 1, 1, "2026-02-13 10:00", "2026-02-13 09:00", "2026-02-24 09:00"),
        # By days, never on one that is off: the reminder comes the earlier, the escalation the later.
        (10, Unit.DAYS, 3, 1, "2026-03-02 10:00", "2026-03-09 09:00", "2026-03-13 09:00"),
        (14, Unit.DAYS, 2, 5, "2026-03-02 10:00", "2026-03-13 09:00", "2026-03-23 09:00"),
        (1, Unit.YEARS, 30, 3, "2025-03-20 10:00", "2026-02-14 09:00", "2026-03-23 09:00"),
        (3, Unit.MONTHS, 7, 1, "2025-11-25 10:00", "2026-02-14 09:00", "2026-02-26 09:00"),
        (24, Unit.HOURS, 4, 2, "2026-02-14 18:00", "2026-02-15 14:00", "2026-02-15 20:00"),
    ],
)  # fmt: skip
def test_people_are_told_when_they_are_at_their_desks(amount, unit, before, after, begun, reminded, escalated):
    told = clock(amount, unit, remind_before=before, escalate_after=after)
    run = start(told, china(begun), CALENDAR)
    assert remind_at(told, run, CALENDAR) == china(reminded)
    assert escalate_at(told, run, CALENDAR) == china(escalated)


def test_nobody_is_told_of_a_paused_clock_or_of_one_that_says_nothing():
    loud, quiet = clock(5, Unit.WORKING_DAYS, remind_before=2, escalate_after=1), clock(5, Unit.WORKING_DAYS)
    run = start(loud, china("2026-03-02 10:00"), CALENDAR)
    paused = pause(loud, run, china("2026-03-03 10:00"), CALENDAR)
    assert remind_at(loud, paused, CALENDAR) is escalate_at(loud, paused, CALENDAR) is None
    assert remind_at(quiet, run, CALENDAR) is escalate_at(quiet, run, CALENDAR) is None


def test_a_clock_that_counts_nothing_is_refused():
    for wrong in ({"amount": 0}, {"remind_before": 0}, {"escalate_after": 0}, {"amount": -1}):
        with pytest.raises(ValueError, match="counts from 1 on"):
            Clock(**{"key": "answer", "title": "", "amount": 5, "unit": Unit.DAYS, **wrong})  # type: ignore[arg-type]


def test_a_clock_is_paused_once_and_resumed_once():
    five, at = clock(5, Unit.WORKING_DAYS), china("2026-03-02 10:00")
    run = start(five, at, CALENDAR)
    with pytest.raises(ValueError, match="runs already"):
        resume(five, run, at, CALENDAR)
    with pytest.raises(ValueError, match="paused already"):
        pause(five, pause(five, run, at, CALENDAR), at, CALENDAR)
    with pytest.raises(ValueError, match="something left"):
        ClockRun(at, at, Count(at, 5, Unit.DAYS), paused_at=at)


@given(clocks, moments)
def test_no_clock_of_days_ends_on_a_day_off_and_none_before_it_begins(each, at):
    run = start(each, at, CALENDAR)
    assert run.due_at > at
    if each.unit is not Unit.HOURS:
        assert CALENDAR.is_working_day(day_of(run.due_at))
        assert run.due_at.astimezone(CHINA).time() == time(23, 59, 59)


@given(clocks, moments, waits)
def test_pausing_and_resuming_at_once_changes_nothing(each, at, wait):
    run = start(each, at, CALENDAR)
    again = resume(each, pause(each, run, at + wait, CALENDAR), at + wait, CALENDAR)
    assert again.due_at == run.due_at == again.count.end(CALENDAR)


@given(clocks, moments, waits, waits)
def test_a_pause_keeps_what_is_left_and_never_brings_the_end_nearer(each, at, first, second):
    run = start(each, at, CALENDAR)
    paused = pause(each, run, at + first, CALENDAR)
    again = resume(each, paused, at + first + second, CALENDAR)
    assert again.due_at >= run.due_at
    if each.unit is not Unit.HOURS:
        assert CALENDAR.is_working_day(day_of(again.due_at))
    if each.unit is Unit.WORKING_DAYS and again != run:
        left = CALENDAR.working_days_between(day_of(at + first + second), day_of(again.due_at))
        assert left == paused.left or (paused.left == 0 and left == 1)


@given(clocks, moments, waits)
def test_who_begins_later_is_never_due_earlier(each, at, wait):
    assert start(each, at, CALENDAR).due_at <= start(each, at + wait, CALENDAR).due_at

"""The days of real years, and what counting working days has to keep."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.casework.calendar.day_lines import spans
from app.casework.calendar.released import released_calendar
from app.casework.calendar.working_days import Notice, is_weekend

CALENDAR = released_calendar()
DAYS = st.dates(date(2023, 6, 1), date(2031, 12, 31))
COUNTS = st.integers(1, 60)


@pytest.mark.parametrize(
    ("start", "count", "last"),
    [
        # Spring Festival 2025: off from 28 January to 4 February, worked on Sunday the 26th and Saturday the 8th.
        ("2025-01-24", 1, "2025-01-26"),
        ("2025-01-24", 2, "2025-01-27"),
        ("2025-01-24", 3, "2025-02-05"),
        ("2025-01-24", 6, "2025-02-08"),
        ("2025-01-24", 7, "2025-02-10"),
        ("2025-01-29", 1, "2025-02-05"),
        # Spring Festival 2026: off from 15 to 23 February, worked on the Saturdays before and after.
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-02-13", 6, "2026-02-28"),
        ("2026-02-13", 7, "2026-03-02"),
        # New Year 2026: three days off, Sunday the 4th is worked.
        ("2025-12-31", 1, "2026-01-04"),
        ("2025-12-30", 10, "2026-01-14"),
        # National Day and Mid-Autumn 2025 are one long holiday between two make-up days.
        ("2025-09-26", 1, "2025-09-28"),
        ("2025-09-26", 4, "2025-10-09"),
        ("2025-09-26", 6, "2025-10-11"),
        # Spring Festival 2024: Sunday the 4th and Sunday the 18th are worked.
        ("2024-02-02", 1, "2024-02-04"),
        ("2024-02-08", 2, "2024-02-18"),
        # Backwards, over the same holidays.
        ("2025-02-05", -1, "2025-01-27"),
        ("2026-02-24", -2, "2026-02-13"),
        ("2026-01-05", -1, "2026-01-04"),
        # An ordinary weekend.
        ("2026-03-06", 1, "2026-03-09"),
    ],
)
def test_working_days_are_counted_over_real_holidays(start, count, last):
    assert CALENDAR.add_working_days(date.fromisoformat(start), count) == date.fromisoformat(last)


@pytest.mark.parametrize(("year", "off", "made_up"), [(2024, 30, 8), (2025, 28, 5), (2026, 33, 6)])
def test_the_notices_are_whole(year, off, made_up):
    notice = CALENDAR.notices[year]
    assert (len(notice.days_off), len(notice.make_up_workdays)) == (off, made_up)
    assert all(day.year == year for day in notice.days_off | notice.make_up_workdays)
    assert all(is_weekend(day) for day in notice.make_up_workdays)
    assert not notice.days_off & notice.make_up_workdays
    assert notice.source.startswith("国办发明电")


@pytest.mark.parametrize(("year", "working_days"), [(2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_as_many_working_days_as_its_notice_leaves(year, working_days):
    assert CALENDAR.working_days_between(date(year - 1, 12, 31), date(year, 12, 31)) == working_days


def test_a_year_without_a_notice_is_provisional_and_has_its_weekends_and_the_days_of_the_law():
    assert CALENDAR.is_provisional(2027)
    assert not CALENDAR.is_provisional(2026)
    off = [day for month in range(1, 13) for day in _weekdays_off(2027, month)]
    assert [(first.isoformat(), last.isoformat()) for first, last in spans(off)] == [
        ("2027-01-01", "2027-01-01"), ("2027-02-05", "2027-02-05"), ("2027-02-08", "2027-02-08"),
        ("2027-04-05", "2027-04-05"), ("2027-06-09", "2027-06-09"), ("2027-09-15", "2027-09-15"),
        ("2027-10-01", "2027-10-01"),
    ]  # fmt: skip


def _weekdays_off(year: int, month: int) -> list[date]:
    days = (date(year, month, 1) + timedelta(days=number) for number in range(31))
    return [day for day in days if day.month == month and not is_weekend(day) and not CALENDAR.is_working_day(day)]


def test_the_holidays_of_the_law_have_thirteen_days_in_every_year_that_is_worked_out():
    for year, moving in CALENDAR.law.moving.items():
        fixed = {date(year, month, day) for month, day in CALENDAR.law.every_year}
        assert len(moving) + len(fixed) == 13
        assert all(day.year == year for day in moving)


def test_a_notice_takes_the_place_of_what_was_known_of_its_year():
    saturday, monday = date(2027, 2, 20), date(2027, 2, 22)
    noted = CALENDAR.with_notices([Notice(2027, "测试", frozenset({monday}), frozenset({saturday}))])
    assert noted.is_working_day(saturday)
    assert not noted.is_working_day(monday)
    assert noted.is_working_day(date(2027, 2, 5))
    assert not noted.is_provisional(2027)
    assert CALENDAR.is_provisional(2027)


def test_a_day_off_is_moved_to_the_working_day_on_either_side():
    for day in (date(2026, 2, 15), date(2026, 2, 20), date(2026, 2, 23)):
        assert CALENDAR.working_day_from(day) == date(2026, 2, 24)
        assert CALENDAR.working_day_until(day) == date(2026, 2, 14)
    for worked in (date(2026, 2, 14), date(2026, 2, 24)):
        assert CALENDAR.working_day_from(worked) == CALENDAR.working_day_until(worked) == worked


@given(DAYS, COUNTS)
def test_adding_and_counting_give_back_the_number(start, count):
    for signed in (count, -count):
        last = CALENDAR.add_working_days(start, signed)
        assert CALENDAR.working_days_between(start, last) == signed
        assert CALENDAR.is_working_day(last)


@given(DAYS, DAYS, COUNTS)
def test_who_begins_later_never_ends_earlier(one, other, count):
    first, second = sorted((one, other))
    assert CALENDAR.add_working_days(first, count) <= CALENDAR.add_working_days(second, count)
    assert CALENDAR.add_working_days(first, count) < CALENDAR.add_working_days(first, count + 1)


@given(DAYS, DAYS, DAYS)
def test_counts_of_parts_add_up(one, other, third):
    first, second, last = sorted((one, other, third))
    parts = CALENDAR.working_days_between(first, second) + CALENDAR.working_days_between(second, last)
    assert parts == CALENDAR.working_days_between(first, last)

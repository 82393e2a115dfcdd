"""Days as people write them."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.casework.calendar.day_lines import read_day_lines, spans, write_day_lines

YEAR = 2027
DAYS = st.dates(date(YEAR, 1, 1), date(YEAR, 12, 31))


def read(text: str) -> list[tuple[str, str]]:
    lines = read_day_lines(text, YEAR)
    assert lines.problems == []
    return [(first.isoformat()[5:], last.isoformat()[5:]) for first, last in spans(lines.days)]


@pytest.mark.parametrize(
    "written",
    [
        "2027-02-06 至 2027-02-12", "2027-02-06至2027-02-12", "2027-02-06到2027-02-12", "2027-02-06 to 2027-02-12",
        "2027-02-06-2027-02-12", "2027-02-06 ~ 2027-02-12", "2027/2/6 - 2027/2/12", "2027.2.6—2.12", "2/6-2/12",
        "02-06 – 02-12", "2027年2月6日至2027年2月12日", "2月6日至12日", "2月6日（周六）至12日（周五）", "２月６日～１２日",
        "2月6号—2月12号", " 2027 年 2 月 6 日 —— 2 月 12 日 ", "2月6日(农历正月初一、周六)至12日(周五)",
        "2月6日至8日、2月9日，2月10日; 2/11-12",
    ],
)  # fmt: skip
def test_the_usual_spellings_are_understood(written):
    assert read(written) == [("02-06", "02-12")]


@pytest.mark.parametrize("written", ["2027-02-14", "2027/2/14", "2.14", "2月14日", "2月14日（周日）", "2027年2月14号"])
def test_a_single_day_is_understood(written):
    assert read(written) == [("02-14", "02-14")]


def test_empty_lines_say_nothing():
    assert read("\n 1月1日 \n\n1月2日\n") == [("01-01", "01-02")]


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("春节", "“春节” is no day and no span of days."),
        ("2月6日 至", "“2月6日 至” is no day and no span of days."),
        ("12", "“12” is no day and no span of days."),
        ("2月30日", "“2月30日” names a day that does not exist."),
        ("2027-13-01", "“2027-13-01” names a day that does not exist."),
        ("2月12日至6日", "“2月12日至6日” ends before it begins."),
        ("2026-12-31", "“2026-12-31” is not within 2027."),
        ("2027-12-30 至 2028-01-02", "“2027-12-30 至 2028-01-02” is not within 2027."),
        ("0000-01-01", "“0000-01-01” names a day that does not exist."),
    ],
)
def test_what_is_wrong_is_said_of_its_line(app, written, problem):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        lines = read_day_lines(f"1月1日\n{written}", YEAR)
    assert lines.problems == [(2, problem)]
    assert set(lines.days) == {date(YEAR, 1, 1)}


def test_a_day_in_two_lines_is_a_mistake(app):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        lines = read_day_lines("2月5日至12日\n4月5日\n2月10日", YEAR)
    assert lines.problems == [(3, "2027-02-10 is in line 1 already.")]


@given(st.sets(DAYS, max_size=60))
def test_what_is_written_is_read_again(days):
    assert set(read_day_lines(write_day_lines(days), YEAR).days) == days


@given(st.sets(DAYS, max_size=60))
def test_spans_hold_every_day_once_and_do_not_touch(days):
    found = list(spans(days))
    unrolled = [first + timedelta(days=more) for first, last in found for more in range((last - first).days + 1)]
    assert unrolled == sorted(days)
    assert all(after[0] - before[1] > timedelta(days=1) for before, after in pairwise(found))


@given(st.text(max_size=60))
def test_no_text_is_too_odd_to_be_read(text):
    lines = read_day_lines(text, YEAR)
    assert all(day.year == YEAR for day in lines.days)

"""A year as twelve small months, for pages."""

import calendar
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date, get_day_names

from app.casework.calendar.working_days import WorkCalendar, is_weekend
from app.core.i18n import current_locale

WEEKS = calendar.Calendar(calendar.MONDAY)


@dataclass(frozen=True, slots=True)
class DayCell:
    """A day; `kind` is `worked`, `weekend`, `off` or `make-up`."""

    number: int
    kind: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday on; None are days of its neighbours."""

    title: str
    weeks: list[list[DayCell | None]]


def months_of(year: int, days: WorkCalendar) -> list[Month]:
    return [
        Month(
            format_date(date(year, month, 1), "LLLL", locale=current_locale()),
            [[_cell(day, days) if day.month == month else None for day in week]
             for week in WEEKS.monthdatescalendar(year, month)],
        )
        for month in range(1, 13)
    ]  # fmt: skip


def weekday_titles() -> list[tuple[str, str]]:
    """(short, full) of each day of the week from Monday on."""
    short, full = (get_day_names(width, "stand-alone", current_locale()) for width in ("narrow", "wide"))
    return [(short[day], full[day]) for day in range(7)]


def _cell(day: date, days: WorkCalendar) -> DayCell:
    if days.is_working_day(day):
        return DayCell(day.day, "make-up" if is_weekend(day) else "worked")
    return DayCell(day.day, "off" if days.is_holiday(day) else "weekend")

"""The calendar in force: what the release knows, and over it what the city noted; remembered by each process."""

from datetime import date

from flask import Flask, current_app
from sqlalchemy import select

from app.casework.calendar.models import CalendarYear
from app.casework.calendar.released import released_calendar
from app.casework.calendar.working_days import WorkCalendar
from app.core.platform import EXTENSION
from tenants.database import db
from tenants.registry import Remembered

CALENDAR_CHANGED = "calendar"
"""Topic of the change feed: the key is the year."""
MEMORY = "work_calendar"
DECEMBER = 12


def init_app(app: Flask) -> None:
    memory: Remembered[WorkCalendar] = Remembered(1)
    app.extensions[MEMORY] = memory
    app.extensions[EXTENSION].feed.listen(CALENDAR_CHANGED, lambda _: memory.forget())


def work_calendar() -> WorkCalendar:
    """The calendar in force, on any plane."""
    return current_app.extensions[MEMORY].get(MEMORY, read_calendar)


def read_calendar() -> WorkCalendar:
    """The calendar as it stands in the running transaction."""
    return released_calendar().with_notices(row.notice for row in db.session.scalars(select(CalendarYear)))


def missing_notices(today: date, calendar: WorkCalendar) -> list[int]:
    """The years whose notice should be known by now: this one, and from December on the next."""
    expected = [today.year, today.year + 1] if today.month == DECEMBER else [today.year]
    return [year for year in expected if calendar.is_provisional(year)]

"""The calendar as this release knows it, from `years.toml`."""

import tomllib
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path

from app.casework.calendar.day_lines import read_day_lines
from app.casework.calendar.working_days import Law, Notice, WorkCalendar

YEARS = Path(__file__).with_name("years.toml")
LEAP_YEAR = 2000


@lru_cache(maxsize=1)
def released_calendar() -> WorkCalendar:
    """Raises `ValueError` for a file with a mistake."""
    written = tomllib.loads(YEARS.read_text("utf-8"))
    notices = {
        int(year): Notice(
            int(year), notice["source"], _days(year, notice["days_off"]), _days(year, notice["make_up_workdays"])
        )
        for year, notice in written["notices"].items()
    }
    every_year = frozenset((day.month, day.day) for day in _days(LEAP_YEAR, written["law"]["every_year"]))
    moving = {int(year): _days(year, lines) for year, lines in written["law"]["moving"].items()}
    return WorkCalendar(notices, Law(every_year, moving))


def _days(year: str | int, lines: Iterable[str]) -> frozenset[date]:
    read = read_day_lines("\n".join(lines), int(year))
    if read.problems:
        raise ValueError(f"{YEARS.name}, {year}: {read.problems}")
    return frozenset(read.days)

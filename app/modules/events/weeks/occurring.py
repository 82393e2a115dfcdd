"""The days on which something comes again."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import count, dropwhile, takewhile


class Every(StrEnum):
    """How often it comes."""

    ONCE = "once"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Days:
    """From a day to another one, both included."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


def coming(days: Days, every: str, on: date, ended_on: date | None = None) -> Days | None:
    """The days that a day falls into, or else the next to come; None where none will."""
    return next(dropwhile(lambda each: each.last < on, _all(days, every, ended_on)), None)


def between(days: Days, every: str, first: date, last: date, ended_on: date | None = None) -> list[Days]:
    """Those that have a day of a span."""
    begun = takewhile(lambda each: each.first <= last, _all(days, every, ended_on))
    return [each for each in begun if each.last >= first]


def _all(days: Days, every: str, ended_on: date | None) -> Iterator[Days]:
    """One after the other, as long as they begin by the day it ended on; a 31st is the last day of a month that has none."""
    length = days.last - days.first
    for number in count() if every != Every.ONCE else range(1):
        first = _moved(days.first, every, number)
        if first is None or (ended_on and first > ended_on):
            return
        yield Days(first, first + length)


def _moved(day: date, every: str, by: int) -> date | None:
    if every == Every.WEEK:
        return day + timedelta(weeks=by)
    months = day.year * 12 + day.month - 1 + by * (12 if every == Every.YEAR else 1)
    year, month = months // 12, months % 12 + 1
    if year >= date.max.year:
        return None
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))

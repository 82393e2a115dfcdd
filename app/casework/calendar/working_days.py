"""Which days are worked in China: a value made of the State Council's notices and of the law where a notice is not out yet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
SATURDAY = 5


def is_weekend(day: date) -> bool:
    return day.weekday() >= SATURDAY


@dataclass(frozen=True, slots=True)
class Notice:
    """A year's days off and make-up workdays (调休上班) as announced; `source` is the notice's number."""

    year: int
    source: str
    days_off: frozenset[date]
    make_up_workdays: frozenset[date]


@dataclass(frozen=True, slots=True)
class Law:
    """The holidays that are certain before a notice (全国年节及纪念日放假办法).

    `every_year` holds (month, day); `moving` the feasts of the moon and the sun by year, as far as they are worked out.
    """

    every_year: frozenset[tuple[int, int]]
    moving: Mapping[int, frozenset[date]]

    def is_holiday(self, day: date) -> bool:
        return (day.month, day.day) in self.every_year or day in self.moving.get(day.year, ())


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The working days (工作日) of every year, in China's days. Pure: what it says depends on nothing else."""

    notices: Mapping[int, Notice]
    law: Law

    def with_notices(self, notices: Iterable[Notice]) -> "WorkCalendar":
        """The calendar with these notices in the place of its own for their years."""
        return WorkCalendar({**self.notices, **{notice.year: notice for notice in notices}}, self.law)

    def is_provisional(self, year: int) -> bool:
        """Whether the year's notice is not known, so that days will still be moved."""
        return year not in self.notices

    def is_holiday(self, day: date) -> bool:
        """Whether the day is off for more than being a Saturday or Sunday."""
        notice = self.notices.get(day.year)
        return day in notice.days_off if notice else self.law.is_holiday(day)

    def is_working_day(self, day: date) -> bool:
        notice = self.notices.get(day.year)
        is_make_up = notice is not None and day in notice.make_up_workdays
        return is_make_up or not (is_weekend(day) or self.is_holiday(day))

    def add_working_days(self, start: date, count: int) -> date:
        """The last of `count` working days after `start`; of those before it where `count` is negative. 0 is `start`."""
        day, step = start, DAY if count > 0 else -DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to and including `end`; negative where `end` comes first."""
        step = DAY if end > start else -DAY
        passed = (start + step * number for number in range(1, abs((end - start).days) + 1))
        worked = sum(map(self.is_working_day, passed))
        return worked if end > start else -worked

    def working_day_from(self, day: date) -> date:
        """The day itself if it is worked, else the next one that is."""
        return day if self.is_working_day(day) else self.add_working_days(day, 1)

    def working_day_until(self, day: date) -> date:
        """The day itself if it is worked, else the last one before that is."""
        return day if self.is_working_day(day) else self.add_working_days(day, -1)

"""Days as people write them, one or a span of several to a line: read, and written again."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from flask_babel import gettext as _

from app.core.halfwidth import fold

_MONTH_AND_DAY = r"(?:(?P<{0}year>\d{{4}})\s*[-/.年]\s*)?(?P<{0}month>\d{{1,2}})\s*[-/.月]\s*"
_FIRST = _MONTH_AND_DAY.format("") + r"(?P<day>\d{1,2})\s*[日号]?"
_LAST = f"(?:{_MONTH_AND_DAY.format('last_')})?" + r"(?P<last_day>\d{1,2})\s*[日号]?"
_SPAN = re.compile(rf"{_FIRST}(?:\s*(?:至|到|to|[-–—~～]{{1,2}})\s*{_LAST})?", re.IGNORECASE)
_WEEKDAYS = re.compile(r"[（(][^（()）]*[）)]")
_SEPARATORS = re.compile(r"[,，、;；]")


@dataclass(frozen=True, slots=True)
class DayLines:
    """The days of a text, each with the number of the line that names it first, and what is wrong in which line."""

    days: dict[date, int] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)


def read_day_lines(text: str, year: int) -> DayLines:
    """Read lines such as `2027-02-06 至 2027-02-12`, `2/6-2/12` or, as notices write, `2月6日（周六）至12日（周五）`.

    A day without a year is one of `year`; any other year is a problem, and so is a day that is named twice.
    """
    lines = DayLines()
    for number, line in enumerate(text.splitlines(), start=1):
        for written in filter(None, map(str.strip, _SEPARATORS.split(_WEEKDAYS.sub("", fold(line))))):
            try:
                _note_days(lines, number, _read_span(written, year))
            except ValueError as fault:
                lines.problems.append((number, str(fault)))
    return lines


def _read_span(written: str, year: int) -> list[date]:
    found = _SPAN.fullmatch(written)
    if found is None:
        raise ValueError(_("“%(written)s” is no day and no span of days.", written=written))
    first = _read_day(written, found["year"] or year, found["month"], found["day"])
    last = first
    if found["last_day"]:
        last = _read_day(
            written, found["last_year"] or first.year, found["last_month"] or first.month, found["last_day"]
        )
    if last < first:
        raise ValueError(_("“%(written)s” ends before it begins.", written=written))
    if first.year != year or last.year != year:
        raise ValueError(_("“%(written)s” is not within %(year)s.", written=written, year=year))
    return [date.fromordinal(day) for day in range(first.toordinal(), last.toordinal() + 1)]


def _read_day(written: str, year: str | int, month: str | int, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(_("“%(written)s” names a day that does not exist.", written=written)) from None


def _note_days(lines: DayLines, number: int, days: Iterable[date]) -> None:
    for day in days:
        if day in lines.days:
            raise ValueError(_("%(day)s is in line %(other)s already.", day=day, other=lines.days[day]))
        lines.days[day] = number


def write_day_lines(days: Iterable[date]) -> str:
    """The days as such lines, those that follow each other as a span."""
    return "\n".join(
        first.isoformat() if first == last else _("%(first)s to %(last)s", first=first, last=last)
        for first, last in spans(days)
    )


def spans(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """The first and the last of each run of days that follow each other."""
    numbered = enumerate(sorted(days))
    for _key, run in groupby(numbered, key=lambda pair: pair[1].toordinal() - pair[0]):
        run_days = [day for _number, day in run]
        yield run_days[0], run_days[-1]

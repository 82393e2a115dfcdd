"""A year's notice as it is typed."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import gettext as _
from marshmallow import Schema, ValidationError, fields, post_load, validate

from app.casework.calendar.day_lines import DayLines, read_day_lines
from app.casework.calendar.working_days import Notice, is_weekend

LONGEST_SOURCE = 120
LONGEST_LIST = 4000


class NoticeForm(Schema):
    """The notice of one year, given as a `Notice`; what is wrong is said of its line."""

    source = fields.String(required=True, validate=validate.Length(max=LONGEST_SOURCE))
    days_off = fields.String(required=True, validate=validate.Length(max=LONGEST_LIST))
    make_up_workdays = fields.String(load_default="", validate=validate.Length(max=LONGEST_LIST))

    def __init__(self, year: int, **rest: Any) -> None:
        super().__init__(**rest)
        self.year = year

    @post_load
    def read(self, typed: dict[str, str], **_rest: Any) -> Notice:
        off = read_day_lines(typed["days_off"], self.year)
        worked = read_day_lines(typed["make_up_workdays"], self.year)
        problems = {
            "days_off": list(_told(_("Days off"), off.problems)),
            "make_up_workdays": list(_told(_("Make-up workdays"), [*worked.problems, *_impossible(worked, off)])),
        }
        if any(problems.values()):
            raise ValidationError({name: told for name, told in problems.items() if told})
        return Notice(self.year, typed["source"], frozenset(off.days), frozenset(worked.days))


def _told(title: str, problems: Iterable[tuple[int, str]]) -> Iterator[str]:
    for number, problem in problems:
        yield _("%(title)s, line %(number)s: %(problem)s", title=title, number=number, problem=problem)


def _impossible(worked: DayLines, off: DayLines) -> Iterator[tuple[int, str]]:
    """Make-up workdays that are none, by line."""
    for day, number in worked.days.items():
        if day in off.days:
            yield number, _("%(day)s is in line %(other)s of the days off too.", day=day, other=off.days[day])
        elif not is_weekend(day):
            yield number, _("%(day)s is neither a Saturday nor a Sunday, so nothing is made up on it.", day=day)

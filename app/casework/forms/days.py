"""Fields that are answered with a day."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from flask_babel import lazy_gettext

from app.casework.forms.field import Field, refusal, text_of
from app.core.clock import today_in_china
from app.core.halfwidth import fold
from app.core.moments import LAST

_: Callable[..., Any] = lazy_gettext

_SPELLINGS = re.compile(
    r"(?P<year>[0-9]{4})(?:"
    r"(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})"
    r"|年(?P<month_cn>[0-9]{1,2})月(?P<day_cn>[0-9]{1,2})[日号]"
    r"|(?P<month_plain>[0-9]{2})(?P<day_plain>[0-9]{2}))"
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Day(Field[date]):
    """A day: 2026-03-05, 2026/3/5, 2026.3.5, 20260305 or 2026年3月5日. In the future, of this century, only where `may_be_future`.

    `not_before` names another day of the form that comes first.
    """

    earliest: date = date(1900, 1, 1)
    may_be_future: bool = False
    not_before: str = ""

    control: ClassVar[str] = "day"

    @property
    def latest(self) -> date:
        return LAST.date() if self.may_be_future else today_in_china()

    @staticmethod
    def is_shown_by_browsers(typed: str) -> bool:
        """Whether a browser's date field shows what was typed; any other spelling would be lost in it."""
        return not typed or re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed) is not None

    def _read(self, typed: Any) -> date:
        day = _day(text_of(typed))
        if day < self.earliest:
            raise refusal(_("The day can't be before %(day)s.", day=self.earliest.isoformat()))
        if day > self.latest:
            if self.may_be_future:
                raise refusal(_("The day can't be after %(day)s.", day=self.latest.isoformat()))
            raise refusal(_("The day can't be in the future."))
        return day

    def require_order(self, answers: Mapping[str, Any], known: Mapping[str, Field[Any]]) -> None:
        answer, first = answers.get(self.key), answers.get(self.not_before)
        if answer is not None and first is not None and answer < first:
            other = known[self.not_before].title
            raise refusal(_("The day can't be before “%(other)s”, %(day)s.", other=other, day=first.isoformat()))

    def order_faults(self, known: Mapping[str, Field[Any]]) -> Iterator[str]:
        if self.not_before and not isinstance(known.get(self.not_before), Day):
            yield f"{self.not_before!r} is no day of the form"

    def write(self, answer: date) -> str:
        return answer.isoformat()

    def to_json(self, answer: date) -> str:
        return answer.isoformat()

    def from_json(self, stored: str) -> date:
        return date.fromisoformat(stored)

    def _tell(self, answer: date) -> str:
        return answer.isoformat()


def _day(text: str) -> date:
    match = _SPELLINGS.fullmatch(fold(text).replace(" ", ""))
    try:
        year, month, day = (int(part) for part in match.groups() if part and part.isdigit()) if match else (0, 0, 0)
        return date(year, month, day)
    except ValueError:
        raise refusal(_("Write a day, such as 2026-03-05.")) from None

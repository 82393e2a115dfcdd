"""Fields that are answered with a number: amounts of money and counts."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import lazy_gettext

from app.casework.forms.field import Field, is_whole, refusal, text_of
from app.core.halfwidth import fold
from app.core.modules import Text as Words
from app.core.money import read_yuan, write_yuan, yuan

_: Callable[..., Any] = lazy_gettext

_COUNT = re.compile(r"([0-9]{1,7})[人口个名位岁年月天次张件]?")


@dataclass(frozen=True, eq=False, kw_only=True)
class Money(Field[int]):
    """An amount as people write it ("1,200.50", "1200元", "1.2万"); the answer is in cents, as an integer of JSON is.

    `too_little` and `too_much` say in the form's own words that an amount is out of its bounds; `%(amount)s` in them is the
    bound.
    """

    least_cents: int = 0
    most_cents: int = 100_000_000_00
    too_little: Words = ""
    too_much: Words = ""

    inputmode: ClassVar[str] = "decimal"
    answers_to: ClassVar[str] = "over"

    def faults(self) -> Iterator[str]:
        yield from super().faults()
        if not 0 <= self.least_cents < self.most_cents:
            yield "its amounts must go from 0 or more to more"

    @property
    def most(self) -> int:
        return self.most_cents

    @property
    def label(self) -> Words:
        return _("%(title)s (yuan)", title=self.title)

    @property
    def rule(self) -> Words:
        return _("At most %(amount)s", amount=yuan(self.most_cents)) if self.most_cents < Money.most_cents else ""

    def _read(self, typed: Any) -> int:
        cents = typed if is_whole(typed) else _cents(text_of(typed))
        if cents < self.least_cents:
            raise refusal(self._bound(self.too_little or _("At least %(amount)s."), self.least_cents))
        if cents > self.most_cents:
            raise refusal(self._bound(self.too_much or _("At most %(amount)s."), self.most_cents))
        return cents

    @staticmethod
    def _bound(words: Words, cents: int) -> str:
        return str(words) % {"amount": yuan(cents)}

    def write(self, answer: int) -> str:
        return write_yuan(answer)

    def _tell(self, answer: int) -> str:
        return yuan(answer)


def _cents(text: str) -> int:
    try:
        return read_yuan(text)
    except ValueError:
        raise refusal(_("Write an amount in yuan, such as 1200 or 1200.50.")) from None


@dataclass(frozen=True, eq=False, kw_only=True)
class Count(Field[int]):
    """A whole number in a range; a measure word behind it is borne ("3人")."""

    least: int = 0
    most: int = 1000

    inputmode: ClassVar[str] = "numeric"
    answers_to: ClassVar[str] = "over"

    def faults(self) -> Iterator[str]:
        yield from super().faults()
        if not 0 <= self.least < self.most:
            yield "its numbers must go from 0 or more to more"

    def _read(self, typed: Any) -> int:
        if is_whole(typed):
            number = typed
        else:
            match = _COUNT.fullmatch(fold(text_of(typed)).replace(" ", ""))
            number = int(match[1]) if match else -1
        if not self.least <= number <= self.most:
            raise refusal(_("Write a whole number from %(least)s to %(most)s.",
                                    least=self.least, most=self.most))  # fmt: skip
        return number

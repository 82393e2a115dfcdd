"""Fields that are answered by choosing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from babel.lists import format_list
from flask_babel import gettext, lazy_gettext

from app.casework.forms.field import KEY, Field, refusal
from app.core.i18n import current_locale
from app.core.modules import Text as Words

_: Callable[..., Any] = lazy_gettext

Options = tuple[tuple[str, Words], ...]
MOST_BUTTONS = 6


def _option_faults(options: Options) -> Iterator[str]:
    values = [value for value, _title in options]
    if len(values) < 2:
        yield "it needs two options or more"
    yield from (f"the option {each!r} is there twice" for each in sorted(set(values)) if values.count(each) > 1)
    yield from (f"{each!r} can't name an option" for each in values if not KEY.fullmatch(each))


@dataclass(frozen=True, eq=False, kw_only=True)
class Choice(Field[str]):
    """One of several options, (value, title)."""

    options: Options

    answers_to: ClassVar[str] = "is"

    def faults(self) -> Iterator[str]:
        yield from super().faults()
        yield from _option_faults(self.options)

    @property
    def control(self) -> str:  # type: ignore[override]
        return "radios" if len(self.options) <= MOST_BUTTONS else "select"

    @property
    def possible(self) -> tuple[str, ...]:
        return tuple(value for value, _title in self.options)

    def _read(self, typed: Any) -> str:
        if typed not in self.possible:
            raise refusal(_("Please choose one of these."))
        return typed

    def _tell(self, answer: str) -> str:
        return str(dict(self.options)[answer])


@dataclass(frozen=True, eq=False, kw_only=True)
class YesNo(Field[bool]):
    """Yes or no, with neither chosen beforehand."""

    control: ClassVar[str] = "radios"
    answers_to: ClassVar[str] = "is"
    options: ClassVar[Options] = (("yes", _("Yes")), ("no", _("No")))

    @property
    def possible(self) -> tuple[bool, ...]:
        return (True, False)

    def _read(self, typed: Any) -> bool:
        if isinstance(typed, bool):
            return typed
        if typed not in ("yes", "no"):
            raise refusal(_("Please choose one of these."))
        return typed == "yes"

    def write(self, answer: bool) -> str:
        return "yes" if answer else "no"

    def _tell(self, answer: bool) -> str:
        return gettext("Yes") if answer else gettext("No")


@dataclass(frozen=True, eq=False, kw_only=True)
class Choices(Field[list[str]]):
    """Any of several options, (value, title); the answer is in their order."""

    options: Options

    control: ClassVar[str] = "checkboxes"
    answers_to: ClassVar[str] = "has"

    def faults(self) -> Iterator[str]:
        yield from super().faults()
        yield from _option_faults(self.options)

    @property
    def possible(self) -> tuple[str, ...]:
        return tuple(value for value, _title in self.options)

    def _read(self, typed: Any) -> list[str]:
        return self.as_typed(typed)

    def as_typed(self, sent: Any) -> list[str]:
        if not isinstance(sent, list) or any(each not in self.possible for each in sent):
            raise refusal(_("Please choose among these."))
        return [value for value in self.possible if value in sent]

    def write(self, answer: list[str]) -> list[str]:
        return answer

    def _tell(self, answer: list[str]) -> str:
        titles = dict(self.options)
        return format_list([str(titles[each]) for each in answer], locale=current_locale())

"""When a field or a paper is asked for: questions about the answers given before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from babel.lists import format_list
from flask_babel import gettext as _

from app.core.i18n import current_locale

if TYPE_CHECKING:
    from app.casework.forms.field import Field

Fields = Mapping[str, "Field[Any]"]


class Condition:
    """Holds or not, for answers. What was not answered, or not asked, makes none hold."""

    def holds(self, answers: Mapping[str, Any]) -> bool:
        raise NotImplementedError

    def faults(self, known: Fields) -> Iterator[str]:
        """Why it can't be asked where these fields stand before it."""
        raise NotImplementedError

    def tell(self, known: Fields) -> str:
        """The condition in the reader's language, to follow "if"."""
        raise NotImplementedError

    def for_script(self, known: Fields, prefix: str = "") -> list[Any]:
        """The condition for `fields.js`; `prefix` stands before the names of the fields of a row."""
        raise NotImplementedError


@dataclass(frozen=True)
class _Question(Condition):
    """A question about one field."""

    field: str

    asks: ClassVar[str] = ""

    def faults(self, known: Fields) -> Iterator[str]:
        asked = known.get(self.field)
        if asked is None:
            yield f"it asks about {self.field!r}, which does not stand before it"
        elif asked.answers_to != self.asks:
            yield f"no {type(self).__name__} can be asked about {self.field!r}"
        elif not self._is_possible(asked):
            yield f"{self.field!r} can never be {self._value!r}"

    def _is_possible(self, asked: Field[Any]) -> bool:
        return self._value in asked.possible

    @property
    def _value(self) -> Any:
        raise NotImplementedError


@dataclass(frozen=True)
class Is(_Question):
    """A choice, or a yes or no, is this one."""

    value: str | bool

    asks: ClassVar[str] = "is"

    def holds(self, answers: Mapping[str, Any]) -> bool:
        return answers.get(self.field) == self.value

    def tell(self, known: Fields) -> str:
        asked = known[self.field]
        return _("“%(field)s” is “%(answer)s”", field=asked.title, answer=asked.tell(self.value))

    def for_script(self, known: Fields, prefix: str = "") -> list[Any]:
        return ["is", prefix + self.field, known[self.field].write(self.value)]

    @property
    def _value(self) -> Any:
        return self.value


@dataclass(frozen=True)
class Has(_Question):
    """This one is among several choices."""

    value: str

    asks: ClassVar[str] = "has"

    def holds(self, answers: Mapping[str, Any]) -> bool:
        return self.value in (answers.get(self.field) or ())

    def tell(self, known: Fields) -> str:
        asked = known[self.field]
        return _("“%(field)s” includes “%(answer)s”", field=asked.title, answer=asked.tell([self.value]))

    def for_script(self, known: Fields, prefix: str = "") -> list[Any]:  # noqa: ARG002 - the same for every condition
        return ["is", prefix + self.field, self.value]

    @property
    def _value(self) -> Any:
        return self.value


@dataclass(frozen=True)
class Over(_Question):
    """An amount, in cents, or a number is more than this."""

    limit: int

    asks: ClassVar[str] = "over"

    def holds(self, answers: Mapping[str, Any]) -> bool:
        answer = answers.get(self.field)
        return answer is not None and answer > self.limit

    def tell(self, known: Fields) -> str:
        asked = known[self.field]
        return _("“%(field)s” is over %(limit)s", field=asked.title, limit=asked.tell(self.limit))

    def for_script(self, known: Fields, prefix: str = "") -> list[Any]:
        return ["over", prefix + self.field, float(known[self.field].write(self.limit))]

    def _is_possible(self, asked: Field[Any]) -> bool:
        return self.limit < asked.most  # type: ignore[attr-defined]

    @property
    def _value(self) -> Any:
        return f"over {self.limit}"


class _Several(Condition):
    word: ClassVar[str]
    list_style: ClassVar[Any]

    def __init__(self, *conditions: Condition) -> None:
        self.conditions = conditions

    def faults(self, known: Fields) -> Iterator[str]:
        if len(self.conditions) < 2:
            yield f"{type(self).__name__} needs two conditions or more"
        for condition in self.conditions:
            yield from condition.faults(known)

    def tell(self, known: Fields) -> str:
        told = [condition.tell(known) for condition in self.conditions]
        return format_list(told, self.list_style, locale=current_locale())

    def for_script(self, known: Fields, prefix: str = "") -> list[Any]:
        return [self.word, [condition.for_script(known, prefix) for condition in self.conditions]]


class AllOf(_Several):
    """Every one of these holds."""

    word = "all"
    list_style = "standard"

    def holds(self, answers: Mapping[str, Any]) -> bool:
        return all(condition.holds(answers) for condition in self.conditions)


class AnyOf(_Several):
    """One of these holds, or more."""

    word = "any"
    list_style = "or"

    def holds(self, answers: Mapping[str, Any]) -> bool:
        return any(condition.holds(answers) for condition in self.conditions)

"""What every field of a declared form has, and the ways of its answer.

An answer is *typed* by a person (a text, a list of texts), *read* into a value, *written* back as it could have been typed,
kept as JSON, and *told* to whoever may see it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar, Generic, TypeVar

from flask_babel import lazy_gettext
from marshmallow import ValidationError

from app.casework.forms.conditions import Condition
from app.core.modules import Text as Words

_: Callable[..., Any] = lazy_gettext

Answer = TypeVar("Answer")
HIDDEN = "***"
FILL_IN = _("Please fill this in.")
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_TYPED = 100
# What nobody can see and PostgreSQL or UTF-8 can't keep; tab and line break stay.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class FormError(ValueError):
    """A declaration that no form can be made from; the message names the fault."""


@dataclass(frozen=True, eq=False)
class Field(Generic[Answer]):
    """One question.

    `key` names it in pages, in the API and in what is stored. It is asked only while `when` holds. A sensitive answer is
    masked for staff until they reveal it. `column` names the column of the case that gets a copy of the answer.
    """

    key: str
    title: Words
    hint: Words = ""
    _: KW_ONLY
    is_required: bool = False
    when: Condition | None = None
    is_sensitive: bool = False
    column: str = ""

    control: ClassVar[str] = "text"
    input_type: ClassVar[str] = "text"
    inputmode: ClassVar[str] = ""
    autocomplete: ClassVar[str] = ""
    answers_to: ClassVar[str] = ""
    """The condition that can be asked about it: `is`, `has` or `over`."""

    def __post_init__(self) -> None:
        if not KEY.fullmatch(self.key):
            raise FormError(f"{self.key!r} can't name a field: small letters, digits and _, up to 40")
        faults = list(self.faults())
        if faults:
            raise FormError(f"the field {self.key!r}: {'; '.join(faults)}")

    def faults(self) -> Iterator[str]:
        """What is wrong with the field by itself."""
        if isinstance(self.title, str) and not self.title.strip():
            yield "it has no title"

    @property
    def label(self) -> Words:
        """What stands beside the control."""
        return self.title

    @property
    def rule(self) -> Words:
        """What an answer must keep to, told before it is typed."""
        return ""

    @property
    def told_hint(self) -> Words:
        if self.hint and self.rule:
            return _("%(hint)s. %(rule)s", hint=self.hint, rule=self.rule)
        return self.hint or self.rule

    @property
    def maxlength(self) -> int:
        return MOST_TYPED

    @property
    def most_typed(self) -> int:
        """How much a draft keeps of it, right or wrong."""
        return MOST_TYPED

    @property
    def possible(self) -> tuple[Any, ...]:
        """The answers there are, where they are few."""
        return ()

    def read(self, typed: Any) -> Answer | None:
        """The answer in what was typed or stored, None for none; raises `ValidationError` for whatever is wrong."""
        if is_empty(typed):
            if self.is_required:
                raise refusal(FILL_IN)
            return None
        return self._read(typed)

    def _read(self, typed: Any) -> Answer:
        raise NotImplementedError

    def as_typed(self, sent: Any) -> Any:
        """What a draft keeps of what was sent; raises `ValidationError` where it can't be borne."""
        text = visible(sent) if isinstance(sent, str) else self.write(self._read(sent))
        if len(text) > self.most_typed:
            raise refusal(_("This is far too long; at most %(most)s characters.", most=self.maxlength))
        return text

    def require_order(self, answers: Mapping[str, Any], known: Mapping[str, "Field[Any]"]) -> None:
        """Raises `ValidationError` where its answer does not go together with the other `answers`."""

    def order_faults(self, known: Mapping[str, "Field[Any]"]) -> Iterator[str]:  # noqa: ARG002 - most answers are not compared
        """Why its answer can't be compared with those of the fields of its form."""
        yield from ()

    def write(self, answer: Answer) -> Any:
        """The answer as it could have been typed."""
        return str(answer)

    def to_json(self, answer: Answer) -> Any:
        return answer

    def from_json(self, stored: Any) -> Answer:
        return stored

    def tell(self, answer: Answer, *, masked: bool = False) -> str:
        """The answer in the reader's language; a sensitive one masked for who may not see it."""
        return self._mask(answer) if masked and self.is_sensitive else self._tell(answer)

    def _tell(self, answer: Answer) -> str:
        return str(answer)

    def _mask(self, answer: Answer) -> str:  # noqa: ARG002 - most answers show nothing of themselves
        return HIDDEN


def is_empty(typed: Any) -> bool:
    """Whether nothing was answered: an empty text, a list or a row without anything in it."""
    return all(map(_is_blank, typed)) if isinstance(typed, list) else _is_blank(typed)


def _is_blank(typed: Any) -> bool:
    values = typed.values() if isinstance(typed, dict) else (typed,)
    return all(value is None or (isinstance(value, str) and not value.strip()) for value in values)


def refusal(words: Words) -> ValidationError:
    """What is wrong with an answer, said in the reader's language."""
    return ValidationError([str(words)])


def text_of(typed: Any) -> str:
    """What was typed, where it is a text; anything else of JSON is as wrong as nothing."""
    return typed if isinstance(typed, str) else ""


def visible(text: str) -> str:
    """The text without what nobody can see, its lines ended in one way."""
    return _INVISIBLE.sub("", text.replace("\r\n", "\n"))


def is_whole(value: Any) -> bool:
    """Whether it is a whole number of JSON: neither 3.0 nor true is one."""
    return isinstance(value, int) and not isinstance(value, bool)

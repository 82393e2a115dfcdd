"""Fields that are answered in words, and numbers that are not counted with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from flask_babel import gettext, lazy_gettext

from app.casework.forms.field import HIDDEN, Field, refusal, text_of, visible
from app.core.halfwidth import fold
from app.core.identifiers import (
    IdentifierError,
    mask_id_number,
    mask_name,
    mask_phone,
    national_form,
    parse_mobile,
    parse_resident_id,
)
from app.core.modules import Text as Words

_: Callable[..., Any] = lazy_gettext


@dataclass(frozen=True, eq=False, kw_only=True)
class Text(Field[str]):
    """One line."""

    least: int = 1
    most: int = 60

    def faults(self) -> Iterator[str]:
        yield from super().faults()
        if not 1 <= self.least <= self.most:
            yield "its length must go from 1 or more to as much or more"

    @property
    def maxlength(self) -> int:
        return self.most

    @property
    def most_typed(self) -> int:
        return self.most * 5

    def _read(self, typed: Any) -> str:
        text = self._clean(text_of(typed))
        if not self.least <= len(text) <= self.most:
            raise refusal(_("Write %(least)s to %(most)s characters.", least=self.least, most=self.most))
        return text

    def _clean(self, text: str) -> str:
        return fold(visible(text))

    def _mask(self, answer: str) -> str:
        return mask_name(answer)


@dataclass(frozen=True, eq=False, kw_only=True)
class LongText(Text):
    """A story in lines of its own."""

    least: int = 20
    most: int = 2000

    control: ClassVar[str] = "long"

    @property
    def rule(self) -> Words:
        return _("Write %(least)s to %(most)s characters.", least=self.least, most=self.most)

    def _clean(self, text: str) -> str:
        return visible(text).strip()

    def _mask(self, answer: str) -> str:  # noqa: ARG002 - a story shows nothing of itself
        return HIDDEN


@dataclass(frozen=True, eq=False, kw_only=True)
class Mobile(Field[str]):
    """A mobile number of mainland China in any usual spelling; the answer is E.164."""

    is_sensitive: bool = True

    input_type: ClassVar[str] = "tel"
    autocomplete: ClassVar[str] = "tel"

    def _read(self, typed: Any) -> str:
        try:
            return parse_mobile(text_of(typed))
        except IdentifierError:
            raise refusal(_("Write a mobile phone number, such as 138 1234 5678.")) from None

    def write(self, answer: str) -> str:
        return national_form(answer)

    def _tell(self, answer: str) -> str:
        return national_form(answer)

    def _mask(self, answer: str) -> str:
        return mask_phone(answer)


@dataclass(frozen=True, eq=False, kw_only=True)
class ResidentId(Field[str]):
    """The number of a resident identity card (公民身份号码), checked to its last character."""

    is_sensitive: bool = True

    def _read(self, typed: Any) -> str:
        try:
            return parse_resident_id(text_of(typed)).number
        except IdentifierError as fault:
            raise refusal(gettext(fault.message) % fault.params) from None

    def _mask(self, answer: str) -> str:
        return mask_id_number(answer)

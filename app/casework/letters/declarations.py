"""What a letter is: declared once, the same for every zone, checked when it is declared."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from app.casework.letters.words import Fact, Words
from app.core.i18n import LOCALES
from app.notifications.kinds import places

APPEAL_BY = "appeal_by"
"""The fact that the remedies of a letter name which can be appealed: the last day for it."""


class LetterError(ValueError):
    """A letter that can't be written; the message names the fault."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter on a case (文书): title, paragraphs and remedies (救济途径) in every language, with `{name}` for facts.

    Lists and files call it by its `name`. A later letter of the case that `decides` on the same takes its place. A fact of several lines makes as many paragraphs. The remedies of one that `can_be_appealed` name the last day for it;
    those of any other say what else the reader can do. Raises `LetterError`.
    """

    key: str
    name: Words
    decides: str
    title: Words
    paragraphs: tuple[Words, ...]
    remedies: Words
    can_be_appealed: bool = True

    def __post_init__(self) -> None:
        if faults := list(self._faults()):
            raise LetterError(f"letter {self.key!r}: " + "; ".join(faults))

    @property
    def texts(self) -> tuple[Words, ...]:
        return self.name, self.title, *self.paragraphs, self.remedies

    @property
    def asks(self) -> frozenset[str]:
        """The names of the facts it needs."""
        return frozenset().union(*(places(text[LOCALES[0]]) for text in self.texts))

    def _faults(self) -> Iterator[str]:
        for text in self.texts:
            if set(text) != set(LOCALES):
                yield f"{dict(text)!r} is not in every language"
                return
            try:
                named = [places(text[locale]) for locale in LOCALES]
            except ValueError as error:
                yield str(error)
                return
            if any(each != named[0] for each in named):
                yield f"{text[LOCALES[0]]!r} has other places in another language"
        if places(self.name[LOCALES[0]]):
            yield "it is called by a name without places"
        names_the_day = APPEAL_BY in places(self.remedies[LOCALES[0]])
        if self.can_be_appealed and not names_the_day:
            yield f"its remedies don't say by which day: {{{APPEAL_BY}}}"
        if names_the_day and not self.can_be_appealed:
            yield f"it can't be appealed, and its remedies name a day for that: {{{APPEAL_BY}}}"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What one letter says: in whose name, with which number, on which day, to whom, and the letter's own facts.

    `check_line` stands at the foot of every page: the code by which the letter can be checked, and where. `logo` is a
    picture of one of `images.FORMATS`.
    """

    sender: str
    number: str
    day: date
    addressee: str
    check_line: str
    own: dict[str, Fact] = field(default_factory=dict)
    logo: bytes = b""

    @property
    def all(self) -> dict[str, Fact]:
        """Every fact that the words of a letter may name."""
        common: dict[str, Fact] = {
            "sender": self.sender, "number": self.number, "day": self.day, "addressee": self.addressee,
        }  # fmt: skip
        return common | self.own

"""What judges score by, as staff write it: lines of name, highest score and weight."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext, lazy_gettext
from marshmallow import ValidationError

from app.core.halfwidth import fold
from app.modules.events.judging.scores import tenths

MOST_CRITERIA = 12
LONGEST_TITLE = 40
BETWEEN = "[ ,，、]+"
LINE = re.compile(
    rf"(?P<title>.+?){BETWEEN}(?P<highest>\d{{1,4}}(?:[.．]\d)?) ?分?{BETWEEN}(?P<weight>\d{{1,3}}) ?[%％]?(?:{BETWEEN}(?P<behind>\S+))?"
)


def _(words: str, **values: object) -> str:
    """Words in the reader's language, found when they are shown; marshmallow's types ask for plain text."""
    return lazy_gettext(words, **values)  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class WrittenCriterion:
    """A criterion as it is written: `highest` in tenths, `weight` in percent, and the word `behind` them, if one stands there."""

    title: str
    highest: int
    weight: int
    behind: str


def criteria_of(text: str, behind: Collection[str] = ()) -> tuple[WrittenCriterion, ...]:
    """Lines of "name highest weight", with blanks or commas between them, with one of the words `behind` the weight or none. Raises `ValidationError`, which names the
    line."""
    lines = [fold(line).strip() for line in text.splitlines() if fold(line).strip()]
    found = tuple(_criterion(place, line, behind) for place, line in enumerate(lines, start=1))
    if not 1 <= len(found) <= MOST_CRITERIA or len({each.title for each in found}) < len(found):
        raise _refusal(_("Name 1 to %(most)d criteria, each once.", most=MOST_CRITERIA))
    if sum(each.weight for each in found) != 100:
        raise _refusal(_("The weights must make 100 percent together."))
    return found


def in_words(criteria: Sequence[WrittenCriterion]) -> str:
    """All on one line, for whoever looks the campaign over."""
    return gettext(", ").join(
        gettext("%(title)s (up to %(highest)s, %(weight)s %%)", title=each.title, highest=tenths(each.highest), weight=each.weight)
        for each in criteria
    )  # fmt: skip


def _refusal(words: str) -> ValidationError:
    """As a list: marshmallow would take words that are found later apart into letters."""
    return ValidationError([words])


def _criterion(place: int, line: str, behind: Collection[str]) -> WrittenCriterion:
    match = LINE.fullmatch(line)
    highest = round(float(match["highest"].replace("．", ".")) * 10) if match else 0
    word = (match["behind"] or "") if match else ""
    if (
        match is None
        or not 10 <= highest <= 10_000
        or not 1 <= int(match["weight"]) <= 100
        or len(match["title"]) > LONGEST_TITLE
        or (word and not behind)
    ):
        raise _refusal(_("Line %(line)d: write a name, the highest score and the weight, such as 操作规范 100 60.", line=place))  # fmt: skip
    if word and word not in behind:
        raise _refusal(
            _("Line %(line)d: behind the weight only 表格 may stand, for scores that come from a sheet.", line=place)
        )
    return WrittenCriterion(match["title"], highest, int(match["weight"]), word)

"""Scores as people write and read them. They are kept as tenths as they are given, and as thousandths of a point once weighed."""

from collections.abc import Mapping, Sequence

from flask_babel import format_decimal
from flask_babel import gettext as _

from app.core.errors import InvalidInput
from app.core.halfwidth import fold
from app.modules.events.judging.models import AnyCriterion


class NoScore(InvalidInput):
    """What was typed is no score; the message says what is."""

    code = "events-no-score"


def parse_tenths(text: str, highest: int) -> int | None:
    """A score as people write it, in tenths; None for what is none from 0 to `highest` tenths, or has more than one decimal."""
    whole, _point, decimal = fold(text).replace("．", ".").strip().partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) < 6) or (
        _point and not (len(decimal) == 1 and decimal.isascii() and decimal.isdigit())
    ):
        return None
    given = int(whole) * 10 + int(decimal or 0)
    return given if given <= highest else None


def given_in(form: Mapping[str, str], criteria: Sequence[AnyCriterion]) -> list[int | None]:
    """What a judge typed in the fields `score0`, `score1`, …, in tenths; nothing for what is still open. Raises `NoScore`."""
    found: list[int | None] = []
    for place, criterion in enumerate(criteria):
        text = form.get(f"score{place}", "").strip()
        value = parse_tenths(text, criterion.highest) if text else None
        if text and value is None:
            words = _("Write a score from 0 to %(most)s, with one decimal at most.", most=tenths(criterion.highest))
            raise NoScore(words, field=f"score{place}")
        found.append(value)
    return found


def typed_of(given: Sequence[int | None]) -> dict[str, str]:
    """The same fields, of a sheet there is."""
    return {f"score{place}": tenths(each) for place, each in enumerate(given) if each is not None}


def points(thousandths: int | None) -> str:
    """A score as people read it, to the hundredth of a point; a dash for none."""
    return "–" if thousandths is None else format_decimal(thousandths / 1000, format="0.00#")


def tenths(given: int | None) -> str:
    """What was given in tenths, as people read it; a dash for none."""
    return "–" if given is None else format_decimal(given / 10, format="0.#")

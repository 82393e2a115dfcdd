"""A claim as its pages show it."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.casework.forms import yuan
from app.modules.legal_aid.fees.formula import LineKey
from app.modules.legal_aid.fees.inputs import hours
from app.modules.legal_aid.fees.models import FeeClaim
from app.modules.legal_aid.fees.queries import ClaimLine, calculation_of, list_receipts, standard_of, words_of
from app.modules.legal_aid.fees.words import LINES, STATES, WORKS


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of a calculation: its title, how it comes to be, and the amount."""

    title: str
    how: str
    amount: str
    is_result: bool


def shown_calculation(claim: FeeClaim) -> list[ShownLine]:
    """The calculation line by line."""
    standard = standard_of(claim)
    by_hours = _("%(hours)s hours × %(fee)s", hours=hours(claim.minutes), fee=yuan(standard.hour_cents))
    how = {LineKey.HOURS: by_hours}
    return [
        ShownLine(str(LINES[line.key]), how.get(line.key, ""), yuan(line.cents), line.key is LineKey.TOTAL)
        for line in calculation_of(claim)
    ]


def values_of(found: ClaimLine) -> dict[str, Any]:
    """What every page of a claim shows."""
    claim = found.claim
    return {
        "claim": claim, "case": found.case, "work": WORKS[claim.work], "states": STATES, "standard": standard_of(claim),
        "calculation": shown_calculation(claim), "receipts": list_receipts(claim.id), "told": words_of(claim, "told_cipher"),
        "reason": words_of(claim, "reason_cipher"), "yuan": yuan, "hours": hours(claim.minutes),
    }  # fmt: skip

"""A claim as its pages show it."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from app.casework.forms import yuan
from app.casework.sealing import unseal_texts
from app.modules.legal_aid.fees.formula import LineKey
from app.modules.legal_aid.fees.inputs import hours
from app.modules.legal_aid.fees.models import FeeBounce, FeeClaim
from app.modules.legal_aid.fees.queries import (
    ClaimLine,
    calculation_of,
    list_bounces,
    list_receipts,
    standard_of,
    words_of,
)
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
        "reason": words_of(claim, "reason_cipher"), "yuan": yuan, "hours": hours(claim.minutes), "bounces": _bounces_of(claim),
    }  # fmt: skip


def _bounces_of(claim: FeeClaim) -> list[tuple[FeeBounce, str]]:
    """The payments that came back, each with its reason."""
    found = list_bounces([claim.id])
    sealed = [(each.id, each.reason_cipher) for each in found]
    return list(zip(found, unseal_texts(FeeBounce.__tablename__, "reason_cipher", sealed), strict=True))

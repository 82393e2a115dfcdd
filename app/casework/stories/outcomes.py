"""What came of a case, in figures too round to lead to anybody."""

from flask_babel import lazy_gettext as _

from app.casework.models import Case
from app.core.modules import Text

BANDS: tuple[tuple[int, str], ...] = (
    (5_000_000, "over_50k"),
    (1_000_000, "10k_50k"),
    (500_000, "5k_10k"),
    (100_000, "1k_5k"),
    (1, "under_1k"),
)
"""The least cents of each band, the highest first."""
TITLES: dict[str, Text] = {
    "over_50k": _("over 50,000 yuan"),
    "10k_50k": _("10,000 to 50,000 yuan"),
    "5k_10k": _("5,000 to 10,000 yuan"),
    "1k_5k": _("1,000 to 5,000 yuan"),
    "under_1k": _("under 1,000 yuan"),
}


def outcome_of(case: Case) -> str:
    """The band of what the member got; empty where it was no money."""
    cents = case.amount_recovered_cents or case.amount_granted_cents or 0
    return next((band for least, band in BANDS if cents >= least), "")

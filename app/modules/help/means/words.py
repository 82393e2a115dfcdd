"""What the calculation is called on pages: its lines, tiers, and what of a household the rules name."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.core.modules import Text
from app.modules.help.means.rules import Tier

RELATIONS: tuple[tuple[str, Text], ...] = (
    ("spouse", _("Husband or wife")),
    ("child", _("Child")),
    ("parent", _("Father or mother")),
    ("relative", _("Other relative")),
)
SITUATIONS: tuple[tuple[str, Text], ...] = (
    ("working", _("Working")),
    ("school", _("In school")),
    ("unable", _("Can’t work")),
    ("ill", _("Seriously ill")),
    ("retired", _("Retired")),
    ("other", _("Something else")),
)
INCOME: dict[str, Text] = {
    "wages": _("wages"),
    "business": _("earnings of a business"),
    "pension": _("pensions"),
    "rents": _("rents received"),
    "support": _("support from relatives"),
    "relief": _("relief"),
    "scholarships": _("scholarships"),
    "disability": _("disability allowances"),
    "compensation": _("compensation"),
}
LINES: dict[str, Text] = {
    "people": _("People who count"),
    "left_out": _("People who don’t count"),
    "income": _("Income of these people, a month"),
    "per_head": _("Income per head"),
    "deep": _("Line of deep hardship"),
    "relative": _("Line of relative hardship"),
    "rent": _("Rent or mortgage, a month"),
    "medical": _("Medical costs you pay yourself, a month"),
    "school_fees": _("School and care fees, a month"),
    "damage": _("Damage, a month’s part"),
    "year_fees": _("Fees of the school year, a month’s part"),
    "left_per_head": _("Left per head after large expenses"),
    "misfortune": _("Line of hardship by misfortune"),
}
TIERS: dict[Tier, Text] = {
    Tier.DEEP: _("Deep hardship"),
    Tier.RELATIVE: _("Relative hardship"),
    Tier.MISFORTUNE: _("Hardship by misfortune"),
    Tier.ABOVE: _("Above the lines"),
}
COLOURS = {Tier.DEEP: "danger", Tier.RELATIVE: "warning", Tier.MISFORTUNE: "warning", Tier.ABOVE: "neutral"}


def meaning(tier: Tier) -> str:
    """What a tier means to a member: never a promise."""
    if tier is Tier.ABOVE:
        return gettext(
            "By these figures your household is above the lines. You may still apply: figures don’t show everything, "
            "and people of your union read what you wrote."
        )
    return gettext(
        "By these figures your application is reviewed as “%(tier)s”. This is a calculation and no promise: it is the "
        "union who decides.", tier=TIERS[tier],
    )  # fmt: skip

"""What unions give for, and what they may give: data of the field.

Source: 《基层工会经费收支管理办法》(总工办发〔2017〕32号), the facts of what a union's money may be given for.
"""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from app.core.modules import Text

CATEGORIES: dict[str, Text] = {
    "festival": _("Festival gifts"),
    "birthday": _("Birthday gifts"),
    "marriage": _("Marriage gifts"),
    "birth": _("Gifts on a birth"),
    "illness": _("Sympathy in illness"),
    "bereavement": _("Sympathy in bereavement"),
    "retirement": _("Retirement gifts"),
    "sports_culture": _("Sports and culture"),
    "event_prize": _("Prizes of events"),
    "seasonal_care": _("Care in heat and cold"),
}
"""The occasions of giving (慰问类别)."""


@dataclass(frozen=True, slots=True)
class Goods:
    """A kind of goods. `earmark` is the tag by which a rule keeps a part of a cap for them; what is not allowed no union gives."""

    title: Text
    earmark: str = ""
    is_allowed: bool = True


POVERTY_RELIEF = "poverty-relief"
EARMARKS: dict[str, Text] = {POVERTY_RELIEF: _("Poverty-relief goods")}
"""Tags (消费帮扶) for whose goods a rule may add to a cap."""

GOODS: dict[str, Goods] = {
    "daily-goods": Goods(_("Daily goods")),
    "food": Goods(_("Food and drink")),
    "cake": Goods(_("Birthday cakes")),
    "books": Goods(_("Books and newspapers")),
    "culture": Goods(_("Films, shows and parks")),
    "sports": Goods(_("Sports goods and courses")),
    "health": Goods(_("Health and check-ups")),
    "relief-food": Goods(_("Poverty-relief food"), POVERTY_RELIEF),
    "relief-goods": Goods(_("Other poverty-relief goods"), POVERTY_RELIEF),
    "cash": Goods(_("Cash"), is_allowed=False),
    "shopping-card": Goods(_("Shopping cards and vouchers that count as money"), is_allowed=False),
    "securities": Goods(_("Securities"), is_allowed=False),
}
"""What benefits can be spent on (商品类别)."""
FORBIDDEN_BY = "《基层工会经费收支管理办法》(总工办发〔2017〕32号)"
"""By what no cash and no shopping cards are given: gifts are goods."""


def earmark_of(goods: list[str]) -> str:
    """The tag that all of the goods have; empty where they have none in common."""
    tags = {GOODS[each].earmark if each in GOODS else "" for each in goods}
    return tags.pop() if len(tags) == 1 else ""

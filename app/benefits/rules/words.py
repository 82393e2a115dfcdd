"""Spending rules in words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.benefits.rules.categories import CATEGORIES, EARMARKS
from app.benefits.rules.models import PolicyRule
from app.core.modules import Text
from app.core.money import yuan

PERIODS: dict[str, Text] = {
    "giving": lazy_gettext("each time"),
    "month": lazy_gettext("a month"),
    "year": lazy_gettext("a year"),
    "once": lazy_gettext("once and for all"),
}
"""The periods for which a cap counts: the calendar month and year in China."""


def cite(rule: PolicyRule) -> str:
    """The rule as a refusal cites it, with its source."""
    return _(
        "By %(source)s, %(category)s come to %(cap)s for a member %(period)s at most.",
        source=rule.source, category=CATEGORIES.get(rule.category, rule.category), cap=yuan(rule.cap_cents),
        period=PERIODS[rule.period],
    )  # fmt: skip


def goods_of(rule: PolicyRule) -> str:
    """Which goods a rule is about: all of them, or those of its tag besides."""
    return str(EARMARKS.get(rule.earmark, rule.earmark)) if rule.earmark else _("all goods")


TAKEN: dict[str, Text] = {
    "approve_rule": lazy_gettext("Agreed: the rule holds from its first day."),
    "refuse_rule": lazy_gettext("Not agreed: the rule does not hold."),
    "withdraw_rule": lazy_gettext("The proposal is withdrawn."),
    "approve_end": lazy_gettext("Agreed: the rule ends on the day that was proposed."),
    "refuse_end": lazy_gettext("Not agreed: the rule holds on."),
}
"""What came of a step that was taken."""
STATES: dict[str, Text] = {
    "proposed": lazy_gettext("Proposed"),
    "in_force": lazy_gettext("Holds now"),
    "end_proposed": lazy_gettext("Holds, its end is proposed"),
    "refused": lazy_gettext("Not agreed to"),
    "withdrawn": lazy_gettext("Withdrawn"),
}

"""What spending rules refuse."""

from flask_babel import lazy_gettext as _

from app.benefits.rules.models import PolicyRule
from app.benefits.rules.words import cite
from app.core.errors import Conflict, Forbidden, InvalidInput
from app.core.money import yuan


class CapReached(Conflict):
    """`people` members would be given more than a rule allows, up to `over_cents` more."""

    code = "benefits-cap-reached"

    def __init__(self, rule: PolicyRule, people: int, over_cents: int) -> None:
        words = _(
            "%(rule)s This would be too much for %(people)s of the members, by up to %(over)s.",
            rule=cite(rule), people=people, over=yuan(over_cents),
        )  # fmt: skip
        self.people, self.over_cents = people, over_cents
        super().__init__(words)


class GoodsForbidden(InvalidInput):
    """Goods that no union gives its members."""

    code = "benefits-goods-forbidden"


class RuleMovedOn(Conflict):
    """The rule stands where this step can't be taken."""

    code = "benefits-rule-moved-on"
    message = _("This spending rule has moved on; this step can't be taken any more.")


class OwnProposal(Forbidden):
    """Whoever proposed something does not put it in force."""

    code = "benefits-own-proposal"
    message = _("You proposed this yourself; somebody else must check it.")


class NotTheProposer(Forbidden):
    """Only whoever proposed a rule withdraws it."""

    code = "benefits-not-the-proposer"
    message = _("Only whoever proposed this can withdraw it.")


class RuleOverlaps(Conflict):
    """There is a rule for the same in the same time already."""

    code = "benefits-rule-overlaps"
    message = _(
        "A rule for the same region, category, period and goods holds at the same time already. End that one first."
    )


class UnknownRegion(InvalidInput):
    """No such union has a zone."""

    code = "benefits-unknown-region"
    message = _("Choose a region from the list.")


class EndsTooEarly(InvalidInput):
    """A rule ends no earlier than today, and not before it began."""

    code = "benefits-ends-too-early"
    message = _("A rule ends today at the earliest, and not before its first day.")


class EndsAlready(InvalidInput):
    """A rule's end makes it no longer than it is."""

    code = "benefits-ends-already"
    message = _("This rule ends before that day already. To let it hold longer, propose another one that begins then.")

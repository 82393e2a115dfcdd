"""What pages call states of works, and how these are ranked."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.modules.events.kinds.works.settings import Rules
from app.modules.events.kinds.works.states import State

STATES = {
    State.SENT: _("To be looked at"),
    State.ACCEPTED: _("Work shown"),
    State.REFUSED: _("Work not accepted"),
    State.WITHDRAWN: _("Work taken back"),
}
COLOURS = {State.SENT: "info", State.ACCEPTED: "success", State.REFUSED: "danger", State.WITHDRAWN: "neutral"}


def order_in_words(rules: Rules) -> str:
    """How works are ranked, for members before they send one and for staff."""
    if rules.jury is None:
        return gettext(
            "Works are ranked by their votes, of as many votes the one that was sent first. Prizes go to them in this order."
        )
    return gettext(
        "The jury counts %(jury)s %%, the votes %(votes)s %%. Votes are points beside the most voted work, which has 100; the jury’s points are "
        "the mean of its judges, from five on without the highest and the lowest. Works that fewer than %(least)s judges scored stand behind the "
        "others. Of equal points the jury’s decide, then the votes, then which work was sent first. Prizes go to works in this order.",
        jury=rules.jury.weight, votes=100 - rules.jury.weight, least=rules.jury.least,
    )  # fmt: skip

"""What the ledger of beans refuses."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict


class NotEnoughBeans(Conflict):
    """There are fewer beans in the account than are to be taken."""

    code = "beans-not-enough"
    message = _("There are not enough beans for this.")


class KeyReused(Conflict):
    """The key was used for something else before."""

    code = "beans-key-reused"
    message = _("This has been done before with other figures; the first ones count.")


class HoldDecided(Conflict):
    """The beans are not held any more: they were spent, or let go."""

    code = "beans-hold-decided"
    message = _("These beans are not kept for the purchase any more.")


class RefundTooHigh(Conflict):
    """More is to be given back than was spent."""

    code = "beans-refund-too-high"
    message = _("More beans can't be given back than were spent.")

"""What redraws refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict


class NotDrawn(Conflict):
    """Prizes are drawn again only once a draw is made and its prizes are given, until the campaign is archived."""

    code = "events-not-drawn"
    message = _("A prize is drawn again once the prizes of a draw are given, and until the campaign is archived.")


class GivenUp(Conflict):
    """The win holds no piece any more."""

    code = "events-given-up"
    message = _("This prize went to somebody else already.")


class PrizeUsed(Conflict):
    """The winner has used the voucher, or some of the beans."""

    code = "events-prize-used"
    message = _("The winner has used the prize already.")


class NothingToPassOn(Conflict):
    """The pieces of the prize are not given any more."""

    code = "events-nothing-to-pass-on"
    message = _("The pieces of this prize are over, or are not given any more: nobody else could have it.")


class RedrawWaiting(Conflict):
    """Another redraw of the same win is not over."""

    code = "events-redraw-waiting"
    message = _("Somebody asked for this already; it waits for a second person.")

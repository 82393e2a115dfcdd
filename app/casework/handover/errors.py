"""What the rules of handing over refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, InvalidInput


class NoSuchDesk(InvalidInput):
    """The zone chosen takes no such case, or none from here."""

    code = "case-no-such-desk"
    message = _("Choose a union from the list: it must be open and take this kind of case.")


class UnderWayAlready(Conflict):
    """A hand-over of the case is under way."""

    code = "case-handover-under-way"
    message = _("It has been proposed already to hand this case over. Withdraw that first.")


class HandoverMoved(Conflict):
    """The hand-over stands elsewhere by now."""

    code = "case-handover-moved"
    message = _("This hand-over has moved on meanwhile. Look at how it stands now.")


class OfferAnswered(Conflict):
    """Somebody of the desk has answered the offer."""

    code = "case-offer-answered"
    message = _("This case was answered already, or it is not offered any more.")

"""What calls for works refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, Forbidden


class SendingOver(Conflict):
    """The time in which works are sent is over."""

    code = "events-works-sending-over"
    message = _("The time for sending works is over.")


class WorkMovedOn(Conflict):
    """The work stands where this can't be done."""

    code = "events-works-moved-on"
    message = _("This work has moved on; that can't be done any more.")


class NotVotingNow(Conflict):
    """Votes are taken in their own time only."""

    code = "events-works-not-voting"
    message = _("Votes are not taken now.")


class OwnWork(Forbidden):
    """Nobody votes for their own work."""

    code = "events-works-own"
    message = _("This is your own work: please vote for another.")


class VotedToday(Conflict):
    """The member has voted for this work today."""

    code = "events-works-voted"
    message = _("You have voted for this work today.")


class NoVotesToday(Conflict):
    """The member gave all the votes of this day of China time."""

    code = "events-works-no-votes-today"
    message = _("You have given all your votes for today.")


class NoVotesLeft(Conflict):
    """The member gave all the votes there are."""

    code = "events-works-no-votes-left"
    message = _("You have given all your votes.")

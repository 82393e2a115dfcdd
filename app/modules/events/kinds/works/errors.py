"""What calls for works refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, Forbidden, InvalidInput


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


class JudgesThere(Conflict):
    """A judge does not come to take part in what they judge."""

    code = "events-works-judges"
    message = _("You judge these works, so you can’t send one.")


class TakesPartThemselves(Forbidden):
    """Whoever sent a work decides neither on works nor on who judges them."""

    code = "events-works-own"
    message = _("You sent a work of your own: somebody else does this.")


class AlreadyTakesPart(Conflict):
    """Whoever sent a work does not judge."""

    code = "events-works-takes-part"
    message = _("They sent a work of their own.")


class JudgesByVote(Conflict):
    """A judge scores, and does not vote besides."""

    code = "events-works-judge-votes"
    message = _("You judge these works, so you don’t vote on them.")


class AlreadyVoted(Conflict):
    """Whoever voted does not judge."""

    code = "events-works-judge-voted"
    message = _("They have voted on these works, so they can’t judge them.")


class JuryOver(Conflict):
    """The jury's time is over: its judges stay who they are."""

    code = "events-works-jury-over"
    message = _("The jury’s time is over: its judges stay who they are.")


class NotJudgedNow(Conflict):
    """The jury scores in its own time only."""

    code = "events-works-not-judged"
    message = _("Works are not scored now.")


class NotYourWork(Forbidden):
    """The judge is tied to the work, by a union of one line or because it is theirs."""

    code = "events-works-tied"
    message = _("You don’t score this work: its union stands on one line with yours.")


class SheetNotWhole(InvalidInput):
    """A score is missing or out of bounds."""

    code = "events-works-sheet-whole"
    message = _("Give a score for every criterion.")

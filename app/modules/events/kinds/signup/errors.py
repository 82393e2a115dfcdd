"""What sign-ups refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, Forbidden, InvalidInput


class SessionClosed(Conflict):
    """Nobody registers for this session any more."""

    code = "events-signup-session-closed"
    message = _("This session takes no more registrations.")


class EnoughSessions(Conflict):
    """The member has as many sessions as one may take."""

    code = "events-signup-enough"
    message = _("You have registered for as many sessions as one may take. Cancel another one first.")


class RegistrationMovedOn(Conflict):
    """The registration stands where this can't be done."""

    code = "events-signup-moved-on"
    message = _("This registration has moved on; that can't be done any more.")


class TooLateToCancel(Conflict):
    """The time in which a seat can be given back is over."""

    code = "events-signup-too-late"
    message = _("It is too late to cancel here. Please call the union: they can still free your seat.")


class SessionMovedOn(Conflict):
    """The session was cancelled or is over."""

    code = "events-signup-session-moved-on"
    message = _("This session was cancelled or is over.")


class NotNow(Conflict):
    """Check-in is open around the session's time only."""

    code = "events-signup-not-now"
    message = _("Check-in is open from an hour before the session begins until it ends.")


class CodeNotGood(InvalidInput):
    """What was scanned or typed is no code of this half minute."""

    code = "events-signup-code"
    message = _("This code is not good, or not any more: ask for the one that the phone shows now.")


class NotYourDoor(Forbidden):
    """The registration is for a campaign whose door somebody else keeps."""

    code = "events-signup-door"
    message = _("This code is for a campaign whose door you don’t keep.")


class OwnDoor(Forbidden):
    """Whoever names door-keepers checks in without being one."""

    code = "events-signup-own-door"
    message = _("You can check in already: name somebody else.")


class NoDoorNow(Conflict):
    """No session is to come at which somebody could check in."""

    code = "events-signup-no-door"
    message = _("All sessions are over or cancelled: there is no door to keep.")

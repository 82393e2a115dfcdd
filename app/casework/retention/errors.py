"""What the rules of keeping and erasing refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict


class StillRunning(Conflict):
    """Only what is over is erased."""

    code = "case-still-running"
    message = _("It is still being dealt with. It can be erased when it is over, or after you have withdrawn it.")


class KeptWithAnother(Conflict):
    """What was merged into another case is erased with it."""

    code = "case-kept-with-another"
    message = _("It goes on in another application and is erased together with that one. Ask for it there.")


class OnHold(Conflict):
    """A hold keeps the case from being erased."""

    code = "case-on-hold"
    message = _("The case is on hold. End the hold first, or refuse the request.")


class AlreadyOnHold(Conflict):
    """The case is on hold already."""

    code = "case-already-on-hold"
    message = _("Somebody has put this case on hold already. Look at what is there now.")

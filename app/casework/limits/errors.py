"""What changing a time limit refuses."""

from flask_babel import lazy_gettext as _

from app.core.errors import InvalidInput


class NotRunning(InvalidInput):
    """The case has no such limit that counts from a day it was told."""

    code = "limit-not-running"
    message = _("This time limit does not run, or counts from no day that was told.")


class NeverInterrupted(InvalidInput):
    """The law knows no interruption of this limit."""

    code = "limit-never-interrupted"
    message = _("This time limit is a fixed one: the law knows no interruption of it.")


class NotWithin(InvalidInput):
    """An interruption on a day on which the limit did not run."""

    code = "limit-not-within"
    message = _("Only a limit that runs is interrupted: choose a day after the one it counts from, up to its last.")


class SameDay(InvalidInput):
    """The limit counts from this day already."""

    code = "limit-same-day"
    message = _("It counts from this day already.")

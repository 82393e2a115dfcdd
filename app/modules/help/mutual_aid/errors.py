"""What the rules of mutual aid refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, InvalidInput


class VersionTaken(InvalidInput):
    """There is a plan of this name and version already."""

    code = "help-plan-version-taken"
    message = _("A plan of this name has this version already. Give another version.")


class PlanInUse(Conflict):
    """Somebody is enrolled in the plan, or may be: it stays as it is."""

    code = "help-plan-in-use"
    message = _(
        "Members are enrolled in this plan, or a window for it is noted, so it stays as it is. Set up another version instead."
    )


class UnionElsewhere(InvalidInput):
    """The union named is none of the zone's."""

    code = "help-window-union"
    message = _("No union of this zone has exactly this name.")


class WindowBeyondCover(InvalidInput):
    """A window after the end of the cover."""

    code = "help-window-beyond-cover"
    message = _("Nobody can enrol after the cover has ended.")


class WindowClosed(Conflict):
    """Today is not within the window."""

    code = "help-window-closed"
    message = _("This enrolment window is not open today.")


class TooManyToEnrol(InvalidInput):
    """More members at once than one go enrols."""

    code = "help-too-many-to-enrol"
    message = _("These are more than 20,000 members: choose a smaller union and go on with the next.")


class UnreadableRoll(InvalidInput):
    """A file that is no sheet of people; the message says why."""

    code = "help-unreadable-roll"

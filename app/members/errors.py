"""What the member database refuses."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, InvalidInput


class TransferNeeded(Conflict):
    """The person has an active membership elsewhere; where is not told."""

    code = "transfer-needed"
    message = _("This person is an active member of another union: a transfer is needed.")


class VerifiedData(Conflict):
    """The field was verified and is only changed by verifying again."""

    code = "verified-data"
    message = _("Verified data can only be changed by verifying again.")


class NoSuchUnion(InvalidInput):
    """The union does not exist, is dissolved, or lies outside the zone."""

    code = "no-such-union"
    message = _("Choose a union of this zone.")


class SeveralPeople(Conflict):
    """A phone and a name fit several members."""

    code = "several-people"
    message = _("Several members have this name and mobile number: add the ID number.")


class TooMany(Conflict):
    """More members fit than one file takes."""

    code = "too-many"
    message = _("So many members do not fit into one file. Narrow the list, for example by union.")


class NotRecognised(Conflict):
    """Somebody outside the zone has this document under another name; nothing of that is told."""

    code = "not-recognised"
    message = _("Name and ID number can’t be taken in like this. Please check them, or ask the city federation.")


class OtherDocument(Conflict):
    """A member of the zone has this phone and name, and another document."""

    code = "other-document"
    message = _("A member with this name and mobile number has another ID number.")


class NumberChanged(Conflict):
    """A member of the zone with this name has changed their number themselves: these may be the same person."""

    code = "number-changed"
    message = _("A member of this name has changed their mobile number. If it is them, give the present number; if it is somebody else, add the ID number.")  # fmt: skip


class NotUndoable(Conflict):
    """The import is not in a state in which it can be undone."""

    code = "not-undoable"
    message = _("This import can't be undone any more.")


class UnreadableFile(InvalidInput):
    """The upload is no roster; `message` says why."""

    code = "unreadable-file"

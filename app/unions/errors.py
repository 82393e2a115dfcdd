"""What the organisation tree refuses."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, InvalidInput


class NoSuchParent(InvalidInput):
    """The union above does not exist or is dissolved."""

    code = "no-such-parent"
    message = _("There is no such union above.")


class WrongKind(InvalidInput):
    """A union of this kind does not stand under one of that kind."""

    code = "wrong-kind"
    message = _("A union of this kind can’t stand under the one above.")


class NameTaken(Conflict):
    """A sister union has this name, or any union this credit code."""

    code = "name-taken"
    message = _("A union with this name or credit code exists there already.")


class UnreadableSheet(InvalidInput):
    """The file is no list of unions; `message` says why."""

    code = "unreadable-file"

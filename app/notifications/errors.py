"""What notifications refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, InvalidInput


class UnknownKind(LookupError):
    """A defect of the caller: no manifest declares the kind of message, or a value for its words is missing."""


class BroadcastNotEditable(Conflict):
    """The broadcast has been sent or called off; it stays as it is."""

    code = "broadcast-not-editable"
    message = _("This notice has been sent already and can't be changed.")


class NobodyToAddress(InvalidInput):
    """The audience is empty."""

    code = "nobody-to-address"
    message = _("Nobody matches this choice. Widen it and try again.")

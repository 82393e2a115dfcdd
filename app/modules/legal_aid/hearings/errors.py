"""What hearings refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, InvalidInput


class NotTheirs(Conflict):
    """Hearings are set by the case's handler and its lawyer, while aid is given."""

    code = "legal-aid-hearing-not-theirs"
    message = _("The case handler and the lawyer set hearings, while the union aids in the case.")


class HearingOver(Conflict):
    """A hearing that was cancelled, or has been, is not moved."""

    code = "legal-aid-hearing-over"
    message = _("This hearing was cancelled or is over.")


class InThePast(InvalidInput):
    """A hearing is set before it takes place."""

    code = "legal-aid-hearing-past"
    message = _("Choose a time that lies ahead.")


class TooFar(InvalidInput):
    """A hearing years ahead is a slip of the pen."""

    code = "legal-aid-hearing-far"
    message = _("Choose a time within three years.")


class NotYet(Conflict):
    """What came of a hearing is written down once it has begun."""

    code = "legal-aid-hearing-not-yet"
    message = _("Write down what came of it once the hearing has begun.")

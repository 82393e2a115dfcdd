"""What the rules of casework refuse."""

from uuid import UUID

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, Forbidden, InvalidInput
from app.core.seen import ChangedMeanwhile


class AlreadyOpen(Conflict):
    """The member has an open case of this kind: that one is gone on with."""

    code = "case-already-open"
    message = _("You have handed in this application already. What you typed now is not part of it.")

    def __init__(self, case_id: UUID) -> None:
        super().__init__()
        self.case_id = case_id


class WrongState(Conflict):
    """The case stands where this step can't be taken."""

    code = "case-wrong-state"
    message = _("The application has moved on; this step can't be taken any more.")


class AlreadyTaken(Conflict):
    """The actor has taken this very step before, with other words or amounts: the first ones count."""

    code = "case-already-taken"
    message = _(
        "You have already done this, with other details. What was saved first counts; what you typed now was not saved."
    )


class OwnCase(Forbidden):
    """Staff never handle a case of their own."""

    code = "case-own"
    message = _("You can't handle your own application.")


class NotTheHandler(Forbidden):
    """Another case handler has it."""

    code = "case-not-the-handler"
    message = _("Another case handler has this application. Take it over first.")


class SecondPersonNeeded(Forbidden):
    """Whoever recommended may not decide."""

    code = "case-second-person"
    message = _("You made the recommendation: the decision takes a second person.")


class BeyondRecommendation(InvalidInput):
    """More was to be granted than both people agreed on."""

    code = "case-beyond-recommendation"
    message = _("More than recommended can't be granted. Send the application back to review instead.")


class BeyondLimit(InvalidInput):
    """More is asked for, or recommended, than this kind of help gives."""

    code = "case-beyond-limit"
    message = _("This is more than this kind of help can give.")


class PapersMissing(InvalidInput):
    """A required paper was not sent."""

    code = "case-papers-missing"
    message = _("This paper is still missing.")


class PaperRefused(InvalidInput):
    """A file that is not what it should be; the message says why."""

    code = "case-paper-refused"


class MissingAmount(InvalidInput):
    """Granting, or recommending it, takes an amount."""

    code = "case-missing-amount"
    message = _("Write the amount.")


class DraftChanged(ChangedMeanwhile):
    """Another page of the same member has saved the draft since this one was opened."""

    message = _(
        "This application was changed in another window or on another device after you opened it here, so nothing was "
        "saved. Compare both, and save again what holds."
    )


class EmployersZone(Forbidden):
    """The zone is that of the applicant's employer's union, which must not know."""

    code = "case-employers-zone"
    message = _("This is the zone of your employer’s union, which must not see such a case. Nothing was saved here.")

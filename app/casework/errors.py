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


class GoesOnElsewhere(Conflict):
    """The case goes on in another one: nothing is added to it here."""

    code = "case-goes-on-elsewhere"
    message = _("This case goes on in another one, so nothing is added to it here. Its page says where it goes on.")


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


class ConflictOfInterest(Forbidden):
    """The actor declared that they know the people of the case, or the member objected to them with reason."""

    code = "case-conflict-of-interest"
    message = _("You know the people of this case, or its member objected to you with reason. Others deal with it.")


class NotAdmitted(Forbidden):
    """The actor has no part in the case: what it tells is for others."""

    code = "case-not-admitted"
    message = _("What this case tells is read by those who have a part in it.")


class CannotBeMarked(Forbidden):
    """A paper that can't be shown with its viewer's name on it."""

    code = "case-cannot-be-marked"
    message = _("This PDF can’t be marked with who looks at it. Only the handler may save it.")


class PageNotDrawn(Conflict):
    """A page of a PDF that can't be shown as a picture."""

    code = "case-page-not-drawn"
    message = _("This page can’t be shown as a picture. Save the PDF instead.")


class NobodyToName(InvalidInput):
    """Who was named to help has no right to review here, has a part already, or is kept from the case."""

    code = "case-nobody-to-name"
    message = _("Choose somebody of this desk who is not kept from the case.")


class NotTheHandler(Forbidden):
    """Another case handler has it."""

    code = "case-not-the-handler"
    message = _("Another case handler has this application. Take it over first.")


class PromiseOver(Conflict):
    """What is late can't be paused."""

    code = "case-promise-over"
    message = _("Its promised day is over, and the member has been told. What is late can’t be paused: answer it.")


class SecondPersonNeeded(Forbidden):
    """Whoever recommended may not decide."""

    code = "case-second-person"
    message = _("You made the recommendation: the decision takes a second person.")


class ThirdPersonNeeded(Forbidden):
    """Whoever decided may not decide on the appeal."""

    code = "case-third-person"
    message = _("You decided on this application: the appeal takes somebody who had no part in it.")


class TooLateToAppeal(Conflict):
    """The days for an appeal are over."""

    code = "case-too-late-to-appeal"
    message = _("The days in which this decision could be appealed are over.")


class NothingToAppeal(Conflict):
    """Everything that was asked for has been granted."""

    code = "case-nothing-to-appeal"
    message = _("You were granted everything you asked for, so there is nothing to appeal.")


class NotMoreThanBefore(InvalidInput):
    """An appeal never leaves somebody with less."""

    code = "case-not-more-than-before"
    message = _("Grant more than before, or uphold the decision.")


class TooManyToday(InvalidInput):
    """The member has handed in very many cases within a day."""

    code = "case-too-many-today"
    message = _("You have sent very many today. This one is saved: send it tomorrow, or add to one that you have sent.")


class BeyondRequest(InvalidInput):
    """An appeal gives at most what was asked for."""

    code = "case-beyond-request"
    message = _("More than was asked for can't be granted on an appeal.")


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


class ReasonForLessNeeded(InvalidInput):
    """Less is granted than was asked for, and nothing tells the member why."""

    code = "case-reason-for-less-needed"
    message = _("This is less than was asked for: give the reasons, as the member will read them.")


class NoteNeeded(InvalidInput):
    """A recommendation that does not follow from the rules by itself takes a note."""

    code = "case-note-needed"
    message = _("Write in the note why: this is not what the rules usually give.")


class DraftChanged(ChangedMeanwhile):
    """Another page of the same member has saved the draft since this one was opened."""

    message = _(
        "This application was changed in another window or on another device after you opened it here, so nothing was "
        "saved. Compare both, and save again what holds."
    )


class EmployersZone(Forbidden):
    """The zone is that of the applicant's employer's union, which must not know."""

    code = "case-employers-zone"
    message = _("This is the zone of your employer’s union, which must not see such a case. It was not handed in here.")


class SeveralUnions(InvalidInput):
    """Several employers' unions may be meant."""

    code = "case-several-employer-unions"

    def __init__(self, names: list[str], *, field: str) -> None:
        super().__init__(
            _(
                "Several unions may be meant: %(names)s. Write here the full name of the right one.",
                names="、".join(names),
            ),
            field=field,
        )


class UnknownUnion(InvalidInput):
    """The union named is not in the list of unions."""

    code = "case-unknown-employer-union"
    message = _(
        "We know no union of that name, so we could not keep this from it. Write its full name, or leave it empty if it is "
        "the union you belong to or you don’t know it."
    )

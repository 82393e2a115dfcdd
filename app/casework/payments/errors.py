"""What the rules of payments refuse."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, Forbidden, InvalidInput


@dataclass(frozen=True, slots=True)
class ReturnFault:
    """What is wrong with a cell of the bank's file: its line, the heading above it, and words for people."""

    line: int
    heading: str
    words: str


class PaymentMovedOn(Conflict):
    """The payment stands where this can't be done."""

    code = "payment-moved-on"
    message = _("The payment has moved on; this can't be done any more.")


class AccountLocked(Conflict):
    """The money is under way, or there: the account is changed no more."""

    code = "payment-account-locked"
    message = _("The money is on its way to the account you told us before, so the account can't be changed now.")


class HolderReasonMissing(InvalidInput):
    """The account is somebody else's, and nothing says why."""

    code = "payment-holder-reason-missing"
    message = _("The account is not in your name: say whose it is and why the money goes there.")


class AccountMissing(Conflict):
    """The member has told no account yet."""

    code = "payment-account-missing"
    message = _("The member has not told an account yet.")


class NotDue(Conflict):
    """Chosen payments can't be in a batch: they have moved on, or wait for their account."""

    code = "payment-not-due"

    def __init__(self, numbers: Iterable[str]) -> None:
        super().__init__(_("These payments are not due any more, or wait for the member’s account: %(numbers)s. No batch was made.",
                           numbers=", ".join(numbers)))  # fmt: skip


class AccountsMovedOn(Conflict):
    """A batch would pay to accounts that money came back from, or that are not the cases' any more."""

    code = "payment-accounts-moved-on"

    def __init__(self, numbers: Iterable[str]) -> None:
        super().__init__(_("Money came back from the accounts of these payments, or their members have told other ones since: %(numbers)s. The batch can’t be released; dissolve it.",
                           numbers=", ".join(numbers)))  # fmt: skip


class GrantsMovedOn(Conflict):
    """A batch would pay grants that an objection keeps, whose public notice runs again, or whose decision is void."""

    code = "payment-grants-moved-on"

    def __init__(self, numbers: Iterable[str]) -> None:
        super().__init__(_("The grants of these payments do not stand as they did: an objection is open, their public notice runs, or their decision is void: %(numbers)s. The batch can’t be released; dissolve it.",
                           numbers=", ".join(numbers)))  # fmt: skip


class OnNotice(Conflict):
    """Chosen payments are of grants whose public notice has not ended, or has an objection open."""

    code = "payment-on-notice"

    def __init__(self, numbers: Iterable[str]) -> None:
        super().__init__(_("The public notice of these grants has not ended without an open objection: %(numbers)s. No batch was made.",
                           numbers=", ".join(numbers)))  # fmt: skip


class NotTheirs(Forbidden):
    """Somebody may not pay: they are the applicant, know them, or decided on the case."""

    code = "payment-not-theirs"

    def __init__(self, numbers: Iterable[str]) -> None:
        super().__init__(_("You have a part in the cases of these payments, so others deal with them: %(numbers)s.",
                           numbers=", ".join(numbers)))  # fmt: skip


class SecondCashierNeeded(Forbidden):
    """Whoever made a batch may not release it."""

    code = "payment-second-cashier"
    message = _("You made this batch: a second person checks and releases it.")


class WrongDay(InvalidInput):
    """Nothing is paid before its batch is released, or tomorrow."""

    code = "payment-wrong-day"
    message = _("Choose a day from the release of the batch to today.")


class WrongReturnDay(InvalidInput):
    """Nothing comes back before it was paid, or tomorrow."""

    code = "payment-wrong-return-day"
    message = _("Choose a day from the day it was paid to today.")


class ReturnNotedBefore(Conflict):
    """Somebody has noted already, in other words, that the money came back."""

    code = "payment-return-noted-before"
    message = _("It is noted already that this money came back. A second person confirms or discards that.")


class SecondPersonForReturn(Forbidden):
    """Whoever noted that money came back may not confirm it."""

    code = "payment-return-second-person"
    message = _("You noted that this money came back: a second person confirms it.")


class ReasonForAnotherFile(InvalidInput):
    """The file for the bank was taken out before, and nothing says why it is needed again."""

    code = "payment-file-taken-out"
    message = _("The file was taken out before: say why it is needed again.")


class AllAnswered(Conflict):
    """The bank has answered on every line of the batch: nothing of it is left to pay."""

    code = "payment-all-answered"
    message = _("The bank has answered on all payments of this batch, so there is no file for it any more.")


class OtherReference(Conflict):
    """A payment that was noted as paid is told to be paid by another transfer, too."""

    code = "payment-other-reference"

    def __init__(self, noted: str, told: str) -> None:
        message = _("Noted before with the bank reference “%(noted)s”, now “%(told)s”: was it transferred twice?",
                    noted=noted or "—", told=told)  # fmt: skip
        super().__init__(message, field="reference")


class ReferenceTaken(Conflict):
    """One transfer is told for two payments."""

    code = "payment-reference-taken"

    def __init__(self, told: str, number: str) -> None:
        message = _("The bank reference “%(told)s” is that of the payment %(number)s.", told=told, number=number)
        super().__init__(message, field="reference")


class FileGone(Conflict):
    """A batch whose lines are not all there any more: cases of it were erased when their time was over."""

    code = "payment-file-gone"
    message = _("Cases in this batch have been erased since, so its file can't be written any more.")


class NotReleased(Conflict):
    """Only a released batch has a file and answers of the bank."""

    code = "payment-not-released"
    message = _("The batch has not been released.")


class ReturnRefused(InvalidInput):
    """A file of the bank's that can't be used as it is; `faults` name line and cell, nothing of it was noted."""

    code = "payment-return-refused"
    message = _("The file doesn’t fit this batch. Nothing of it was noted.")

    def __init__(self, faults: list[ReturnFault]) -> None:
        super().__init__(field="return_file")
        self.faults = faults

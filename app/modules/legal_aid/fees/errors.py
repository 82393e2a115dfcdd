"""What fees refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, Forbidden, InvalidInput
from app.modules.legal_aid.fees.standards import claim_within


class WorkNotDone(Conflict):
    """A fee is claimed for a stage that is done, or when the lawyer's part in the case is over."""

    code = "legal-aid-fee-work-not-done"
    message = _("A fee is claimed when a stage is done, or when your part in the case is over.")


class TooLateToClaim(Conflict):
    """The weeks in which a fee is claimed are over."""

    code = "legal-aid-fee-too-late"

    def __init__(self) -> None:
        days = claim_within().days
        super().__init__(
            _("Fees are claimed within %(days)s days after your part in the case is over. They have passed.", days=days)
        )


class ClaimMovedOn(Conflict):
    """The claim stands where this can't be done."""

    code = "legal-aid-fee-moved-on"
    message = _("The claim has moved on; this can’t be done any more.")


class NothingToPay(InvalidInput):
    """The calculation comes to nothing."""

    code = "legal-aid-fee-nothing"
    message = _("By the standard this comes to nothing. Write down your hours.")


class WorkNotTold(InvalidInput):
    """Nothing is written of what was done."""

    code = "legal-aid-fee-not-told"
    message = _("Write down what you did, before you claim the fee.")


class ReceiptMissing(InvalidInput):
    """Travel costs without a receipt."""

    code = "legal-aid-fee-receipt-missing"
    message = _("Travel costs are paid by receipts: add at least one, or leave the costs empty.")


class PartInTheClaim(Forbidden):
    """The decision is somebody else's: of neither the lawyer nor whoever gave them the case or handles it."""

    code = "legal-aid-fee-part-in-claim"
    message = _("You have a part in this claim or its case, so somebody else decides on it.")


class PartInTheDecision(Forbidden):
    """Whoever decided on a claim, or made it, does not pay it."""

    code = "legal-aid-fee-part-in-decision"
    message = _("You have a part in this claim or its approval, so somebody else notes its payment.")


class ReturnYours(Forbidden):
    """Whoever noted that a payment came back does not note the next."""

    code = "legal-aid-fee-return-yours"
    message = _("You noted that the payment came back, so somebody else notes the next one and corrects it.")


class WrongPaymentDay(InvalidInput):
    """Nothing is paid before it was approved or the last payment came back, or tomorrow."""

    code = "legal-aid-fee-wrong-day"

    def __init__(self, first: str) -> None:
        message = _("Choose a day from %(day)s to today: nothing is paid before its approval, nor anew before the last payment came "
                    "back.", day=first)  # fmt: skip
        super().__init__(message, field="paid_on")


class PaymentYours(Forbidden):
    """That a payment came back is noted by a second person, who is not the lawyer."""

    code = "legal-aid-fee-payment-yours"
    message = _("You noted this payment or it is yours, so somebody else notes that it came back.")


class WrongBounceDay(InvalidInput):
    """Nothing comes back before it was paid, or tomorrow."""

    code = "legal-aid-fee-wrong-bounce-day"
    message = _("Choose a day from the payment to today.")


class PaidOtherwise(Conflict):
    """A claim that was paid is told to be paid by another transfer, too."""

    code = "legal-aid-fee-paid-otherwise"

    def __init__(self, day: str, reference: str) -> None:
        message = _("This fee is noted as paid on %(day)s with the bank reference “%(reference)s”. Was it transferred twice? If that "
                    "was a slip, correct it with a reason.", day=day, reference=reference)  # fmt: skip
        super().__init__(message)


class ReferenceOfAnother(Conflict):
    """One transfer is told for two lawyers."""

    code = "legal-aid-fee-reference-of-another"
    message = _("This bank reference is that of another lawyer’s payment.")


class ReferenceCameBack(Conflict):
    """A transfer that the bank sent back is told to have paid."""

    code = "legal-aid-fee-reference-came-back"
    message = _("The transfer with this bank reference came back from the bank. Write the reference of the new one.")

"""What the rules of payments refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, InvalidInput


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

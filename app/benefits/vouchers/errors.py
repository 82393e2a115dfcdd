"""What a voucher, its shops and their clerks refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, Forbidden, InvalidInput


class ConflictResolved(Conflict):
    """What was agreed about it is noted already."""

    code = "vouchers-conflict-resolved"
    message = _("What was agreed about this is noted already.")


class ReasonMissing(InvalidInput):
    """The step is not taken without a reason."""

    code = "vouchers-reason-missing"
    message = _("Say why.")


class VoucherMovedOn(Conflict):
    """The voucher stands where this step can't be taken; `details` say where it stands."""

    code = "vouchers-moved-on"
    message = _("This voucher is not good for this any more.")


class AlreadyRedeemed(VoucherMovedOn):
    """It was redeemed before; `details` hold `shop` and `at` of that."""

    code = "vouchers-already-redeemed"
    message = _("This voucher has been redeemed already.")


class NotYetGood(Conflict):
    """Its first day is to come."""

    code = "vouchers-not-yet-good"
    message = _("This voucher is not good yet.")


class VoucherOver(Conflict):
    """Its last day has passed."""

    code = "vouchers-over"
    message = _("The last day of this voucher has passed.")


class WrongShop(Conflict):
    """Its batch is not redeemed in this shop, or it is kept at another one."""

    code = "vouchers-wrong-shop"
    message = _("This voucher can't be redeemed in this shop.")


class NotTheClerk(Forbidden):
    """Whoever acts is no clerk of the shop."""

    code = "vouchers-not-the-clerk"
    message = _("You don't redeem vouchers for this shop.")


class PurchaseMissing(InvalidInput):
    """The purchase is not named."""

    code = "vouchers-purchase-missing"
    message = _("Enter what the purchase comes to.")


class PurchaseTooSmall(InvalidInput):
    """The purchase is below the voucher's threshold."""

    code = "vouchers-purchase-too-small"
    message = _("The purchase is too small for this voucher.")


class ReverseTooLate(Conflict):
    """A redemption is reversed on the day it was made, and not later."""

    code = "vouchers-reverse-too-late"
    message = _("A redemption can be reversed on its own day only.")


class KeyReused(Conflict):
    """The key was used to redeem another voucher."""

    code = "vouchers-key-reused"
    message = _("This page has redeemed another voucher before. Scan the voucher again.")


class CodeNotGood(InvalidInput):
    """No voucher shows this code now."""

    code = "vouchers-code-not-good"
    message = _("This code is not good. Codes change every half minute: let the member show it again.")


class ListOfAnother(Forbidden):
    """The list was taken along on another phone, or for another shop."""

    code = "vouchers-list-of-another"
    message = _("This list was taken along on another phone or for another shop. It is handed in there.")


class NotInTime(Conflict):
    """It was taken before its list was made, or after the list was over."""

    code = "vouchers-not-in-time"
    message = _("It was taken at a time when the list was not good.")


class NoPickUp(Conflict):
    """Vouchers of this kind are not picked up on a day."""

    code = "vouchers-no-pick-up"
    message = _("This voucher is not kept at a shop.")


class DayNotGood(InvalidInput):
    """The day is past, or not one of the voucher's."""

    code = "vouchers-day-not-good"
    message = _("Choose a day from today on on which the voucher is good.")


class ShopThere(Conflict):
    """The merchant has a shop of this name."""

    code = "vouchers-shop-there"
    message = _("This merchant has a shop of this name already.")


class OwnClerk(Forbidden):
    """Nobody makes themselves a clerk."""

    code = "vouchers-own-clerk"
    message = _("You can't make yourself a clerk. Ask a colleague to do it.")

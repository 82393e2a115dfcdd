"""What vouchers refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, Forbidden, InvalidInput


class BatchMovedOn(Conflict):
    """The batch stands where this step can't be taken."""

    code = "vouchers-batch-moved-on"
    message = _("This batch of vouchers has moved on; this step can't be taken any more.")


class BatchPromised(Conflict):
    """Something gives the batch away and has promised it; its title is in the message."""

    code = "vouchers-batch-promised"

    def __init__(self, title: str) -> None:
        words = _(
            "“%(title)s” promises these vouchers: until it is over they are given away there alone, and not stopped.",
            title=title,
        )
        super().__init__(words)


class ConflictResolved(Conflict):
    """What was agreed about it is noted already."""

    code = "vouchers-conflict-resolved"
    message = _("What was agreed about this is noted already.")


class OwnBatch(Forbidden):
    """Whoever made a batch does not check it."""

    code = "vouchers-own-batch"
    message = _("You made this batch of vouchers; somebody else must check it.")


class NotTheMaker(Forbidden):
    """Only whoever made a batch takes this step."""

    code = "vouchers-not-the-maker"
    message = _("Only whoever made this batch of vouchers can do this.")


class ReasonMissing(InvalidInput):
    """The step is not taken without a reason."""

    code = "vouchers-reason-missing"
    message = _("Say why.")


class NoStock(InvalidInput):
    """The batch has no piece to give."""

    code = "vouchers-no-stock"
    message = _("There is no voucher in this batch: say how many there are, or upload their codes.")


class NoShops(InvalidInput):
    """The batch names no shop."""

    code = "vouchers-no-shops"
    message = _("Choose at least one shop in which these vouchers are redeemed.")


class StockMissing(InvalidInput):
    """A WeChat coupon is of a stock at WeChat Pay."""

    code = "vouchers-stock-missing"
    message = _("Enter the number of the stock at WeChat Pay (批次号): digits only.")


class NotExtended(Conflict):
    """How long a coupon is good in WeChat is for WeChat to say."""

    code = "vouchers-not-extended"
    message = _("WeChat coupons are good as long as their stock at WeChat Pay says; they can’t run longer from here.")


class DaysReversed(InvalidInput):
    """The last day is before the first."""

    code = "vouchers-days-reversed"
    message = _("The last day can't be before the first.")


class BatchOver(Conflict):
    """The last day of the batch has passed."""

    code = "vouchers-batch-over"
    message = _("The last day of these vouchers has passed: nobody can be given one.")


class CodesTaken(Conflict):
    """Codes of the list stand in another batch."""

    code = "vouchers-codes-taken"
    message = _("Codes of this list stand in another batch already. Each is given once: take them out of the sheet.")


class NobodyMeant(InvalidInput):
    """No member is meant by the choice."""

    code = "vouchers-nobody-meant"
    message = _("No member is meant by this choice: nobody would be given a voucher.")


class OrderedBefore(Conflict):
    """The same form ordered something else before."""

    code = "vouchers-ordered-before"
    message = _(
        "This form was sent before, for others: what was ordered then is given. Open the page anew to give to more members."
    )


class DayToCome(InvalidInput):
    """A statement is of what was redeemed."""

    code = "vouchers-day-to-come"
    message = _("Choose today at the latest: a statement holds what was redeemed.")


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


class UnreadableCodes(InvalidInput):
    """The sheet has no single column of codes."""

    code = "vouchers-unreadable-codes"
    message = _("The sheet needs a heading and below it one column called “code”, “券码” or “票码”.")


class NotLater(InvalidInput):
    """An extension would lengthen nothing."""

    code = "vouchers-not-later"
    message = _("Choose a day from today on that is later than the last day of an unused voucher.")


class ExtensionWaiting(Conflict):
    """Another extension of the batch is not over."""

    code = "vouchers-extension-waiting"
    message = _("Another extension of this batch waits for a decision or is being carried out.")


class SettlementMovedOn(Conflict):
    """The statement stands where this step can't be taken."""

    code = "vouchers-settlement-moved-on"
    message = _("This statement has moved on; this step can't be taken any more.")


class OwnSettlement(Forbidden):
    """Whoever drew a statement up does not confirm it."""

    code = "vouchers-own-settlement"
    message = _("You drew this statement up; somebody else must confirm it.")


class NotTheSettlementMaker(Forbidden):
    """Only whoever drew a statement up withdraws it."""

    code = "vouchers-not-the-settlement-maker"
    message = _("Only whoever drew this statement up can withdraw it.")


class NothingToSettle(InvalidInput):
    """No redeemed voucher of the merchant's is in no statement."""

    code = "vouchers-nothing-to-settle"
    message = _("No voucher was redeemed at this merchant through that day that is in no statement yet.")


class SettlementWaiting(Conflict):
    """Another statement of the merchant is not confirmed."""

    code = "vouchers-settlement-waiting"
    message = _("Another statement of this merchant waits to be confirmed. Decide on it first.")


class RedemptionsChanged(Conflict):
    """A redemption in the statement was taken back meanwhile."""

    code = "vouchers-redemptions-changed"
    message = _("Redemptions in this statement were taken back meanwhile. Withdraw it, and draw it up anew.")


class ReferenceMissing(InvalidInput):
    """A payment is noted with its reference."""

    code = "vouchers-reference-missing"
    message = _("Enter the reference of the payment.")

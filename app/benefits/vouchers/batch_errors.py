"""What batches of vouchers refuse: on their way to being approved, in being given, and in running longer."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, Forbidden, InvalidInput
from app.core.seen import ChangedMeanwhile


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


class OwnBatch(Forbidden):
    """Whoever made a batch does not check it."""

    code = "vouchers-own-batch"
    message = _("You made this batch of vouchers; somebody else must check it.")


class NotTheMaker(Forbidden):
    """Only whoever made a batch takes this step."""

    code = "vouchers-not-the-maker"
    message = _("Only whoever made this batch of vouchers can do this.")


class NoStock(InvalidInput):
    """The batch has no piece to give."""

    code = "vouchers-no-stock"
    message = _("There is no voucher in this batch: say how many there are, or upload their codes.")


class NoShops(InvalidInput):
    """The batch names no shop."""

    code = "vouchers-no-shops"
    message = _("Choose at least one shop in which these vouchers are redeemed.")


class NoThreshold(InvalidInput):
    """A voucher of this kind is good whatever a purchase comes to, so that nobody would ask for its threshold."""

    code = "vouchers-no-threshold"
    message = _("Only amount vouchers and WeChat coupons ask for a purchase: leave this empty.")


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


class CountedOthers(ChangedMeanwhile):
    """Others are meant than those that the page counted."""

    code = "vouchers-counted-others"
    message = _("Others are meant than were counted, so nothing was given. Look at who is meant now, and give.")


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

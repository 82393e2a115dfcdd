"""What statements to merchants refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict, Forbidden, InvalidInput


class DayToCome(InvalidInput):
    """A statement is of what was redeemed."""

    code = "vouchers-day-to-come"
    message = _("Choose today at the latest: a statement holds what was redeemed.")


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

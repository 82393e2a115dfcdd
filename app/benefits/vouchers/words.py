"""What states and steps of vouchers and batches are called."""

from flask_babel import lazy_gettext as _

from app.benefits.papers import Step
from app.benefits.vouchers.batch_states import APPROVE, CLOSE, REFUSE, RETURN, SUBMIT, WITHDRAW, BatchState
from app.benefits.vouchers.states import VoucherState
from app.core.modules import Text

STATES: dict[str, Text] = {
    VoucherState.ISSUED: _("Good"),
    VoucherState.LOCKED: _("Kept at a shop"),
    VoucherState.REDEEMED: _("Redeemed"),
    VoucherState.SETTLED: _("Redeemed"),
    VoucherState.EXPIRED: _("Expired"),
    VoucherState.VOID: _("Void"),
}
STATES_OF_DESK: dict[str, Text] = STATES | {
    VoucherState.ISSUED: _("With the member"),
    VoucherState.SETTLED: _("Settled"),
}
KINDS_OF_BADGES = {
    VoucherState.ISSUED: "success",
    VoucherState.LOCKED: "info",
    VoucherState.EXPIRED: "warning",
    VoucherState.VOID: "danger",
}
EVENTS: dict[str, Text] = {
    "give": _("Given to you"),
    "lock": _("Kept at a shop for you"),
    "release": _("No longer kept at the shop"),
    "redeem": _("Redeemed"),
    "reverse": _("Redemption taken back"),
    "settle": _("Settled with the shop"),
    "expire": _("Expired"),
    "extend": _("Extended"),
    "void": _("Made void"),
}
DEEDS: dict[str, Text] = EVENTS | {"give": _("Given"), "lock": _("Kept at a shop"), "release": _("Kept there no more")}
"""Steps of a voucher as the desk reads them."""
PARTS: dict[str, Text] = {"good": _("To use"), "used": _("Used"), "over": _("No longer good")}
BATCH_STATES: dict[str, Text] = {
    BatchState.DRAFT: _("Draft"),
    BatchState.SUBMITTED: _("To check"),
    BatchState.APPROVED: _("Approved"),
    BatchState.REFUSED: _("Refused"),
    BatchState.WITHDRAWN: _("Withdrawn"),
    BatchState.CLOSED: _("Given no more"),
}
BATCH_STEPS: dict[Step, Text] = {
    SUBMIT: _("Submit to be checked"),
    WITHDRAW: _("Withdraw"),
    APPROVE: _("Approve"),
    RETURN: _("Return to the maker"),
    REFUSE: _("Refuse"),
    CLOSE: _("Give no more of it"),
}

"""What states and steps of vouchers and batches are called."""

from collections.abc import Mapping
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.benefits.papers import Step
from app.benefits.vouchers.batch_states import APPROVE, CLOSE, REFUSE, RETURN, SUBMIT, WITHDRAW, BatchState
from app.benefits.vouchers.errors import (
    CodeNotGood,
    NotInTime,
    NotYetGood,
    PurchaseMissing,
    PurchaseTooSmall,
    VoucherMovedOn,
    VoucherOver,
    WrongShop,
)
from app.benefits.vouchers.models import VoucherOfflineUse
from app.benefits.vouchers.settlement_states import SettlementState
from app.benefits.vouchers.states import VoucherState
from app.core.i18n import moment
from app.core.modules import Text

STATES: dict[str, Text] = {
    VoucherState.ISSUED: _("Good"),
    VoucherState.LOCKED: _("Kept at a shop"),
    VoucherState.REDEEMED: _("Redeemed"),
    VoucherState.SETTLED: _("Redeemed"),
    VoucherState.EXPIRED: _("Expired"),
    VoucherState.VOID: _("Void"),
    VoucherState.HANDED_OVER: _("In WeChat"),
}
STATES_OF_DESK: dict[str, Text] = STATES | {
    VoucherState.ISSUED: _("With the member"),
    VoucherState.SETTLED: _("Settled"),
}
KINDS_OF_BADGES = {
    VoucherState.ISSUED: "success",
    VoucherState.LOCKED: "info",
    VoucherState.HANDED_OVER: "success",
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
    "hand_over": _("Handed over to WeChat"),
    "spend": _("Used with WeChat Pay"),
    "lapse": _("Expired in WeChat"),
    "turn_down": _("Not taken by WeChat"),
}
DEEDS: dict[str, Text] = EVENTS | {"give": _("Given"), "lock": _("Kept at a shop"), "release": _("Kept there no more")}
"""Steps of a voucher as the desk reads them."""
PARTS: dict[str, Text] = {"good": _("To use"), "used": _("Used"), "over": _("No longer good")}
SETTLEMENTS: dict[str, tuple[str, Text]] = {
    SettlementState.DRAFT: ("warning", _("To be confirmed")),
    SettlementState.CONFIRMED: ("info", _("Confirmed, to be paid")),
    SettlementState.PAID: ("success", _("Paid to the merchant")),
    SettlementState.REFUSED: ("neutral", _("Refused")),
    SettlementState.WITHDRAWN: ("neutral", _("Withdrawn")),
}
"""How statements stand: the colour and the words."""
FAULTS: dict[str, Text] = {
    "batches that gave more than their stock": _("Batches that gave more than their stock"),
    "batches that miscount what they gave": _("Batches that miscount what they gave"),
    "vouchers that do not stand where their history ends": _("Vouchers that do not stand where their history ends"),
    "vouchers with gaps in their history": _("Vouchers with gaps in their history"),
    "vouchers redeemed twice": _("Vouchers redeemed twice"),
    "vouchers in a shop that does not take them": _("Vouchers in a shop that does not take them"),
    "vouchers without the code they were given with": _("Vouchers without the code they were given with"),
    "settled vouchers in no confirmed statement": _("Settled vouchers in no confirmed statement"),
    "vouchers that differ from their statement": _("Vouchers that differ from their statement"),
    "statements that do not come to the sum of their vouchers": _(
        "Statements that do not come to the sum of their vouchers"
    ),
    "redeemed vouchers of which the shop is due more than they are worth": _(
        "Redeemed vouchers of which the shop is due more than they are worth"
    ),
    "WeChat coupons that stand elsewhere than their voucher": _(
        "WeChat coupons that stand elsewhere than their voucher"
    ),
    "vouchers for WeChat that nobody hands over": _("Vouchers for WeChat that nobody hands over"),
    "WeChat coupons of which WeChat has said nothing for a week": _(
        "WeChat coupons of which WeChat has said nothing for a week"
    ),
    "stocks of which WeChat gave another number than it was handed over": _(
        "Stocks of which WeChat gave another number than it was handed over"
    ),
}
"""The rules of `checking.faults`."""
OFFLINE_REFUSALS: dict[str, Text] = {
    "": _("It can't be redeemed."),
    CodeNotGood.code: _("No voucher had this code at that time: it was typed wrong or made up."),
} | {
    refusal.code: refusal.message
    for refusal in (NotInTime, NotYetGood, PurchaseMissing, PurchaseTooSmall, VoucherMovedOn, VoucherOver, WrongShop)
}
"""Why what was taken without network was not good, by the code of the refusal."""
BATCH_STATES: dict[str, Text] = {
    BatchState.DRAFT: _("Draft"),
    BatchState.SUBMITTED: _("To check"),
    BatchState.APPROVED: _("Approved"),
    BatchState.REFUSED: _("Refused"),
    BatchState.WITHDRAWN: _("Withdrawn"),
    BatchState.CLOSED: _("Given no more"),
}
BATCH_BADGES = {
    BatchState.SUBMITTED: "warning",
    BatchState.APPROVED: "success",
    BatchState.REFUSED: "danger",
}
BATCH_STEPS: dict[Step, Text] = {
    SUBMIT: _("Submit to be checked"),
    WITHDRAW: _("Withdraw"),
    APPROVE: _("Approve"),
    RETURN: _("Return to the maker"),
    REFUSE: _("Refuse"),
    CLOSE: _("Give no more of it"),
}
BATCH_STEPS_TAKEN: dict[Step, Text] = {
    SUBMIT: _("The batch waits for a second person now."),
    WITHDRAW: _("The batch is withdrawn; nothing of it is given."),
    APPROVE: _("The batch is approved; it can be given to members now."),
    RETURN: _("The batch went back to whoever made it."),
    REFUSE: _("The batch is refused; nothing of it is given."),
    CLOSE: _("Nothing more of the batch is given; what members have stays good."),
}
"""What came of a step."""


def number_of(use: VoucherOfflineUse) -> str:
    """A short number by which what was taken without network is told from the rest, for shop and desk to speak of."""
    return use.id.hex[-6:].upper()


def why_not_good(use: VoucherOfflineUse, titles: Mapping[UUID, str]) -> str:
    """Why what was taken without network was not good, and of what was redeemed before, when and in which of these shops; empty for what was good."""
    if not use.refusal:
        return ""
    if use.other_shop_id and use.other_at:
        when, shop = moment(use.other_at), titles[use.other_shop_id]
        return gettext("It was redeemed on %(when)s in %(shop)s.", when=when, shop=shop)
    return str(OFFLINE_REFUSALS.get(use.refusal, OFFLINE_REFUSALS[""]))

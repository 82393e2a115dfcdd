"""Hand-overs in words."""

from flask_babel import lazy_gettext as _

from app.benefits.wechat.states import HandOver
from app.core.modules import Text

TOO_LATE: Text = _("WeChat did not take it before its last day.")
REASONS: dict[str, Text] = {
    "RULE_LIMIT": _("This WeChat has as many of these coupons as WeChat allows."),
    "RULELIMIT": _("This WeChat has as many of these coupons as WeChat allows."),
    "USER_ACCOUNT_ABNORMAL": _("WeChat gives no coupons to this account at the moment. Ask WeChat Pay’s service why."),
    "REQUEST_BLOCKED": _("WeChat gives no coupons to this account at the moment. Ask WeChat Pay’s service why."),
}
NOT_GIVEN: Text = _("WeChat has not given it.")
HAND_OVERS: dict[str, Text] = {
    HandOver.WAITING: _("Waits for the member’s WeChat"),
    HandOver.SENT: _("On its way"),
    HandOver.UNKNOWN: _("WeChat does not say"),
    HandOver.UNCERTAIN: _("Uncertain at WeChat"),
    HandOver.RECEIVED: _("In WeChat"),
    HandOver.REFUSED: _("Not taken by WeChat"),
}
TROUBLE: dict[str, Text] = {
    "NOT_ENOUGH": _("the stock at WeChat is used up, or there is no money in it"),
    "MCH_NOT_EXISTS": _("WeChat does not know this merchant"),
    "RESOURCE_NOT_EXISTS": _("WeChat does not know this stock"),
    "SIGN_ERROR": _("WeChat does not accept our signature"),
    "PARAM_ERROR": _("WeChat does not accept the order: does the stock belong to this merchant?"),
    "FREQUENCY_LIMITED": _("WeChat wants fewer calls"),
    "timeout": _("WeChat does not answer"),
    "unreachable": _("WeChat does not answer"),
    "bad_answer": _("what WeChat answers can’t be read"),
    "keys": _("the keys of the merchant are missing on the server"),
}
"""What stands in the way of coupons that are not received yet, for staff."""

STOCK_STATES: dict[str, Text] = {
    "unactivated": _("it is not activated yet"),
    "audit": _("WeChat still checks it"),
    "paused": _("it is paused"),
    "stoped": _("it has ended"),
}
"""Why WeChat gives nothing of a stock, by its status there."""


def reason_of(code: str) -> Text:
    """Why WeChat refused a coupon for good, as its member reads it."""
    return REASONS.get(code, REASONS["USER_ACCOUNT_ABNORMAL"])


def trouble_of(code: str) -> Text:
    return TROUBLE.get(code) or REASONS.get(code, code)

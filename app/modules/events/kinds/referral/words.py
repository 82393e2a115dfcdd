"""What pages call states and reasons of referrals."""

from flask_babel import lazy_gettext as _

from app.modules.events.kinds.referral.states import Reason, State

STATES = {
    State.COOLING: _("Joined; waiting"),
    State.REWARDED: _("Rewarded"),
    State.REFUSED: _("No reward"),
    State.CLAWED_BACK: _("Reward taken back"),
}
COLOURS = {State.COOLING: "info", State.REWARDED: "success", State.REFUSED: "warning", State.CLAWED_BACK: "danger"}
REASONS = {
    Reason.SELF: _("Nobody refers themselves."),
    Reason.MEMBER_BEFORE: _("Who joined was a member before."),
    Reason.OUTSIDE: _("The joining was verified outside the campaign’s times."),
    Reason.LEFT: _("Who joined has left the union again."),
    Reason.BUDGET: _("All rewards of the campaign were given."),
    Reason.CAP: _("The referrer has as many rewards as one may have."),
    Reason.FALSE: _("The joining was found to be false."),
}
OUTCOMES = {
    "": _("None"),
    "given": _("Given"),
    "before": _("Given"),
    "none-left": _("Not given: none were left"),
    "enough": _("Not given: has as many of these as one may have"),
    "capped": _("Not given: a spending rule is in the way"),
    "over": _("Not given: they had expired"),
    "closed": _("Not given: the batch was closed"),
    "stranger": _("Not given: no member of the union any more"),
    "voided": _("Taken back"),
    "redeemed": _("Redeemed before it could be taken back"),
    "gone": _("Expired or void before it could be taken back"),
}

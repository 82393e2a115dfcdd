"""What issues of beans are called on the pages."""

from flask_babel import lazy_gettext as _

from app.benefits.beans.issue_states import APPROVE, REFUSE, RETURN, SUBMIT, WITHDRAW, IssueState
from app.benefits.beans.reclaim_states import ReclaimState, Whom

RECLAIM_STATES = {
    ReclaimState.PROPOSED: ("info", _("Waits for a check")),
    ReclaimState.APPROVED: ("info", _("Being taken back")),
    ReclaimState.DONE: ("success", _("Beans taken back")),
    ReclaimState.REFUSED: ("danger", _("Refused")),
    ReclaimState.WITHDRAWN: ("neutral", _("Withdrawn")),
}
WHOM = {
    Whom.LEFT: _("Members who have left the union"),
    Whom.EVERYBODY: _("Everybody: the issue was made in error"),
}
STATES = {
    IssueState.DRAFT: ("neutral", _("Draft")),
    IssueState.SUBMITTED: ("info", _("Waits for a check")),
    IssueState.APPROVED: ("info", _("Being written to the ledger")),
    IssueState.ISSUED: ("success", _("Issued")),
    IssueState.REFUSED: ("danger", _("Refused")),
    IssueState.WITHDRAWN: ("neutral", _("Withdrawn")),
}
STEPS = {
    SUBMIT.action: _("Submit for a check"),
    WITHDRAW.action: _("Withdraw"),
    APPROVE.action: _("Approve and issue"),
    RETURN.action: _("Return with a reason"),
    REFUSE.action: _("Refuse with a reason"),
}
DONE = {
    "propose_reclaim": _("The proposal waits for a second person now."),
    "approve_reclaim": _("Approved; the beans are being taken back."),
    "refuse_reclaim": _("The proposal is refused; the beans stay with the members."),
    "withdraw_reclaim": _("The proposal is withdrawn."),
    SUBMIT.action: _("The issue waits for a second person now."),
    WITHDRAW.action: _("The issue is withdrawn."),
    APPROVE.action: _("The issue is approved; the beans are being written to the ledger."),
    RETURN.action: _("The issue went back to whoever made it."),
    REFUSE.action: _("The issue is refused."),
}

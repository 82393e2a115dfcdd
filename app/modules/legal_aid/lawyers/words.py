"""What assignments are called: in histories, in the audit trail, on pages."""

from flask_babel import lazy_gettext as _

from app.core.modules import Text
from app.modules.legal_aid.lawyers import assigning, leaving
from app.modules.legal_aid.lawyers.candidates import Hindrance
from app.modules.legal_aid.lawyers.models import AssignmentState

EVENT_TITLES: dict[str, Text] = {
    assigning.OFFER: _("Offered to a lawyer"),
    assigning.ACCEPT: _("A lawyer took the case"),
    assigning.DECLINE: _("A lawyer declined the case"),
    assigning.CONFLICT: _("A lawyer declared a conflict of interest"),
    assigning.LAPSE: _("An offer to a lawyer lapsed"),
    assigning.WITHDRAW: _("An offer to a lawyer was taken back"),
    assigning.REPLACE: _("The lawyer was replaced"),
    leaving.LEAVE: _("The lawyer can’t act in the case any more"),
    assigning.OBJECT: _("The member objected to the lawyer"),
    assigning.NOBODY: _("No lawyer is free for the case"),
}
STATES: dict[str, tuple[str, Text]] = {
    AssignmentState.OFFERED: ("warning", _("Waiting for an answer")),
    AssignmentState.ACCEPTED: ("success", _("Has the case")),
    AssignmentState.DECLINED: ("neutral", _("Turned down")),
    AssignmentState.CONFLICTED: ("danger", _("Conflict of interest")),
    AssignmentState.LAPSED: ("neutral", _("Lapsed")),
    AssignmentState.WITHDRAWN: ("neutral", _("Taken back")),
    AssignmentState.REPLACED: ("neutral", _("Replaced")),
    AssignmentState.OBJECTED: ("neutral", _("Objected to by the member")),
    AssignmentState.ENDED: ("neutral", _("Over")),
}
"""The colour and the name of each state."""
HINDRANCES: dict[str, Text] = {
    Hindrance.ACTS_FOR: _("Acts for the other side"),
    Hindrance.FIRM_ACTS_FOR: _("Somebody of the firm acts for the other side"),
    Hindrance.DECLARED: _("Declared a conflict of interest"),
    Hindrance.TIED: _("Belongs to the union at the employer"),
    Hindrance.OWN: _("Is the applicant"),
    Hindrance.UNWANTED: _("The member objected"),
    Hindrance.ASKED: _("Was asked before"),
    Hindrance.INACTIVE: _("Not on the panel today"),
    Hindrance.NO_ACCOUNT: _("Not invited yet, or can’t sign in"),
}

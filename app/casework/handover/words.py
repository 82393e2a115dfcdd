"""What the deeds of handing over are called, in the history and in the audit trail."""

from flask_babel import lazy_gettext as _

from app.casework.handover import deeds
from app.core.modules import Text

EVENT_TITLES: dict[str, Text] = {
    deeds.PROPOSE: _("Proposed to hand the case over"),
    deeds.WITHDRAW: _("Took the proposal to hand over back"),
    deeds.AGREE: _("The member agreed to the hand-over"),
    deeds.REFUSE: _("The member wants it to stay"),
    deeds.LAPSE: _("Nobody answered: the case stays"),
    deeds.DECLINE: _("Not taken on there: the case stays"),
    deeds.LEAVE: _("Handed over to another union"),
    deeds.ARRIVE: _("Came from another union"),
}

"""What hearings are called."""

from flask_babel import lazy_gettext as _

from app.core.modules import Text
from app.modules.legal_aid.hearings.ending import DROP
from app.modules.legal_aid.hearings.models import Stage
from app.modules.legal_aid.hearings.operations import CANCEL, MOVE, OUTCOME, SET

EVENT_TITLES: dict[str, Text] = {
    SET: _("Hearing set"),
    MOVE: _("Hearing moved"),
    CANCEL: _("Hearing cancelled"),
    DROP: _("The union goes to the hearing no more"),
    OUTCOME: _("What came of the hearing"),
}
STAGES: dict[str, Text] = {
    Stage.MEDIATION: _("Mediation talk"),
    Stage.ARBITRATION: _("Hearing in arbitration"),
    Stage.FIRST_INSTANCE: _("Hearing, first instance"),
    Stage.SECOND_INSTANCE: _("Hearing, second instance"),
}

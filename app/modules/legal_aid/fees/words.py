"""What works, claims and lines of their calculation are called."""

from flask_babel import lazy_gettext as _

from app.core.modules import Text
from app.modules.legal_aid.fees.formula import LineKey
from app.modules.legal_aid.fees.standards import Work
from app.modules.legal_aid.fees.states import MOVES, ClaimState

EVENT_TITLES: dict[str, Text] = {move.deed: move.title for move in MOVES}
WORKS: dict[str, Text] = {
    Work.CONSULTATION: _("Legal advice"),
    Work.MEDIATION: _("Mediation"),
    Work.ARBITRATION: _("Arbitration"),
    Work.FIRST_INSTANCE: _("Court, first instance"),
    Work.SECOND_INSTANCE: _("Court, second instance"),
}
STATES: dict[str, tuple[str, Text]] = {
    ClaimState.DRAFT: ("neutral", _("Draft")),
    ClaimState.CLAIMED: ("info", _("Waiting for approval")),
    ClaimState.RETURNED: ("warning", _("Returned")),
    ClaimState.APPROVED: ("success", _("Approved, to be paid")),
    ClaimState.REFUSED: ("danger", _("Refused")),
    ClaimState.WITHDRAWN: ("neutral", _("Withdrawn")),
    ClaimState.PAID: ("success", _("Paid")),
}
"""The colour and the name of each state."""
LINES: dict[str, Text] = {
    LineKey.STAGE: _("For the work as a whole"),
    LineKey.HOURS: _("By hours"),
    LineKey.HOURS_MOST: _("Hours count at most"),
    LineKey.TRAVEL: _("Travel costs by receipts"),
    LineKey.TRAVEL_MOST: _("Travel counts at most"),
    LineKey.TOTAL: _("Fee"),
}

"""Which time limits of the law run for a case, and by when."""

from flask_babel import lazy_gettext as _

from app.casework.clock_runs import list_limits
from app.casework.deadlines import LIMIT_NEAR, LIMIT_OVER
from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.casework.queue import urgency
from app.core.forms import Form
from app.core.modules import Text

EVENT_TITLES: dict[str, Text] = {
    LIMIT_NEAR: _("Reminder: a time limit of the law is near"),
    LIMIT_OVER: _("Reminder: a time limit of the law has passed"),
}


def _show(case: Case, _failed: Form | None) -> Values | None:
    limits = [(clock.title, end, urgency(end)) for clock, end in list_limits(case, find_kind(case.kind))]
    return {"limits": limits} if limits else None


DESK_PANEL = Panel("limits", "casework/limits/desk.html", _show, is_beside=True)
MEMBER_PANEL = Panel("limits", "casework/limits/member.html", _show)

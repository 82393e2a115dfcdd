"""Who has the case, on the desk's page of it, and the way to give it to a colleague."""

from typing import Any

from flask_babel import lazy_gettext as _

from app.casework.assignment.giving_anew import GIVE_ANEW
from app.casework.assignment.operations import ASSIGN, HAND_ON, may_hand_on
from app.casework.models import Case
from app.casework.panels import Panel
from app.core.forms import Form
from tenants.context import current_actor

EVENT_TITLES = {
    ASSIGN: _("Given to a handler"),
    HAND_ON: _("Handed on"),
    GIVE_ANEW: _("Given anew"),
}


def show_handler(case: Case, _refused: Form | None) -> dict[str, Any] | None:
    return {"case_id": case.id, "name": case.handler_name} if may_hand_on(current_actor(), case) else None


PANEL = Panel("handler", "casework/desk/handler_panel.html", show_handler, is_beside=True)

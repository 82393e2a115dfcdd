"""What pages of a case say of who reads it: to the desk who takes part, to the member who looked."""

from app.casework.access.queries import list_participants
from app.casework.access.view_log import list_looks
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.core.forms import Form
from tenants.context import current_actor

OPENING = "opening"


def _taking_part(case: Case, _refused: Form | None) -> Values:
    return {
        "handler": case.handler_name,
        "participants": list_participants(case.id),
        "is_handler": case.handler_id == current_actor().account_id,
    }


def _looks(case: Case, _refused: Form | None) -> Values | None:
    looks = list_looks(case)
    return {"looks": looks} if looks else None


TAKING_PART = Panel("taking_part", "casework/desk/taking_part.html", _taking_part, is_beside=True)
LOOKS = Panel("looks", "casework/looks.html", _looks)

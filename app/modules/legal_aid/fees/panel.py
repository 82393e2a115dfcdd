"""The fees on a case's page at the desk."""

from app.casework.forms import yuan
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.core.forms import Form
from app.modules.legal_aid.fees.queries import list_of_case
from app.modules.legal_aid.fees.words import STATES, WORKS
from app.modules.legal_aid.rights import VIEW_FEES
from tenants.context import current_actor


def _show(case: Case, _refused: Form | None) -> Values | None:
    claims = list_of_case(case.id)
    may_open = current_actor().may(VIEW_FEES)
    return {"claims": claims, "works": WORKS, "states": STATES, "yuan": yuan, "may_open": may_open} if claims else None


DESK = Panel("fees", "legal_aid/desk/fees_panel.html", _show, is_beside=True)

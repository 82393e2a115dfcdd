"""The lawyer on a case's page: for the desk with the way to name one, for the member with the way to object."""

from typing import Any

from flask_babel import lazy_gettext as _

from app.casework.file_export.parts import FilePart, Line
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.casework.states import Phase
from app.core.forms import Form
from app.modules.legal_aid.lawyers.assigning import has_objected
from app.modules.legal_aid.lawyers.inputs import ReasonSchema
from app.modules.legal_aid.lawyers.models import AssignmentState
from app.modules.legal_aid.lawyers.queries import find_live, list_assignments
from app.modules.legal_aid.lawyers.sealing import reasons_of
from app.modules.legal_aid.lawyers.words import STATES
from app.modules.legal_aid.tables import UNDER_WAY
from tenants.context import current_actor

KEY = "lawyer"


def _show_desk(case: Case, refused: Form | None) -> Values | None:
    found = list_assignments(case.id)
    is_open = case.state == UNDER_WAY.key
    if not found and not is_open:
        return None
    before: list[Any] = [each for each in found if not AssignmentState(each.state).is_live]
    return {
        "live": next((each for each in found if AssignmentState(each.state).is_live), None),
        "before": list(zip(before, reasons_of(before), strict=True)),
        "states": STATES,
        "form": refused or Form(ReasonSchema),
        "is_refused": refused is not None,
        "may_change": is_open and case.handler_id == current_actor().account_id,
    }


def _show_member(case: Case, refused: Form | None) -> Values | None:
    lawyer = find_live(case.id)
    if lawyer is None:
        return {"lawyer": None, "form": refused} if refused else None
    may_object = not Phase(case.phase).is_over and not has_objected(case.id)
    return {"lawyer": lawyer, "form": refused or Form(ReasonSchema), "may_object": may_object}


def _in_file(case: Case, for_member: bool) -> list[Line]:
    """Those who had the case, or have it; staff also read of offers that came to nothing."""
    found = [each for each in reversed(list_assignments(case.id)) if each.accepted_at or not for_member]
    return [
        (each.lawyer_name, " · ".join((each.lawyer_firm, each.lawyer_licence, str(STATES[each.state][1]))))
        for each in found
    ]


FILE = FilePart(_("Lawyer"), _in_file)
DESK = Panel(KEY, "legal_aid/desk/lawyer_panel.html", _show_desk, is_beside=True)
MEMBER = Panel(KEY, "legal_aid/lawyer_panel.html", _show_member)

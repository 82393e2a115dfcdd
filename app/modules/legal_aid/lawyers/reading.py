"""What a lawyer is shown before they have a case: the names of its parties. The member reads that they were shown."""

from app.casework.access.rule import Part
from app.casework.models import Case
from app.casework.queries import find_case
from app.casework.trail import record
from app.modules.legal_aid.lawyers.models import Assignment

SHOW_PARTIES = "show_parties"


def look_at_parties(assignment: Assignment) -> Case:
    """The case of an offer; that its parties are shown is recorded."""
    case = find_case(assignment.case_id)
    record(case, SHOW_PARTIES, part=Part.COUNSEL, assignment=str(assignment.id))
    return case

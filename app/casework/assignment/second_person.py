"""Whether anybody here may decide on a case besides who had a part in it: told in time, before it stands still."""

from app.casework.access.conflicts import list_conflicted
from app.casework.assignment.choosing import is_suited
from app.casework.assignment.colleagues import list_here
from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.casework.states import Phase
from app.core.forms import Form


def show(case: Case, _refused: Form | None) -> Values | None:
    kind = find_kind(case.kind)
    if not kind.needs_two_people or case.phase != Phase.OPEN or case.accepted_by is not None:
        return None
    had_part = {case.decided_by} if case.appealed_at else {case.handler_id}
    had_part |= {case.recommended_by} if case.state in kind.states_to_decide else set()
    conflicted = list_conflicted(case.id)
    deciding = (one for one in list_here(kind.decide) if is_suited(one, case, conflicted))
    return (
        None if any(one.account_id not in had_part for one in deciding) else {"is_appeal": case.appealed_at is not None}
    )


NOBODY = Panel("second_person", "casework/desk/second_person_panel.html", show)

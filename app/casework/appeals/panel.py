"""The member's form to appeal a decision, beneath it on the page of the case."""

from app.casework.appeals.rules import last_moment
from app.casework.inputs import schema_of
from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.casework.states import Step
from app.casework.steps import available
from app.core.forms import Form
from tenants.context import current_actor


def _show(case: Case, refused: Form | None) -> Values | None:
    step = next((each for each in available(current_actor(), case) if each.appeals_within), None)
    if step is None:  # what was typed for an appeal that can't be made any more is given back
        return {"form": refused} if refused else None
    until = last_moment(case, find_kind(case.kind), step)
    return {"form": refused or Form(schema_of(step)), "until": until, "step": step}


def appeal_of(case: Case) -> Step | None:
    """The step by which cases of this kind are appealed, where they can be."""
    return next((step for step in find_kind(case.kind).table.steps if step.appeals_within), None)


KEY = "appeal"
PANEL = Panel(KEY, "casework/appeal.html", _show)

"""What the desk shows of a case to who may not read it: what its line in the list says, and the ways in."""

from app.casework import queue
from app.casework.access.inputs import OpeningSchema
from app.casework.access.panels import OPENING
from app.casework.inputs import WORDS, schema_of
from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.panels import Failed
from app.casework.sealing import APPLICANT, unseal
from app.casework.states import Step
from app.casework.steps import available
from app.core.forms import Form
from app.core.theming import render
from tenants.context import current_actor


def head_page(case: Case, *, chosen: str, form: Form | None, failed: Failed) -> str:
    """The masked head of a case, with the form of the step that takes it or, where there is none, that opens it for a reason.

    A refused `form` of a step that is not possible any more shows what was typed.
    """
    kind = find_kind(case.kind)
    taking = next((step for step in available(current_actor(), case) if step.takes), None)
    is_stranded = form is not None and (taking is None or taking.action != chosen)
    return render(
        "casework/desk/head.html",
        case=case,
        kind=kind,
        state=kind.table[case.state],
        urgency=queue.urgency(case.due_at),
        person=queue.masked(unseal(case, APPLICANT)),
        selected=taking,
        form=form if form is not None and not is_stranded else _fresh(case, taking),
        stranded=form if is_stranded else None,
        step_words=WORDS,
        stranded_step=kind.table.find_step(chosen),
        opening=failed.get(OPENING) or Form(OpeningSchema),
    )


def _fresh(case: Case, taking: Step | None) -> Form | None:
    return Form(schema_of(taking), seen=case.mark) if taking else None

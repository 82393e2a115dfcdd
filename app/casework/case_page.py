"""The desk's page of one case: what was told and the next step beside its papers."""

from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from app.casework import queries, queue, reviews
from app.casework.access.head_page import head_page
from app.casework.access.standing import reading_of
from app.casework.deadlines import ESCALATED, FOUND_LATE, REMINDED
from app.casework.features import DESK_PANELS, EVENT_TITLES
from app.casework.forms.answers import from_json
from app.casework.forms.display import answered
from app.casework.inputs import WORDS, NoteSchema, RevealSchema, schema_of
from app.casework.kinds import CaseKind, find_kind
from app.casework.models import Case
from app.casework.panels import Failed, shown
from app.casework.sealing import ANSWERS, APPLICANT, unseal
from app.casework.states import Step
from app.casework.steps import available
from app.core.forms import Form
from app.core.theming import render
from app.members.queries import members_here
from tenants.context import current_actor

NOTE = "note"
REVEAL = "reveal"


def case_page(
    case_id: UUID,
    *,
    chosen: str = "",
    form: Form | None = None,
    failed: Failed = MappingProxyType({}),
    is_revealed: bool = False,
) -> str:
    """The page with the form of the `chosen` step, or of the first one possible; its head alone for who may not read it.

    A `form` that was refused is shown again; if its step is not possible any more, what was typed is shown beside
    (`stranded`). So are `failed` forms of other parts of the page. It `is_revealed` for this one answer: the applicant and what is masked, in clear.
    """
    actor, found = current_actor(), queries.find_case(case_id)
    if reading_of(actor, found) is None:
        return head_page(found, chosen=chosen, form=form, failed=failed)
    reviews.open_case(actor, case_id)
    kind = find_kind(found.kind)
    steps = available(actor, found)
    selected = next((step for step in steps if step.action == chosen), steps[0] if steps else None)
    is_stranded = form is not None and (selected is None or selected.action != chosen)
    person = unseal(found, APPLICANT)
    case_form = kind.forms[found.form_version]
    return render(
        "casework/desk/case.html",
        case=found,
        kind=kind,
        state=kind.table[found.state],
        urgency=queue.urgency(found.due_at),
        person=person if is_revealed else queue.masked(person),
        is_revealed=is_revealed,
        is_member=bool(members_here([found.member_id])),
        answers=answered(case_form, from_json(case_form, unseal(found, ANSWERS)), masked=not is_revealed),
        case_form=case_form,
        consent=kind.consent_of(found.consent_version or ""),
        papers=queries.list_papers(found.id),
        history=queries.list_history(found.id, for_member=False),
        titles=line_titles(kind),
        tabs=[_tab(found, step, step is selected) for step in steps],
        selected=selected,
        waits_for_second=found.state in kind.states_to_decide,
        form=_fresh(found, selected) if form is None or is_stranded else form,
        stranded=form if is_stranded else None,
        stranded_step=kind.table.find_step(chosen),
        step_words=WORDS,
        note=failed.get(NOTE) or Form(NoteSchema),
        reveal=failed.get(REVEAL) or Form(RevealSchema),
        panels=shown((*kind.own.desk_panels, *DESK_PANELS), found, failed),
        usual_cents=kind.own.usual_cents(found),
    )


def line_titles(kind: CaseKind) -> dict[str, Any]:
    """What the lines of the history are called."""
    return (
        {step.action: step.title for step in kind.table.steps}
        | {
            REMINDED: _("Reminder: the promised day is near"),
            FOUND_LATE: _("Reminder: the promised day has passed"),
            ESCALATED: _("Taken to whoever decides: the promised day has long passed"),
            reviews.NOTE: _("Inner note"),
        }
        | EVENT_TITLES
        | dict(kind.own.event_titles)
    )


def _tab(case: Case, step: Step, is_active: bool) -> dict[str, Any]:
    return {"title": step.button, "href": url_for(".case", case_id=case.id, step=step.action), "active": is_active}


def _fresh(case: Case, step: Step | None) -> Form | None:
    """An empty form of the step, beginning with the calculated amount or the one the last person named."""
    if step is None:
        return None
    calculated = find_kind(case.kind).own.calculation(case)
    wanted = calculated.cents if calculated else case.amount_requested_cents
    amounts = {
        "amount_recommended": wanted,
        "amount_granted": wanted if case.appealed_at else case.amount_recommended_cents,
    }
    return Form(schema_of(step), {name: f"{cents / 100:.2f}" for name, cents in amounts.items() if cents},
                seen=case.mark)  # fmt: skip

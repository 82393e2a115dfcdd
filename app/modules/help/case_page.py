"""The desk's page of one case: the application and its next step beside its papers."""

from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from app.core.forms import Form
from app.core.theming import render
from app.members.queries import members_here
from app.modules.help import queries, queue, reviews
from app.modules.help.consent import TEXTS
from app.modules.help.deadlines import REMINDED_LATE, REMINDED_SOON
from app.modules.help.kinds import KINDS
from app.modules.help.models import Application
from app.modules.help.schemas import NoteSchema, RevealSchema, schema_of
from app.modules.help.sealing import APPLICANT, DESCRIPTION, unseal, unseal_document
from app.modules.help.states import STAFF_COLOURS, STAFF_TITLES, TRANSITIONS, State, Transition
from app.modules.help.transitions import available
from tenants.context import current_actor


def case_page(
    application_id: UUID,
    *,
    chosen: str = "",
    form: Form | None = None,
    note: Form | None = None,
    reveal: Form | None = None,
    revealed: dict[str, str] | None = None,
) -> str:
    """The page with the form of the `chosen` step, or of the first one possible.

    A `form` that was refused is shown again; if its step is not possible any more, what was typed is shown beside
    (`stranded`). `revealed` is the applicant in clear, for this one answer.
    """
    actor = current_actor()
    found = reviews.open_application(actor, application_id)
    steps = available(actor, found)
    selected = next((step for step in steps if step.action == chosen), steps[0] if steps else None)
    is_stranded = form is not None and (selected is None or selected.action != chosen)
    return render(
        "help/desk/application.html",
        application=found,
        kind=KINDS[found.kind],
        state=State(found.state),
        titles=STAFF_TITLES,
        colours=STAFF_COLOURS,
        urgency=queue.urgency(found.promised_by),
        person=revealed or queue.masked(unseal_document(found, APPLICANT)),
        is_revealed=revealed is not None,
        is_member=bool(members_here([found.member_id])),
        description=unseal(found, DESCRIPTION),
        consent_text=TEXTS.get(found.consent_version or "", ""),
        papers=queries.list_papers(found.id),
        history=queries.list_history(found.id, for_member=False),
        transitions=TRANSITIONS,
        reminders={
            REMINDED_SOON: _("Reminder: the promised day is near"),
            REMINDED_LATE: _("Reminder: the promised day has passed"),
        },
        tabs=[_tab(found, step, step is selected) for step in steps],
        selected=selected,
        form=_fresh(found, selected) if form is None or is_stranded else form,
        stranded=form if is_stranded else None,
        stranded_step=TRANSITIONS.get(chosen),
        note=note or Form(NoteSchema),
        reveal=reveal or Form(RevealSchema),
    )


def _tab(application: Application, step: Transition, is_active: bool) -> dict[str, Any]:
    href = url_for("console_help.application", application_id=application.id, step=step.action)
    return {"title": step.button, "href": href, "active": is_active}


def _fresh(application: Application, step: Transition | None) -> Form | None:
    """An empty form of the step, beginning with the amounts the last person named."""
    if step is None:
        return None
    amounts = {
        "amount_recommended": application.amount_requested_cents,
        "amount_granted": application.amount_recommended_cents,
    }
    return Form(schema_of(step), {name: f"{cents / 100:.2f}" for name, cents in amounts.items() if cents},
                seen=application.mark)  # fmt: skip

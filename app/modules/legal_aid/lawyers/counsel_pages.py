"""What a lawyer sees: the cases they are offered, and those they have."""

from types import MappingProxyType
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework import display, queries, reviews
from app.casework.case_page import NOTE, line_titles
from app.casework.forms.answers import from_json
from app.casework.forms.display import answered
from app.casework.inputs import NoteSchema
from app.casework.kinds import find_kind
from app.casework.limits import panels as limits
from app.casework.models import Case
from app.casework.panels import Failed
from app.casework.queries import find_case
from app.casework.routes import Route
from app.casework.sealing import ANSWERS, APPLICANT, unseal
from app.core.errors import Conflict, DomainError, Forbidden
from app.core.forms import Form
from app.core.theming import render
from app.core.transactions import finish
from app.modules.legal_aid.hearings import panel as hearings
from app.modules.legal_aid.lawyers import assigning
from app.modules.legal_aid.lawyers.inputs import DeclineSchema
from app.modules.legal_aid.lawyers.models import Assignment, AssignmentState
from app.modules.legal_aid.lawyers.parties import opponent_of
from app.modules.legal_aid.lawyers.queries import find_own, list_own, list_own_notes
from app.modules.legal_aid.lawyers.reading import look_at_parties
from app.modules.legal_aid.lawyers.words import STATES
from tenants.context import current_actor

COUNSEL = "counsel"
"""The right of lawyers, for these routes."""
OF_COLLEAGUES = (assigning.REPLACE, assigning.OBJECT)
"""The lines of a history that tell why somebody else has the case no more."""


def index() -> ResponseReturnValue:
    actor = current_actor()
    over = [state for state in AssignmentState if not state.is_live]
    return render(
        "legal_aid/desk/counsel.html", offers=_lines(list_own(actor, AssignmentState.OFFERED)),
        cases=_lines(list_own(actor, AssignmentState.ACCEPTED)), over=_lines(list_own(actor, *over)), states=STATES,
    )  # fmt: skip


def offer(assignment_id: UUID) -> ResponseReturnValue:
    found = find_own(current_actor(), assignment_id)
    if found.state == AssignmentState.ACCEPTED:
        return redirect(url_for(".counsel_case", case_id=found.case_id))
    return _offer_page(assignment_id, Form(DeclineSchema))


def accept(assignment_id: UUID) -> ResponseReturnValue:
    try:
        taken = assigning.accept(current_actor(), assignment_id)
    except (Conflict, Forbidden) as refusal:
        return _refused(assignment_id, Form(DeclineSchema), refusal)
    flash(_("The case is yours. The member is told who you are."), "success")
    return redirect(url_for(".counsel_case", case_id=taken.case_id))


def decline(assignment_id: UUID) -> ResponseReturnValue:
    form = Form(DeclineSchema)
    if not form.submit():
        return _offer_page(assignment_id, form, 422)
    try:
        assigning.decline(
            current_actor(), assignment_id, form.data["decline_reason"], is_conflict=form.data["is_conflict"]
        )
    except Conflict as refusal:
        return _refused(assignment_id, form, refusal)
    flash(_("Thank you. Somebody else is asked."), "success")
    return redirect(url_for(".counsel"))


def case(case_id: UUID) -> ResponseReturnValue:
    return counsel_case_page(case_id)


def write_note(case_id: UUID) -> ResponseReturnValue:
    form = Form(NoteSchema)
    if not form.submit():
        return counsel_case_page(case_id, failed={NOTE: form}), 422
    reviews.write_note(current_actor(), case_id, form.data["inner_note"])
    flash(_("The note has been added."), "success")
    return redirect(url_for(".counsel_case", case_id=case_id))


def document(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    return display.paper_response(*reviews.read_document(current_actor(), case_id, document_id))


def thumbnail(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    return display.paper_response(*reviews.read_thumbnail(current_actor(), case_id, document_id))


def _lines(found: list[tuple[Assignment, Case]]) -> list[dict[str, object]]:
    return [{"assignment": each, "case": case, "kind": find_kind(case.kind)} for each, case in found]


def _refused(assignment_id: UUID, form: Form, refusal: DomainError) -> ResponseReturnValue:
    finish(succeeded=False)
    if not find_own(current_actor(), assignment_id).is_open_offer:
        flash(str(refusal.message), "warning")
        return redirect(url_for(".counsel"))
    form.refuse(refusal)
    return _offer_page(assignment_id, form, refusal.status)


def _offer_page(assignment_id: UUID, form: Form, status: int = 200) -> ResponseReturnValue:
    """While the offer is open, the parties by name, so that a conflict of interest can be seen; nothing else of the case."""
    found = find_own(current_actor(), assignment_id)
    if not found.is_open_offer:
        return redirect(url_for(".counsel"))
    case = look_at_parties(found)
    page = render(
        "legal_aid/desk/offer.html", assignment=found, case=case, kind=find_kind(case.kind), form=form,
        applicant=unseal(case, APPLICANT)["name"], opponents=opponent_of(case).names,
    )  # fmt: skip
    return page, status


def counsel_case_page(case_id: UUID, *, failed: Failed = MappingProxyType({})) -> str:
    """The page of a case for its lawyer; `failed` forms of its parts are shown again."""
    actor, found = current_actor(), find_case(case_id)
    reviews.open_case(actor, case_id)
    kind = find_kind(found.kind)
    case_form = kind.forms[found.form_version]
    return render(
        "legal_aid/desk/counsel_case.html", case=found, kind=kind, state=kind.table[found.state], case_form=case_form,
        person=unseal(found, APPLICANT), answers=answered(case_form, from_json(case_form, unseal(found, ANSWERS)), masked=False),
        papers=queries.list_papers(found.id), history=_history(found.id),
        titles=line_titles(kind), form=failed.get(NOTE) or Form(NoteSchema), hearings=hearings.show(found, failed.get(hearings.KEY)),
        notes=list_own_notes(actor, found.id), limits=limits.shown(found),
    )  # fmt: skip


def _history(case_id: UUID) -> list[queries.HistoryLine]:
    """What the member reads of the case, without what was said of the lawyers before."""
    lines = queries.list_history(case_id, for_member=True)
    return [line for line in lines if line.action not in OF_COLLEAGUES]


OFFER = "/counsel/offers/<uuid:assignment_id>"
CASE = "/counsel/<uuid:case_id>"
ROUTES = (
    Route("/counsel", "counsel", index, right=COUNSEL),
    Route(OFFER, "counsel_offer", offer, right=COUNSEL),
    Route(f"{OFFER}/accept", "accept_offer", accept, "POST", COUNSEL),
    Route(f"{OFFER}/decline", "decline_offer", decline, "POST", COUNSEL),
    Route(CASE, "counsel_case", case, right=COUNSEL),
    Route(f"{CASE}/notes", "counsel_note", write_note, "POST", COUNSEL),
    Route(f"{CASE}/documents/<uuid:document_id>", "counsel_document", document, right=COUNSEL),
    Route(f"{CASE}/documents/<uuid:document_id>/small", "counsel_thumbnail", thumbnail, right=COUNSEL),
)

"""Where the desk names a case's lawyer, and where the member objects."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.assignment.colleagues import list_here
from app.casework.case_page import case_page
from app.casework.own_case_page import own_case_page
from app.casework.queries import find_case, find_own_case
from app.casework.routes import REVIEW, Route
from app.core.access import own_things
from app.core.errors import Conflict, InvalidInput
from app.core.forms import Form
from app.core.theming import render
from app.core.transactions import finish
from app.modules.legal_aid.lawyers import assigning
from app.modules.legal_aid.lawyers.candidates import list_candidates, subjects_of
from app.modules.legal_aid.lawyers.inputs import OfferSchema, ReasonSchema
from app.modules.legal_aid.lawyers.panel import KEY
from app.modules.legal_aid.lawyers.words import HINDRANCES
from app.modules.legal_aid.questions import SUBJECTS
from app.modules.legal_aid.rights import COUNSEL
from tenants.context import current_actor


def candidates(case_id: UUID) -> ResponseReturnValue:
    return _candidates_page(case_id, Form(OfferSchema))


def offer(case_id: UUID) -> ResponseReturnValue:
    form = Form(OfferSchema)
    if not form.submit():
        return _candidates_page(case_id, form), 422
    people = list_here(COUNSEL)
    try:
        assigning.offer(current_actor(), case_id, form.data["lawyer"], people)
    except (InvalidInput, Conflict) as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return _candidates_page(case_id, form), refusal.status
    flash(_("The lawyer has been asked and has two working days to answer."), "success")
    return redirect(url_for(".case", case_id=case_id))


def take_off(case_id: UUID, assignment_id: UUID) -> ResponseReturnValue:
    form = Form(ReasonSchema)
    if not form.submit():
        return case_page(case_id, failed={KEY: form}), 422
    assigning.take_off(current_actor(), case_id, assignment_id, form.data["lawyer_reason"])
    flash(_("The lawyer has this case no more. You can ask another one."), "success")
    return redirect(url_for(".case", case_id=case_id))


@own_things
def object_to(case_id: UUID, assignment_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    form = Form(ReasonSchema)
    if not form.submit():
        return own_case_page(find_own_case(actor, case_id), failed={KEY: form}), 422
    try:
        assigning.object_to(actor, case_id, assignment_id, form.data["lawyer_reason"])
    except Conflict as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return own_case_page(find_own_case(actor, case_id), failed={KEY: form}), refusal.status
    flash(_("Your objection has been received. Another lawyer is looked for."), "success")
    return redirect(url_for(".case", case_id=case_id))


def _candidates_page(case_id: UUID, form: Form) -> str:
    people = list_here(COUNSEL)
    case = find_case(case_id)
    subjects = subjects_of(case)
    return render(
        "legal_aid/desk/candidates.html", case=case, form=form, found=list_candidates(case, people), hindrances=HINDRANCES,
        subjects=[str(title) for key, title in SUBJECTS if key in subjects], titles=dict(SUBJECTS),
    )  # fmt: skip


DESK_ROUTES = (
    Route("/<uuid:case_id>/lawyer", "candidates", candidates, right=REVIEW),
    Route("/<uuid:case_id>/lawyer", "offer_case", offer, "POST", REVIEW),
    Route("/<uuid:case_id>/lawyer/<uuid:assignment_id>/end", "take_off_lawyer", take_off, "POST", REVIEW),
)
MEMBER_ROUTES = (Route("/<uuid:case_id>/lawyer/<uuid:assignment_id>/objection", "object_to_lawyer", object_to, "POST"),)

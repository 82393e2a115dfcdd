"""Saving a paper as it was sent: its member's own, and at the desk by the handler alone, for a reason the member reads."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from app.casework import display, reviews
from app.casework.access.inputs import UnmarkedSchema
from app.casework.errors import CannotBeMarked
from app.casework.originals.keeping import find_original
from app.casework.pace import IN_CLEAR
from app.casework.queries import find_case, find_own_case
from app.casework.routes import REVIEW, Route
from app.core.access import own_things
from app.core.files import read_file
from app.core.forms import Form
from app.core.theming import render
from tenants.context import current_actor


@own_things
def original(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    case = find_own_case(current_actor(), case_id)
    return display.paper_response(*read_file(find_original(case.id, document_id).file_id))


def ask(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    _require(case_id, document_id)
    return _page(case_id, document_id, Form(UnmarkedSchema))


def save(case_id: UUID, document_id: UUID) -> ResponseReturnValue:
    _require(case_id, document_id)
    form = Form(UnmarkedSchema)
    if not form.submit():
        return _page(case_id, document_id, form), 422
    reason = form.data["paper_reason"]
    return display.paper_response(*reviews.save_original(current_actor(), case_id, document_id, reason))


def _require(case_id: UUID, document_id: UUID) -> None:
    find_original(case_id, document_id)
    if not reviews.may_save_unmarked(current_actor(), case_id):
        raise CannotBeMarked


def _page(case_id: UUID, document_id: UUID, form: Form) -> str:
    return render("casework/desk/original.html", case=find_case(case_id), document_id=document_id, form=form)


MEMBER_ROUTES = (Route("/<uuid:case_id>/documents/<uuid:document_id>/original", "original", original),)
DESK_ROUTES = (
    Route("/<uuid:case_id>/documents/<uuid:document_id>/original", "original", ask, right=REVIEW),
    Route(
        "/<uuid:case_id>/documents/<uuid:document_id>/original", "save_original", save, "POST", REVIEW, pace=IN_CLEAR
    ),
)

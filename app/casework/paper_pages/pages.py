"""The routes to one page of a PDF: what shows it, with the way on and back, and its picture."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from app.casework import display, reviews
from app.casework.models import Case
from app.casework.pace import PAGE_BY_PAGE
from app.casework.paper_pages.drawing import drawn, pages_of
from app.casework.queries import find_document, find_own_case
from app.casework.routes import REVIEW, Route
from app.core.access import own_things
from app.core.errors import NotFound
from app.core.files import read_file
from app.core.theming import render
from tenants.context import current_actor


@own_things
def own_page(case_id: UUID, document_id: UUID, page: int) -> ResponseReturnValue:
    return _page("casework/paper_page.html", find_own_case(current_actor(), case_id), document_id, page)


@own_things
def own_picture(case_id: UUID, document_id: UUID, page: int) -> ResponseReturnValue:
    case = find_own_case(current_actor(), case_id)
    stored, data = read_file(find_document(case.id, document_id).file_id)
    return display.page_response(stored, drawn(stored, data, page), page)


def desk_page(case_id: UUID, document_id: UUID, page: int) -> ResponseReturnValue:
    return _page("casework/desk/paper_page.html", reviews.readable(current_actor(), case_id), document_id, page)


def desk_picture(case_id: UUID, document_id: UUID, page: int) -> ResponseReturnValue:
    return display.page_response(*reviews.read_page(current_actor(), case_id, document_id, page), page)


def _page(template: str, case: Case, document_id: UUID, page: int) -> str:
    document = find_document(case.id, document_id)
    stored, data = read_file(document.file_id)
    pages = pages_of(stored, data)
    if not 1 <= page <= pages:
        raise NotFound
    return render(template, case=case, document=document, name=stored.name, page=page, pages=pages)


PAGE = "/<uuid:case_id>/documents/<uuid:document_id>/pages/<int:page>"
MEMBER_ROUTES = (
    Route(PAGE, "paper_page", own_page),
    Route(f"{PAGE}/picture", "page_picture", own_picture, pace=PAGE_BY_PAGE),
)
DESK_ROUTES = (
    Route(PAGE, "paper_page", desk_page, right=REVIEW),
    Route(f"{PAGE}/picture", "page_picture", desk_picture, right=REVIEW, pace=PAGE_BY_PAGE),
)

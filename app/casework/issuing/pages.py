"""Saving a letter, from the member's page of a case and from the desk's."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from app.casework import display, reviews
from app.casework.issuing.queries import find_letter
from app.casework.queries import find_own_case
from app.casework.routes import REVIEW, Route
from app.core.access import own_things
from app.core.files import read_file
from tenants.context import current_actor


@own_things
def letter(case_id: UUID, letter_id: UUID) -> ResponseReturnValue:
    case = find_own_case(current_actor(), case_id)
    return display.paper_response(*read_file(find_letter(case, letter_id).file_id))


def letter_for_desk(case_id: UUID, letter_id: UUID) -> ResponseReturnValue:
    case = reviews.open_case(current_actor(), case_id)
    return display.paper_response(*read_file(find_letter(case, letter_id).file_id))


MEMBER_ROUTES = (Route("/<uuid:case_id>/letters/<uuid:letter_id>", "letter", letter),)
DESK_ROUTES = (Route("/<uuid:case_id>/letters/<uuid:letter_id>", "letter", letter_for_desk, right=REVIEW),)

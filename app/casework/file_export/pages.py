"""The routes by which a case is taken out."""

from typing import IO
from uuid import UUID

from flask import Response, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.case_page import case_page
from app.casework.file_export.files import write_case_file, write_own_case_file
from app.casework.file_export.panels import KEY, FileSchema
from app.casework.pace import IN_CLEAR
from app.casework.queries import find_case
from app.casework.routes import REVIEW, Route
from app.core.access import own_things
from app.core.downloads import disposition, in_file
from app.core.forms import Form
from tenants.context import current_actor


def take_out(case_id: UUID) -> ResponseReturnValue:
    form = Form(FileSchema)
    if not form.submit():
        return case_page(case_id, failed={KEY: form}), 422
    reason = form.data["file_reason"]
    target, _nothing = in_file(lambda target: write_case_file(current_actor(), case_id, reason, target))
    return _archive(case_id, target)


@own_things
def take_out_own(case_id: UUID) -> ResponseReturnValue:
    target, _nothing = in_file(lambda target: write_own_case_file(current_actor(), case_id, target))
    return _archive(case_id, target)


def _archive(case_id: UUID, source: IO[bytes]) -> Response:
    number = find_case(case_id).number or ""
    response = send_file(source, mimetype="application/zip")
    response.headers["Content-Disposition"] = disposition(f"{_('Case')} {number}.zip", number)
    response.headers["Cache-Control"] = "private, no-store"
    return response


DESK_ROUTES = (Route("/<uuid:case_id>/file", "take_out", take_out, "POST", REVIEW, pace=IN_CLEAR),)
MEMBER_ROUTES = (Route("/<uuid:case_id>/file", "take_out", take_out_own, "POST", pace=IN_CLEAR),)

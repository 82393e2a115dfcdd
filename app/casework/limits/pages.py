"""Where the handler lets a time limit count from another day."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.case_page import case_page
from app.casework.deeds import answer_form
from app.casework.errors import OwnCase
from app.casework.limits.inputs import LimitSchema
from app.casework.limits.operations import count_limit_from
from app.casework.limits.panels import KEY
from app.casework.routes import REVIEW, Route
from app.core.errors import NotFound
from app.core.forms import Form
from tenants.context import current_actor


def change_limit(case_id: UUID) -> ResponseReturnValue:
    form = Form(LimitSchema)

    def do() -> None:
        given = form.data
        count_limit_from(current_actor(), case_id, given["limit"], given["deed"], given["limit_day"], given["limit_reason"],
                         seen=form.seen)  # fmt: skip

    return answer_form(
        form, do, lambda: case_page(case_id, failed={KEY: form}),
        done=_("The time limit is counted anew. The member has been told."), then=url_for(".case", case_id=case_id),
        passing=(NotFound, OwnCase),
    )  # fmt: skip


ROUTES = (Route("/<uuid:case_id>/limits", "change_limit", change_limit, "POST", REVIEW),)

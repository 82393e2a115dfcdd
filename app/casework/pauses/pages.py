"""Where staff hold a case's clocks and let them go on."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema

from app.casework.case_page import case_page
from app.casework.deeds import answer_form
from app.casework.errors import OwnCase
from app.casework.pauses import operations
from app.casework.pauses.inputs import PauseSchema
from app.casework.routes import REVIEW, Route
from app.core.errors import NotFound
from app.core.forms import Form
from tenants.context import current_actor

KEY = "pause"


def pause(case_id: UUID) -> ResponseReturnValue:
    def hold(form: Form) -> None:
        given = form.data
        operations.pause_case(current_actor(), case_id, given["pause_reason"], given["resume_on"], seen=form.seen)

    return _answer(case_id, Form(PauseSchema), hold, _("The case is paused. The member has been told."))


def resume(case_id: UUID) -> ResponseReturnValue:
    def go_on(form: Form) -> None:
        operations.resume_case(current_actor(), case_id, seen=form.seen)

    return _answer(case_id, Form(Schema), go_on, _("The case goes on. The member has been told."))


def _answer(case_id: UUID, form: Form, do: Callable[[Form], Any], done: str) -> ResponseReturnValue:
    return answer_form(
        form, lambda: do(form), lambda: case_page(case_id, failed={KEY: form}), done=done,
        then=url_for(".case", case_id=case_id), passing=(NotFound, OwnCase),
    )  # fmt: skip


ROUTES = (
    Route("/<uuid:case_id>/pause", "pause", pause, "POST", REVIEW),
    Route("/<uuid:case_id>/resume", "resume", resume, "POST", REVIEW),
)

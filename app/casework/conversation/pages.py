"""Sending messages, from the member's page of a case and from the desk's."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework import display
from app.casework.case_page import case_page
from app.casework.conversation import operations
from app.casework.conversation.panels import KEY
from app.casework.conversation.queries import find_answer
from app.casework.conversation.schemas import ATTACHMENT, MessageSchema
from app.casework.here import module_here
from app.casework.own_case_page import own_case_page
from app.casework.papers import CleanPaper, clean_paper
from app.casework.queries import find_own_case
from app.casework.routes import REVIEW, Route
from app.core.access import own_things
from app.core.errors import DomainError, NotFound
from app.core.forms import Form, parse_uuid
from app.core.transactions import finish
from app.core.uploads import takes
from tenants.context import current_actor

FILE = "message_file"


@own_things
@takes(ATTACHMENT)
def send(case_id: UUID) -> ResponseReturnValue:
    actor, form = current_actor(), Form(MessageSchema)
    status = 422
    if form.submit():
        try:
            operations.write_as_member(actor, case_id, _once(), form.data["message"], _paper())
        except NotFound:
            raise
        except DomainError as error:
            status = _refuse(form, error)
        else:
            return _sent(case_id)
    return own_case_page(find_own_case(actor, case_id), failed={KEY: form}), status


@takes(ATTACHMENT)
def send_from_desk(case_id: UUID) -> ResponseReturnValue:
    form = Form(MessageSchema)
    if "insert" in request.form:
        form.values = _with_answer(form)
        return case_page(case_id, failed={KEY: form})
    status = 422
    if form.submit():
        try:
            operations.write_as_staff(current_actor(), case_id, _once(), form.data["message"], _paper())
        except NotFound:
            raise
        except DomainError as error:
            status = _refuse(form, error)
        else:
            return _sent(case_id)
    return case_page(case_id, failed={KEY: form}), status


def _with_answer(form: Form) -> dict[str, str]:
    """What was typed, and after it the answer that was chosen."""
    typed, chosen = form.typed(), parse_uuid(request.form.get("answer", ""))
    parts = [typed.get("message", ""), find_answer(module_here(), chosen).body if chosen else ""]
    return {**typed, "message": "\n".join(part for part in parts if part)}


def _once() -> UUID:
    """The id the form was given; raises `NotFound` for what is none."""
    once = parse_uuid(request.form.get("_once", ""))
    if once is None:
        raise NotFound
    return once


def _paper() -> CleanPaper | None:
    """What was sent along, cleaned; raises `PaperRefused`."""
    upload = request.files.get(FILE)
    if upload is None or not upload.filename:
        return None
    return clean_paper(upload.stream.read(ATTACHMENT.most_bytes + 1), upload.filename)


def _refuse(form: Form, error: DomainError) -> int:
    finish(succeeded=False)
    form.refuse(error)
    return error.status


def _sent(case_id: UUID) -> ResponseReturnValue:
    flash(_("The message has been sent."), "success")
    return redirect(url_for(".case", case_id=case_id, _anchor="messages"))


@own_things
def own_attachment(case_id: UUID, message_id: UUID) -> ResponseReturnValue:
    return display.paper_response(*operations.read_own_attachment(current_actor(), case_id, message_id))


def attachment(case_id: UUID, message_id: UUID) -> ResponseReturnValue:
    return display.paper_response(*operations.read_attachment(current_actor(), case_id, message_id))


MEMBER_ROUTES = (
    Route("/<uuid:case_id>/messages", "send_message", send, "POST"),
    Route("/<uuid:case_id>/messages/<uuid:message_id>/file", "message_file", own_attachment),
)
DESK_ROUTES = (
    Route("/<uuid:case_id>/messages", "send_message", send_from_desk, "POST", REVIEW),
    Route("/<uuid:case_id>/messages/<uuid:message_id>/file", "message_file", attachment, right=REVIEW),
)

"""The desk's page of answers to use again."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.conversation import answers
from app.casework.conversation.models import Answer
from app.casework.conversation.queries import find_answer, list_answers
from app.casework.conversation.schemas import AnswerSchema
from app.casework.here import module_here
from app.casework.routes import REVIEW, Route
from app.core.errors import DomainError, NotFound
from app.core.forms import Form, parse_uuid
from app.core.seen import ChangedMeanwhile
from app.core.theming import render
from app.core.transactions import finish
from tenants.ids import uuid7


def answer_list() -> ResponseReturnValue:
    return _page(Form(AnswerSchema))


def keep() -> ResponseReturnValue:
    form, once = Form(AnswerSchema), parse_uuid(request.form.get("_once", ""))
    if once is None:
        raise NotFound
    if not form.submit():
        return _page(form), 422
    try:
        answers.keep_answer(module_here(), once, form.data["title"], form.data["body"])
    except DomainError as error:
        return _refused(form, error, None)
    flash(_("The answer has been kept."), "success")
    return redirect(url_for(".answers"))


def answer(answer_id: UUID) -> ResponseReturnValue:
    found = find_answer(module_here(), answer_id)
    return _page(Form(AnswerSchema, {"title": found.title, "body": found.body}, seen=found.mark), found)


def change(answer_id: UUID) -> ResponseReturnValue:
    found, form = find_answer(module_here(), answer_id), Form(AnswerSchema)
    if not form.submit():
        return _page(form, found), 422
    try:
        answers.change_answer(module_here(), answer_id, form.data["title"], form.data["body"], seen=form.seen)
    except NotFound:
        raise
    except DomainError as error:
        return _refused(form, error, answer_id)
    flash(_("The answer has been kept."), "success")
    return redirect(url_for(".answers"))


def delete(answer_id: UUID) -> ResponseReturnValue:
    answers.delete_answer(module_here(), answer_id)
    flash(_("The answer has been deleted."), "success")
    return redirect(url_for(".answers"))


def _refused(form: Form, error: DomainError, answer_id: UUID | None) -> ResponseReturnValue:
    finish(succeeded=False)
    form.refuse(error)
    found = find_answer(module_here(), answer_id) if answer_id else None
    saved = error.saved if isinstance(error, ChangedMeanwhile) else None
    return _page(form, found, saved), error.status


def _page(form: Form, chosen: Answer | None = None, saved: dict[str, str] | None = None) -> str:
    """All answers, and the form of the `chosen` one or of a new one; `saved` is what somebody else has said meanwhile."""
    once = request.form.get("_once") or uuid7()
    return render("casework/desk/answers.html", answers=list_answers(module_here()), chosen=chosen, form=form, saved=saved,
                  once=once)  # fmt: skip


ROUTES = (
    Route("/answers", "answers", answer_list, right=REVIEW),
    Route("/answers", "keep_answer", keep, "POST", REVIEW),
    Route("/answers/<uuid:answer_id>", "answer", answer, right=REVIEW),
    Route("/answers/<uuid:answer_id>", "change_answer", change, "POST", REVIEW),
    Route("/answers/<uuid:answer_id>/delete", "delete_answer", delete, "POST", REVIEW),
)

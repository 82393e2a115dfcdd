"""The staff's pages of the bank: the list, writing a question, and bringing in a sheet."""

from urllib.parse import urlencode
from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from marshmallow import Schema

from app.benefits.pace import paced
from app.core.access import requires
from app.core.downloads import in_file, workbook
from app.core.errors import DomainError, NotFound
from app.core.forms import Form, asked_for, form_id, seen_mark
from app.core.seen import ChangedMeanwhile
from app.core.theming import render
from app.core.transactions import finish
from app.core.uploads import takes
from app.modules.events.kinds.quiz.bank import queries, writing
from app.modules.events.kinds.quiz.bank.schemas import BankFilter, QuestionForm
from app.modules.events.kinds.quiz.bank.sheets import MOST_SHOWN, SHEETS, Refusal, read_questions, write_template
from app.modules.events.kinds.quiz.bank.words import DIFFICULTIES, KINDS, answer_of
from app.modules.events.kinds.quiz.models import Question
from app.modules.events.rights import MANAGE
from tenants.context import current_actor
from tenants.ids import uuid7

blueprint = APIBlueprint("bank", __name__, url_prefix="/questions", enable_openapi=False)


@blueprint.get("/")
@requires(MANAGE)
def index() -> ResponseReturnValue:
    return _list(Form(Schema))


@blueprint.get("/template.xlsx")
@requires(MANAGE)
def template() -> ResponseReturnValue:
    target, _nothing = in_file(write_template)
    return workbook(target, _("Questions for a quiz"), "quiz-questions")


@blueprint.post("/import")
@requires(MANAGE)
@paced(60)
@takes(SHEETS)
def bring_in() -> ResponseReturnValue:
    """Add the questions of a sheet: all of them, or none where a row is wrong."""
    form = Form(Schema)
    try:
        questions, refusals = read_questions(*SHEETS.one("file"))
        if refusals:
            return _list(form, refusals), 422
        added = writing.bring_in(current_actor(), questions)
    except DomainError as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return _list(form), refusal.status
    known = len(questions) - added
    flash(ngettext("One question was added.", "%(num)d questions were added.", added), "success")
    if known:
        flash(ngettext("One was in the bank already.", "%(num)d were in the bank already.", known), "info")
    return redirect(url_for(".index"), code=303)


@blueprint.get("/new")
@requires(MANAGE)
def new() -> ResponseReturnValue:
    return _page(Form(QuestionForm, {"kind": "single", "difficulty": "medium"}), once=uuid7())


@blueprint.post("/new")
@requires(MANAGE)
@paced(300)
def create() -> ResponseReturnValue:
    """Add a question."""
    form, once = Form(QuestionForm), form_id()
    if not form.submit():
        return _page(form, once=once), 422
    try:
        writing.write_question(current_actor(), once, form.data)
    except DomainError as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return _page(form, once=once), refusal.status
    flash(_("The question is in the bank."), "success")
    return redirect(url_for(".index"), code=303)


@blueprint.get("/<uuid:question_id>")
@requires(MANAGE)
def question(question_id: UUID) -> ResponseReturnValue:
    found = queries.find_question(question_id)
    return _page(Form(QuestionForm, _as_typed(found), seen=found.mark), found)


@blueprint.post("/<uuid:question_id>")
@requires(MANAGE)
@paced(300)
def save(question_id: UUID) -> ResponseReturnValue:
    """Write a question anew."""
    found, form = queries.find_question(question_id), Form(QuestionForm)
    if not form.submit():
        return _page(form, found), 422
    try:
        writing.change_question(current_actor(), question_id, form.data, seen=form.seen)
    except NotFound:
        raise
    except DomainError as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        saved = queries.find_question(question_id)
        return _page(form, saved, is_changed=isinstance(refusal, ChangedMeanwhile)), refusal.status
    flash(_("The question is saved."), "success")
    return redirect(url_for(".index"), code=303)


@blueprint.post("/<uuid:question_id>/retire")
@requires(MANAGE)
@paced(300)
def retire(question_id: UUID) -> ResponseReturnValue:
    """Take a question out of use."""
    try:
        writing.retire_question(question_id, seen=seen_mark())
    except ChangedMeanwhile as refusal:
        finish(succeeded=False)
        found = queries.find_question(question_id)
        form = Form(QuestionForm, _as_typed(found), seen=found.mark)
        form.refuse(refusal)
        return _page(form, found), refusal.status
    flash(_("The question is out of use."), "success")
    return redirect(url_for(".index"), code=303)


def _list(form: Form, refusals: list[Refusal] | None = None) -> str:
    wanted = asked_for(BankFilter)
    kept = {name: wanted[name] for name in ("category", "kind", "q") if wanted[name]}
    rows = queries.list_questions(wanted["category"], wanted["kind"], wanted["q"], wanted["before"])
    more, categories = len(rows) > queries.PAGE, queries.count_by_category()
    return render(
        "events/quiz/desk/questions.html", questions=rows[: queries.PAGE], form=form, refusals=refusals or [], most_shown=MOST_SHOWN,
        kinds=KINDS, difficulties=DIFFICULTIES, answer_of=answer_of, SHEETS=SHEETS,
        category_choices=[(name, f"{name} ({number})") for name, number in categories],
        filter={"values": kept, "errors": {}},
        next_href=f"{url_for('.index')}?{urlencode({**kept, 'before': rows[queries.PAGE - 1].id})}" if more else "",
        crumbs=_crumbs(),
    )  # fmt: skip


def _page(form: Form, found: Question | None = None, *, once: UUID | None = None, is_changed: bool = False) -> str:
    title = _("Question") if found else _("New question")
    return render(
        "events/quiz/desk/question.html", form=form, question=found, once=once, is_changed=is_changed, kinds=KINDS,
        difficulties=DIFFICULTIES, answer_of=answer_of, categories=queries.count_by_category(),
        crumbs=[*_crumbs(), {"title": _("Question bank"), "href": url_for(".index")}, {"title": title}],
    )  # fmt: skip


def _crumbs() -> list[dict[str, str]]:
    return [{"title": _("Campaigns"), "href": url_for("console_events.index")}]


def _as_typed(found: Question) -> dict[str, str]:
    return {
        "kind": found.kind, "category": found.category, "difficulty": found.difficulty, "prompt": found.prompt,
        "options": "\n".join(found.options), "explanation": found.explanation,
        "answer": answer_of(found.kind, found.right, len(found.options)),
    }  # fmt: skip

"""Pages of stories: the desk writes, asks and publishes; the member answers; everybody reads."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema

from app.casework import queries as cases
from app.casework.here import module_here
from app.casework.kinds import casework_of, find_kind
from app.casework.own_case_page import own_case_page
from app.casework.routes import DECIDE, REVIEW, Route
from app.casework.stories import operations, queries
from app.casework.stories.inputs import LANGUAGES, AnswerSchema, StorySchema
from app.casework.stories.outcomes import TITLES
from app.casework.stories.panels import KEY
from app.core.access import own_things, public
from app.core.attempts import Attempt
from app.core.errors import DomainError, NotFound
from app.core.forms import Form
from app.core.pages.marks import cached_page
from app.core.theming import render
from app.core.transactions import finish
from tenants.context import current_actor


@public
@cached_page()
def stories() -> ResponseReturnValue:
    module = module_here()
    return render("casework/stories.html", stories=queries.list_pages(module), kinds=_kinds(module))


@public
@cached_page()
def story(story_id: UUID) -> ResponseReturnValue:
    module = module_here()
    return render(
        "casework/story.html", story=queries.find_page(module, story_id), kinds=_kinds(module), outcomes=TITLES
    )


def _kinds(module: str) -> dict[str, object]:
    return {kind.key: kind for kind in casework_of(module).kinds}


def desk_story(case_id: UUID) -> ResponseReturnValue:
    draft = queries.find_draft(case_id)
    told = queries.told(draft) if draft else None
    values = {"title": told.title, "body": told.body, "locale": told.locale} if told else {}
    return _desk_page(case_id, Form(StorySchema, values, seen=draft.mark if draft else operations.NONE_YET))


def write(case_id: UUID) -> ResponseReturnValue:
    form = Form(StorySchema)
    if not form.submit():
        return _desk_page(case_id, form), 422

    def do() -> None:
        operations.write_story(current_actor(), case_id, queries.Told(**form.data), seen=form.seen)
        flash(_("The story is saved. Ask the member next."), "success")

    return _desk_deed(case_id, form, do)


def ask(case_id: UUID) -> ResponseReturnValue:
    form = Form(Schema)
    form.submit()

    def do() -> None:
        operations.ask_member(current_actor(), case_id, seen=form.seen)
        flash(_("The member has been asked."), "success")

    return _desk_deed(case_id, form, do)


def publish(case_id: UUID) -> ResponseReturnValue:
    form = Form(Schema)
    form.submit()

    def do() -> None:
        operations.publish_story(current_actor(), case_id, seen=form.seen)
        flash(_("The story is public."), "success")

    return _desk_deed(case_id, form, do)


def _desk_deed(case_id: UUID, form: Form, do: Callable[[], None]) -> ResponseReturnValue:
    with Attempt(form) as attempt:
        do()
        return redirect(url_for(".desk_story", case_id=case_id))
    return _desk_page(case_id, form), attempt.status


def _desk_page(case_id: UUID, form: Form) -> str:
    """The story and its form; what was typed where it was refused, beside what is there."""
    actor, case, draft = current_actor(), cases.find_case(case_id), queries.find_draft(case_id)
    may_publish = draft is not None and actor.may(find_kind(case.kind).decide) and draft.written_by != actor.account_id
    told = queries.told(draft) if draft else None
    if told and "body" not in form.values:
        form.values = {"title": told.title, "body": told.body, "locale": told.locale}
    return render(
        "casework/desk/story.html", case=case, draft=draft, told=told, form=form, languages=LANGUAGES,
        may_publish=may_publish, seen=form.seen or (draft.mark if draft else operations.NONE_YET), outcome=TITLES.get(operations.outcome_of(case)), may_write=operations.may_have_story(case),
    )  # fmt: skip


@own_things
def answer(case_id: UUID) -> ResponseReturnValue:
    form, status = Form(AnswerSchema), 422
    if form.submit():
        try:
            operations.answer_story(
                current_actor(), case_id, form.data["story_answer"], form.data["wish"], seen=form.seen
            )
        except NotFound:
            raise
        except DomainError as refusal:
            finish(succeeded=False)
            form.refuse(refusal)
            status = refusal.status
        else:
            flash(_("Thank you. The union has your answer."), "success")
            return redirect(url_for(".case", case_id=case_id))
    return own_case_page(cases.find_own_case(current_actor(), case_id), failed={KEY: form}), status


@own_things
def take_back(case_id: UUID) -> ResponseReturnValue:
    operations.take_back(current_actor(), case_id)
    flash(_("Your consent is taken back. The story is public no more."), "success")
    return redirect(url_for(".case", case_id=case_id))


MEMBER_ROUTES = (
    Route("/stories/", "stories", stories),
    Route("/stories/<uuid:story_id>", "story", story),
    Route("/<uuid:case_id>/story", "answer_story", answer, "POST"),
    Route("/<uuid:case_id>/story/take-back", "take_back_story", take_back, "POST"),
)
DESK_ROUTES = (
    Route("/<uuid:case_id>/story", "desk_story", desk_story, right=REVIEW),
    Route("/<uuid:case_id>/story", "write_story", write, "POST", REVIEW),
    Route("/<uuid:case_id>/story/ask", "ask_story", ask, "POST", REVIEW),
    Route("/<uuid:case_id>/story/publish", "publish_story", publish, "POST", DECIDE),
)

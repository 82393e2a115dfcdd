"""The list of articles and the steps of an article's life."""

from urllib.parse import urlencode
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import requires
from app.core.attempts import Attempt
from app.core.forms import Form, asked_for
from app.core.theming import render
from app.modules.news import desk, operations, sharing
from app.modules.news.console.edit_page import edit_page, typed_of
from app.modules.news.console.frame import blueprint, render_desk, step
from app.modules.news.models import State
from app.modules.news.queries import list_categories
from app.modules.news.schemas import BulkForm, DeskFilter, PinForm, TimeForm
from app.modules.news.views import page_words
from app.modules.news.words import state_words
from tenants.context import current_actor


@blueprint.get("/")
@requires("news.write")
def index() -> ResponseReturnValue:
    wanted = _wanted()
    rows, following = desk.list_for_staff(wanted)
    kept = {"state": wanted.state, "category": wanted.category_id or "", "q": wanted.title}
    kept = {name: str(value) for name, value in kept.items() if value}
    return render_desk(
        "list",
        articles=rows,
        filter={"values": kept, "errors": {}},
        counts=desk.count_by_state(),
        categories=[(row.id, row.name) for row in list_categories()],
        may_publish=current_actor().may("news.publish"),
        states=[(state.value, state_words(state)) for state in State],
        state_words=state_words,
        next_href=f"{url_for('.index')}?{urlencode({**kept, 'before': following})}" if following else "",
        is_filtered=bool(kept),
    )


def _wanted() -> desk.Filter:
    found = asked_for(DeskFilter)
    return desk.Filter(found["state"], found["category"], found["q"], found["before"])


@blueprint.get("/<uuid:article_id>/preview")
@requires("news.write")
def preview(article_id: UUID) -> ResponseReturnValue:
    """The article as readers will see it, in whatever state it is."""
    found = desk.find_for_preview(article_id)
    words = _("Preview. State: %(state)s.", state=state_words(found.state))
    back = url_for(".edit", article_id=article_id)
    return render("news/article.html", article=found, preview=words, edit_href=back, **page_words(found))


@blueprint.post("/<uuid:article_id>/publish")
@requires("news.publish")
def publish(article_id: UUID) -> ResponseReturnValue:
    return _step(article_id, lambda: operations.publish_article(current_actor(), article_id), _("Published."))


@blueprint.post("/<uuid:article_id>/withdraw")
@requires("news.publish")
def withdraw(article_id: UUID) -> ResponseReturnValue:
    return _step(
        article_id,
        lambda: operations.withdraw_article(current_actor(), article_id),
        _("Withdrawn; nobody sees it any more."),
    )


@blueprint.post("/<uuid:article_id>/schedule")
@requires("news.publish")
def schedule(article_id: UUID) -> ResponseReturnValue:
    form = Form(TimeForm)
    with Attempt(form) as attempt:
        if form.submit():
            operations.schedule_article(current_actor(), article_id, form.data["publish_at"])
            flash(_("Scheduled."), "success")
            return _edit(article_id)
    return _again(article_id, publishing=form), attempt.status


@blueprint.post("/<uuid:article_id>/pin")
@requires("news.publish")
def pin(article_id: UUID) -> ResponseReturnValue:
    form = Form(PinForm)
    with Attempt(form) as attempt:
        if form.submit():
            operations.pin_article(current_actor(), article_id, form.data["pinned_until"])
            flash(_("Pinned to the top."), "success")
            return _edit(article_id)
    return _again(article_id, pinning=form), attempt.status


@blueprint.post("/<uuid:article_id>/unpin")
@requires("news.publish")
def unpin(article_id: UUID) -> ResponseReturnValue:
    return _step(article_id, lambda: operations.pin_article(current_actor(), article_id, None), _("No longer pinned."))


@blueprint.post("/<uuid:article_id>/share")
@requires("news.share")
def share(article_id: UUID) -> ResponseReturnValue:
    return _step(article_id, lambda: sharing.share_down(current_actor(), article_id),
                 _("Shared: every zone that accepts the city's articles shows it."))  # fmt: skip


@blueprint.post("/<uuid:article_id>/unshare")
@requires("news.share")
def unshare(article_id: UUID) -> ResponseReturnValue:
    return _step(
        article_id, lambda: sharing.share_down(current_actor(), article_id, shared=False), _("No longer shared.")
    )


@blueprint.post("/<uuid:article_id>/delete")
@requires("news.write")
def delete(article_id: UUID) -> ResponseReturnValue:
    return step(
        lambda: operations.delete_draft(current_actor(), article_id), _("The draft is deleted."), url_for(".index")
    )


@blueprint.post("/bulk")
@requires("news.publish")
def bulk() -> ResponseReturnValue:
    form = Form(BulkForm)
    if not form.submit() or not form.data["id"]:
        flash(_("Choose at least one article first."), "warning")
        return redirect(url_for(".index"), code=303)
    done, refused = operations.change_many(current_actor(), form.data["action"], form.data["id"])
    flash(
        _("%(done)d changed, %(refused)d left as they were.", done=done, refused=refused),
        "warning" if refused else "success",
    )
    return redirect(url_for(".index"), code=303)


def _step(article_id: UUID, change, done: str) -> ResponseReturnValue:
    return step(change, done, url_for(".edit", article_id=article_id))


def _edit(article_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".edit", article_id=article_id), code=303)


def _again(article_id: UUID, *, publishing: Form | None = None, pinning: Form | None = None) -> str:
    """The page of the article, with the form of a step that was refused."""
    article = desk.get_article(article_id)
    return edit_page(typed_of(article), article, publishing=publishing, pinning=pinning)

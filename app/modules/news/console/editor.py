"""Writing an article. A form that works without a script; `static/editor.js` puts a toolbar on its text field."""

from uuid import UUID

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import requires
from app.core.errors import DomainError, InvalidInput
from app.core.forms import Form, form_id
from app.core.seen import ChangedMeanwhile
from app.modules.news import desk
from app.modules.news.body import with_picture
from app.modules.news.console.edit_page import edit_page, typed_of
from app.modules.news.console.frame import blueprint
from app.modules.news.models import Article
from app.modules.news.operations import Content, edit_article, publish_article, write_article
from app.modules.news.pictures import store_picture
from app.modules.news.schemas import ArticleForm
from tenants.context import current_actor, current_zone
from tenants.ids import uuid7


@blueprint.get("/new")
@requires("news.write")
def new() -> ResponseReturnValue:
    return edit_page(Form(ArticleForm, {"source": current_zone().name[:60]}), None, once=uuid7())


@blueprint.post("/new")
@requires("news.write")
def create() -> ResponseReturnValue:
    form, once = Form(ArticleForm), form_id()
    try:
        if form.submit():
            article_id = write_article(current_actor(), _content(form), article_id=once)
            return _saved(article_id)
    except ChangedMeanwhile as refusal:
        return _both_texts(form, refusal), refusal.status
    except DomainError as refusal:
        form.refuse(refusal)
        return edit_page(form, None, once=once), refusal.status
    return edit_page(form, None, once=once), 422


@blueprint.get("/<uuid:article_id>")
@requires("news.write")
def edit(article_id: UUID) -> ResponseReturnValue:
    article = desk.get_article(article_id)
    return edit_page(typed_of(article), article)


@blueprint.post("/<uuid:article_id>")
@requires("news.write")
def save(article_id: UUID) -> ResponseReturnValue:
    form = Form(ArticleForm)
    try:
        if form.submit():
            edit_article(current_actor(), article_id, _content(form), seen=form.seen)
            return _saved(article_id)
    except ChangedMeanwhile as refusal:
        return _both_texts(form, refusal), refusal.status
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        form.refuse(refusal)
        return edit_page(form, desk.get_article(article_id)), refusal.status
    return edit_page(form, desk.get_article(article_id)), 422


@blueprint.post("/pictures")
@requires("news.write")
def upload_picture() -> ResponseReturnValue:
    """A picture from the editor's toolbar; answers its address."""
    upload = request.files.get("picture")
    try:
        if upload is None:
            raise InvalidInput(_("Choose a picture."))
        stored = store_picture(upload.stream, upload.filename or "")
    except DomainError as refusal:
        return jsonify(error=str(refusal.message)), refusal.status
    return jsonify(id=str(stored.id), href=f"/files/{stored.id}"), 201


def _content(form: Form) -> Content:
    """What was written, with the cover and the picture for the text that were uploaded along with it."""
    data = {name: value for name, value in form.data.items() if name != "picture_alt"}
    picture = request.files.get("picture")
    if picture is not None and picture.filename:
        stored = store_picture(picture.stream, picture.filename, field="picture")
        data["body"] = with_picture(data["body"], stored.id, form.data["picture_alt"])
    upload = request.files.get("cover")
    if upload is not None and upload.filename:
        data["cover_file_id"] = store_picture(upload.stream, upload.filename).id
    elif request.form.get("remove_cover"):
        data["cover_file_id"] = None
    return Content(**data)


def _saved(article_id: UUID) -> ResponseReturnValue:
    """On to what the pressed button says; a text that can't be published is saved all the same."""
    pressed = request.form.get("step")
    if pressed == "publish" and current_actor().may("news.publish"):
        try:
            publish_article(current_actor(), article_id)
        except DomainError as refusal:
            flash(_("Saved, but not published: %(reason)s", reason=str(refusal.message)), "warning")
        else:
            flash(_("Saved and published."), "success")
    else:
        flash(_("Saved."), "success")
    endpoint = ".preview" if pressed == "preview" else ".edit"
    return redirect(url_for(endpoint, article_id=article_id), code=303)


def _both_texts(form: Form, refusal: ChangedMeanwhile) -> str:
    """The form with the writer's text, beside what is stored now; saving again then replaces that on purpose."""
    saved: Article = refusal.saved
    form.refuse(refusal)
    return edit_page(form, saved, saved=saved)

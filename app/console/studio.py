"""The studio's pages: modules, look, home page, publishing. Every change goes to the draft; publishing is one step."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema

from app.console import drafts
from app.console.diff import differences
from app.console.schemas import BannerSlideSchema, LookSchema
from app.console.settings_forms import form_fields
from app.core.access import public, requires
from app.core.crypto import CryptoError
from app.core.errors import DomainError, NotFound
from app.core.files import save_file
from app.core.forms import Form
from app.core.images import ImageError, Purpose, reencode
from app.core.places import PlacedBlueprint
from app.core.platform import platform
from app.core.theming import render, themes
from app.site.blocks import available_blocks, shown_blocks
from app.site.look import stylesheet
from tenants.context import current_zone
from tenants.database import db
from tenants.models import ZoneRevision
from tenants.revisions import RevisionDocument, published_document

LOGO_SIDE, BANNER_SIDE = 512, 1500


def add_studio_routes(blueprint: PlacedBlueprint) -> None:
    """Hang the studio's routes on the console."""
    routes: tuple[tuple[str, tuple[str, ...], Any], ...] = (
        ("/modules", ("GET",), modules),
        ("/modules/<slug>", ("GET", "POST"), module),
        ("/look", ("GET", "POST"), look),
        ("/blocks", ("GET",), blocks),
        ("/blocks/add", ("POST",), add_block),
        ("/blocks/<block_id>", ("GET", "POST"), block),
        ("/blocks/<block_id>/move", ("POST",), move_block),
        ("/blocks/<block_id>/remove", ("POST",), remove_block),
        ("/blocks/<block_id>/slides", ("POST",), add_slide),
        ("/publish", ("GET", "POST"), publish),
        ("/draft/discard", ("POST",), discard),
        ("/revisions/<uuid:revision_id>/roll-back", ("POST",), roll_back),
        ("/preview/<token>/", ("GET",), preview),
        ("/preview/<token>/look.css", ("GET",), preview_look),
    )
    for rule, methods, view in routes:
        blueprint.add_url_rule(rule, view_func=view, methods=list(methods))


def _save(document: RevisionDocument) -> None:
    """Keep a change made by one button, with the mark the page carried."""
    drafts.save_draft(document, seen=request.form.get("seen", ""))


def _studio_page(template: str, **context: Any) -> str:
    draft = drafts.find_draft()
    token = drafts.preview_token(draft) if draft else ""
    return render(
        template,
        seen=request.form.get("seen") or drafts.draft_mark(),
        has_draft=draft is not None,
        preview_url=url_for("console.preview", token=token) if token else "/",
        **context,
    )


@requires("zone.modules")
def modules() -> ResponseReturnValue:
    return _studio_page("console/modules.html", modules=list(platform().modules), document=drafts.draft_document())


@requires("zone.modules")
def module(slug: str) -> ResponseReturnValue:
    """Switch a module and set it up."""
    found = platform().modules.get(slug)
    if found is None:
        raise NotFound
    document = drafts.draft_document()
    schema = found.settings or Schema
    choice = document.modules.get(slug)
    settings = found.default_settings() | dict(choice.settings if choice else {})
    form = Form(schema, {**settings, "enabled": document.uses(slug)})
    if request.method == "POST" and form.submit():
        changed = drafts.switch_module(document, slug, "enabled" in request.form, form.data)
        if _saved(form, changed):
            flash(_("Saved in the draft."), "success")
            return redirect(url_for("console.modules"))
    return _studio_page("console/module.html", module=found, form=form, fields=form_fields(found.settings)), _status(
        form
    )


def _saved(form: Form, document: RevisionDocument) -> bool:
    """Save the draft; a refusal goes to the form, with everything typed still in it."""
    try:
        _save(document)
    except DomainError as refusal:
        form.refuse(refusal)
        return False
    return True


def _status(form: Form) -> int:
    return 422 if form.errors else 200


@requires("zone.design")
def look() -> ResponseReturnValue:
    """Theme, colours, shape, slogan and logo."""
    document = drafts.draft_document()
    form = Form(LookSchema, {"theme": document.theme, "slogan": document.slogan, **document.tokens})
    if request.method == "POST" and form.submit():
        changed = _look_from(form, document)
        if changed and _saved(form, changed):
            flash(_("Saved in the draft."), "success")
            return redirect(url_for("console.look"))
    theme = themes().get(form.values.get("theme", document.theme)) or themes()[document.theme]
    page = _studio_page("console/look.html", form=form, theme=theme, themes=themes(), document=document)
    return page, _status(form)


def _look_from(form: Form, document: RevisionDocument) -> RevisionDocument | None:
    """The document with the look the form gives; None where the logo can't be used."""
    slug = form.data.get("theme", document.theme)
    theme = themes().get(slug)
    tokens = {
        name: form.data["tokens"][name] for name in (theme.tokens if theme else ()) if name in form.data["tokens"]
    }
    logo = "" if "remove_logo" in request.form else document.logo
    upload = request.files.get("logo")
    if upload and upload.filename:
        try:
            logo = _store_picture(upload, "logo", LOGO_SIDE)
        except ImageError as fault:
            form.errors["logo"] = [_(fault.message) % fault.params]
            return None
    return replace(document, theme=slug, slogan=form.data.get("slogan", ""), tokens=tokens, logo=logo)


def _store_picture(upload: Any, purpose: Purpose, side: int) -> str:
    picture = reencode(upload.stream, max_side=side, max_bytes=10 * 1024 * 1024, purpose=purpose)
    stored = save_file(
        picture.data,
        name=upload.filename,
        media_type=picture.media_type,
        purpose=f"console.{purpose}",
        visibility="public",
    )
    return str(stored.id)


@requires("zone.design")
def blocks() -> ResponseReturnValue:
    document = drafts.draft_document()
    available = available_blocks(document)
    return _studio_page("console/blocks.html", document=document, available=available)


@requires("zone.design")
def add_block() -> ResponseReturnValue:
    _save(drafts.add_block(drafts.draft_document(), request.form.get("type", "")))
    return redirect(url_for("console.blocks"))


@requires("zone.design")
def move_block(block_id: str) -> ResponseReturnValue:
    step = -1 if request.form.get("to") == "up" else 1
    _save(drafts.move_block(drafts.draft_document(), block_id, step))
    return redirect(url_for("console.blocks"))


@requires("zone.design")
def remove_block(block_id: str) -> ResponseReturnValue:
    _save(drafts.remove_block(drafts.draft_document(), block_id))
    return redirect(url_for("console.blocks"))


@requires("zone.design")
def block(block_id: str) -> ResponseReturnValue:
    """A block's title and settings."""
    document = drafts.draft_document()
    found = next((each for each in document.blocks if each.id == block_id), None)
    kind = available_blocks(document).get(found.type) if found else None
    if found is None or kind is None:
        raise NotFound
    form = Form(kind.settings, {**found.settings, "title": found.title})
    if request.method == "POST" and form.submit():
        settings = _block_settings(dict(found.settings), form)
        changed = drafts.set_block(document, block_id, request.form.get("title", "")[:40], settings)
        if _saved(form, changed):
            flash(_("Saved in the draft."), "success")
            return redirect(url_for("console.blocks"))
    page = _studio_page("console/block.html", block=found, kind=kind, form=form, fields=form_fields(kind.settings))
    return page, _status(form)


def _block_settings(before: dict[str, Any], form: Form) -> dict[str, Any]:
    """The settings of the form; a banner's slides are kept but for those ticked for removal."""
    if "slides" not in before:
        return form.data
    removed = set(request.form.getlist("remove_slide"))
    return {**form.data, "slides": [slide for slide in before["slides"] if slide.get("file") not in removed]}


@requires("zone.design")
def add_slide(block_id: str) -> ResponseReturnValue:
    """Add a picture to a banner."""
    document = drafts.draft_document()
    found = next((each for each in document.blocks if each.id == block_id and each.type == "banner"), None)
    if found is None:
        raise NotFound
    form = Form(BannerSlideSchema)
    upload = request.files.get("picture")
    if form.submit() and upload and upload.filename:
        try:
            slide = {**form.data, "file": _store_picture(upload, "photo", BANNER_SIDE)}
        except ImageError as fault:
            flash(_(fault.message) % fault.params, "error")
        else:
            slides = [*found.settings.get("slides", []), slide]
            _save(drafts.set_block(document, block_id, found.title, {**found.settings, "slides": slides}))
            flash(_("Saved in the draft."), "success")
    else:
        flash(_("Choose a picture, a title of at most 60 characters, and a link that starts with /."), "error")
    return redirect(url_for("console.block", block_id=block_id))


@requires("zone.publish")
def publish() -> ResponseReturnValue:
    """What would change, and the button that makes it so."""
    if request.method == "POST":
        revision = drafts.publish_draft(request.form.get("note", "")[:200])
        flash(_("Revision %(number)s is published.", number=revision.number), "success")
        return redirect(url_for("console.publish"))
    changes = differences(published_document(current_zone()), drafts.draft_document())
    return _studio_page("console/publish.html", changes=changes, revisions=drafts.list_revisions())


@requires("zone.publish")
def discard() -> ResponseReturnValue:
    drafts.discard_draft()
    flash(_("The draft is discarded."), "success")
    return redirect(url_for("console.publish"))


@requires("zone.publish")
def roll_back(revision_id: UUID) -> ResponseReturnValue:
    revision = drafts.roll_back(revision_id)
    flash(_("Rolled back: revision %(number)s is published.", number=revision.number), "success")
    return redirect(url_for("console.publish"))


@public
def preview(token: str) -> ResponseReturnValue:
    """The home page as the draft would have it, for whoever holds the signed link; never cached."""
    draft = _previewed(token)
    g.preview = RevisionDocument.from_json(draft.document)
    g.preview_css = url_for("console.preview_look", token=token)
    return render("home.html", blocks=shown_blocks(g.preview))


@public
def preview_look(token: str) -> ResponseReturnValue:
    return Response(stylesheet(RevisionDocument.from_json(_previewed(token).document)), mimetype="text/css")


def _previewed(token: str) -> ZoneRevision:
    try:
        named = platform().signer.verify(token, drafts.PREVIEW)
    except CryptoError:
        raise NotFound from None
    if named["zone"] != str(current_zone().id):
        raise NotFound
    draft = db.session.get(ZoneRevision, (current_zone().id, UUID(named["draft"])))
    if draft is None:
        raise NotFound
    return draft

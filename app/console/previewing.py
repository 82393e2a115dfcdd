"""Pages as a document that is not in force would have them: signed links to a revision, and what is not saved yet.

A preview runs on the member plane and as a request of its own for the page it shows, so that it shows what members see
and no more. Nothing keeps it.
"""

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response, current_app, g, make_response, request, url_for
from flask_babel import gettext as _

from app.core.access import PUBLIC, access_of
from app.core.crypto import CryptoError
from app.core.errors import NotFound
from app.core.modules import Module, Text
from app.core.platform import platform
from tenants.context import Plane, current_actor, current_zone, scope
from tenants.database import db
from tenants.models import ZoneRevision
from tenants.revisions import RevisionDocument

REVISION, LOOK = "zone preview", "zone preview look"
LASTS = timedelta(hours=24)
VISITOR = ("zone", "place", "signed_in", "account_locale")
"""What the gate found out about a request and pages look at."""
SHOWN = frozenset({"draft", "published", "superseded"})


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """A member's page that can be previewed."""

    key: str
    title: Text
    endpoint: str


def preview_pages(document: RevisionDocument) -> dict[str, PreviewPage]:
    """The pages anybody may open: the home page, the services, and the front page of each module that has such a one."""
    pages = [PreviewPage("home", _("Home page"), "site.home"), PreviewPage("services", _("Services"), "site.services")]
    for module in platform().modules:
        endpoint = _front_page(module) if document.uses(module.slug) else ""
        if endpoint:
            pages.append(PreviewPage(module.slug, module.title, endpoint))
    return {page.key: page for page in pages}


def _front_page(module: Module) -> str:
    entries = (module.tab, *module.entries)
    open_ones = (e.endpoint for e in entries if e and access_of(current_app.view_functions[e.endpoint]) == PUBLIC)
    return next(open_ones, "")


def preview_href(revision_id: UUID | None, page: str = "home") -> str:
    """A link to a revision, for whoever holds it, good for a day; the zone itself where it has none yet."""
    if revision_id is None:
        return "/"
    token = _sign({"revision": str(revision_id)}, REVISION)
    return url_for("preview.page", token=token, page=page if page != "home" else None)


def previewed_revision(token: str) -> RevisionDocument:
    """The document a link was made for; raises `NotFound` for one of another zone, too old, forged, or discarded."""
    named = _verify(token, REVISION)
    db.session.rollback()
    with scope(Plane.STAFF, zone=current_zone()):
        revision = db.session.get(ZoneRevision, (current_zone().id, UUID(named["revision"])))
        if revision is None or revision.status not in SHOWN:
            raise NotFound
        document = RevisionDocument.from_json(revision.document)
        db.session.commit()
    return document


def previewed_look(token: str) -> RevisionDocument:
    """A document with the look a stylesheet's link names; raises `NotFound`."""
    named = _verify(token, LOOK)
    return RevisionDocument(theme=named["theme"], tokens=named["tokens"])


def show_preview(document: RevisionDocument, key: str) -> Response:
    """The page called `key` as members would get it under a document; the home page where there is none."""
    pages = preview_pages(document)
    page = pages.get(key, pages["home"])
    look = _sign({"theme": document.theme, "tokens": dict(document.tokens)}, LOOK)
    known = {name: g.get(name) for name in VISITOR}
    environ, zone, actor = _as_asked(url_for(page.endpoint)), current_zone(), current_actor()
    css = url_for("preview.look", token=look)
    db.session.rollback()
    with current_app.app_context():
        for name, value in {**known, "preview": document, "preview_css": css}.items():
            setattr(g, name, value)
        with current_app.request_context(environ), scope(Plane.MEMBER, zone=zone, actor=actor):
            answer = make_response(current_app.view_functions[page.endpoint]())
            db.session.commit()
    return answer


def _as_asked(path: str) -> dict[str, Any]:
    """The running request as if it had asked for a page: views look at their path and their blueprint."""
    kept = {name: value for name, value in request.environ.items() if not name.startswith("werkzeug.")}
    return {**kept, "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "wsgi.input": BytesIO(),
            "CONTENT_LENGTH": "0"}  # fmt: skip


def _sign(payload: dict[str, Any], purpose: str) -> str:
    return platform().signer.sign({**payload, "zone": str(current_zone().id)}, purpose, expires_in=LASTS)


def _verify(token: str, purpose: str) -> dict[str, Any]:
    try:
        named = platform().signer.verify(token, purpose)
    except CryptoError:
        raise NotFound from None
    if named["zone"] != str(current_zone().id):
        raise NotFound
    return named

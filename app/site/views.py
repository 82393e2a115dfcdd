"""The pages every zone has, whatever modules it uses."""

from uuid import UUID

from flask import g, redirect, request
from flask.typing import ResponseReturnValue

from app.core.access import public
from app.core.downloads import picture
from app.core.errors import NotFound
from app.core.files import read_picture
from app.core.pages.marks import cached_page
from app.core.places import Place, PlacedBlueprint
from app.core.platform import platform
from app.core.theming import current_document, render
from app.identity.display import display_form
from app.site.blocks import quick_entries, shown_blocks
from app.site.everywhere import FOREVER, css_response
from tenants.context import Plane, current_zone
from tenants.database import db
from tenants.models import ZoneRevision
from tenants.revisions import RevisionDocument

blueprint = PlacedBlueprint("site", __name__, place=Place.ZONE, plane=Plane.MEMBER, enable_openapi=False)


@blueprint.get("/")
@public
@cached_page()
def home() -> ResponseReturnValue:
    return render("home.html", blocks=shown_blocks(current_document()))


@blueprint.get("/services")
@public
@cached_page()
def services() -> ResponseReturnValue:
    document = current_document()
    known = platform().modules
    return render(
        "site/services.html",
        entries=quick_entries(document)["entries"],
        modules=[module for module in known if document.uses(module.slug)],
    )


@blueprint.get("/me")
@public
def me() -> ResponseReturnValue:
    """One's own page; on a phone the only place for language, text size, signing in and out, so visitors have it too."""
    form = display_form(g.signed_in) if g.signed_in else None
    return render("site/me.html", account_url=platform().url(platform().id_host, "/account/"), form=form)


@blueprint.get("/me/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """Asks once more, with the form the header can't hold: a page for everybody has no CSRF token."""
    return render("site/sign_out.html") if g.signed_in else redirect("/")


@blueprint.get("/files/<uuid:file_id>")
@public
def public_file(file_id: UUID) -> ResponseReturnValue:
    """A public file of the zone, a picture also narrow (`?width=`); personal ones are served by their modules, behind
    their own checks."""
    width = request.args.get("width", 0, int)
    stored, data = read_picture(file_id, width)
    if stored.visibility != "public":
        raise NotFound
    return picture(stored, data, width, caching=FOREVER)


@blueprint.get("/look/<uuid:revision_id>.css")
@public
def look(revision_id: UUID) -> ResponseReturnValue:
    """The stylesheet of a published revision; it never changes."""
    row = db.session.get(ZoneRevision, (current_zone().id, revision_id))
    if row is None:
        raise NotFound
    return css_response(RevisionDocument.from_json(row.document))

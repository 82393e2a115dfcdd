"""Previews, for whoever holds a signed link: on the member plane, never cached."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.console.previewing import previewed_look, previewed_revision, show_preview
from app.core.access import public
from app.core.places import Place, PlacedBlueprint
from app.site.look import stylesheet
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "preview", __name__, place=Place.ZONE, plane=Plane.MEMBER, url_prefix="/console/preview", enable_openapi=False
)


@blueprint.get("/<token>/")
@public
def page(token: str) -> ResponseReturnValue:
    """A member's page as a revision would have it; `page` chooses which."""
    return show_preview(previewed_revision(token), request.args.get("page", "home"))


@blueprint.get("/look/<token>.css")
@public
def look(token: str) -> ResponseReturnValue:
    return Response(stylesheet(previewed_look(token)), mimetype="text/css")

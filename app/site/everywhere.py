"""Routes that every host of the platform has: display choices, the default look, themes' files."""

from flask import Response, redirect, request, send_from_directory
from flask.typing import ResponseReturnValue

from app.core.access import public
from app.core.display import TEXT_COOKIE
from app.core.errors import NotFound
from app.core.i18n import LOCALE_COOKIE, LOCALES
from app.core.local_paths import local_path
from app.core.places import Place, PlacedBlueprint
from app.core.theming import themes
from app.site.look import stylesheet
from tenants.context import Plane
from tenants.revisions import EMPTY, RevisionDocument

blueprint = PlacedBlueprint("everywhere", __name__, place=Place, plane=Plane.MEMBER, enable_openapi=False)
YEAR = 365 * 24 * 3600
FOREVER = f"public, max-age={YEAR}, immutable"


@blueprint.get("/display")
@public
def display() -> ResponseReturnValue:
    """Remember the language or text size in a cookie and go back."""
    response = redirect(local_path(request.args.get("next", "/")))
    for name, value, allowed in (
        (LOCALE_COOKIE, request.args.get("locale"), LOCALES),
        (TEXT_COOKIE, request.args.get("text"), ("normal", "large")),
    ):
        if value is not None and value in allowed:
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure)
    return response


@blueprint.get("/look/default.css")
@public
def look_default() -> ResponseReturnValue:
    return css_response(EMPTY)


@blueprint.get("/themes/<slug>/<path:path>")
@public
def theme_file(slug: str, path: str) -> ResponseReturnValue:
    theme = themes().get(slug)
    if theme is None:
        raise NotFound
    response = send_from_directory(theme.folder / "static", path)
    response.headers["Cache-Control"] = FOREVER
    return response


def css_response(document: RevisionDocument) -> Response:
    """A document's stylesheet; its address carries the revision, so it may be kept."""
    response = Response(stylesheet(document), mimetype="text/css")
    response.headers["Cache-Control"] = FOREVER
    return response

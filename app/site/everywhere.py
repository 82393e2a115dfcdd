"""Routes that every host of the platform has: display choices, the default look, themes' files."""

from flask import Response, flash, g, redirect, request, send_from_directory
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import public, signed_in
from app.core.display import TEXT_COOKIE
from app.core.errors import InvalidInput, NotFound
from app.core.forms import Form
from app.core.i18n import DEFAULT_LOCALE, LOCALE_COOKIE, LOCALES, go_on_in
from app.core.local_paths import local_path
from app.core.places import Place, PlacedBlueprint
from app.core.theming import themes
from app.identity import operations
from app.identity.browser import own_transaction
from app.identity.schemas import DisplayForm
from app.site.look import stylesheet
from tenants.context import Plane
from tenants.revisions import EMPTY, RevisionDocument

blueprint = PlacedBlueprint(
    "everywhere", __name__, place=Place, plane=Plane.MEMBER, writes_zone=False, enable_openapi=False
)
YEAR = 365 * 24 * 3600
FOREVER = f"public, max-age={YEAR}, immutable"


@blueprint.get("/display")
@public
def display() -> ResponseReturnValue:
    """Remember the language or text size in a cookie and go back.

    A link that anybody may make somebody follow changes no account: whoever is signed in is told where that is done.
    """
    response = redirect(local_path(request.args.get("next", "/")))
    locale = request.args.get("locale", "")
    if g.signed_in and locale in LOCALES and locale != (g.signed_in.locale or DEFAULT_LOCALE):
        go_on_in(locale)
        flash(
            _(
                "Pages are in this language in this browser now. "
                "For messages and all devices, save it under “Me” or in your account."
            ),
            "info",
        )
    for name, value, allowed in (
        (LOCALE_COOKIE, request.args.get("locale"), LOCALES),
        (TEXT_COOKIE, request.args.get("text"), ("normal", "large")),
    ):
        if value is not None and value in allowed:
            response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure)
    return response


@blueprint.post("/display")
@signed_in
def set_display() -> ResponseReturnValue:
    """Keep language and text size in the account: they hold on every host it signs in to, and for messages."""
    form = Form(DisplayForm)
    if not form.submit():
        raise InvalidInput
    with own_transaction():
        operations.set_display(g.signed_in.account_id, **form.data)
    response = redirect(local_path(request.form.get("next", "/")), code=303)
    for cookie in (LOCALE_COOKIE, TEXT_COOKIE):
        response.delete_cookie(cookie)
    go_on_in(form.data["locale"])
    flash(_("Saved for all your devices and messages."), "success")
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

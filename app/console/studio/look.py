"""Look: theme, colours, shape, slogan and logo."""

from dataclasses import replace
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.console import drafts
from app.console.locks import THEME, locks_above
from app.console.pictures import store_picture
from app.console.schemas import LookSchema
from app.console.studio.frame import edited, is_preview, studio_page
from app.core.access import requires
from app.core.forms import Form
from app.core.images import ImageError
from app.core.theming import Theme, themes
from tenants.context import current_zone
from tenants.revisions import RevisionDocument

LOGO_SIDE = 512


@requires("zone.design")
def look() -> ResponseReturnValue:
    """The look of the draft. The fields of colours and shape are those of one theme, which the form names."""
    document = drafts.draft_document()
    form = Form(LookSchema, {"theme": document.theme, "slogan": document.slogan, **document.tokens},
                seen=drafts.draft_mark())  # fmt: skip

    def page(**context: Any) -> str:
        theme = themes().get(form.values.get("theme", "")) or themes()[document.theme]
        lock = locks_above(current_zone().union_path).get(THEME)
        return studio_page("console/look.html", form=form, theme=theme, themes=themes(), document=document, lock=lock,
                           tokens=_shown_tokens(form, theme), **context)  # fmt: skip

    return edited(form, change=lambda: _changed(form, document), page=page, saved=lambda: url_for("console.look"))


def _shown_tokens(form: Form, theme: Theme) -> dict[str, Any]:
    """What the fields of a theme show: what is in force or was typed for it, its own values for the rest."""
    typed_for = form.values.get("tokens_of", theme.slug)
    typed = form.values if typed_for == theme.slug else {}
    return {name: typed.get(name, token["default"]) for name, token in theme.tokens.items()}


def _changed(form: Form, document: RevisionDocument) -> RevisionDocument | None:
    """The document with the look the form gives; None where the logo can't be used."""
    slug, tokens = form.data["theme"], form.data["tokens"]
    palette = _palette(form.values.get("tokens_of", ""))
    if palette is not None:
        slug, tokens = form.values["tokens_of"], {**tokens, **palette}
    logo = "" if "remove_logo" in request.form else document.logo
    upload = request.files.get("logo")
    if upload and upload.filename and not is_preview():
        try:
            logo = store_picture(upload, "logo", LOGO_SIDE)
        except ImageError as fault:
            form.errors["logo"] = [_(fault.message) % fault.params]
            return None
    return replace(document, theme=slug, slogan=form.data["slogan"], tokens=tokens, logo=logo)


def _palette(slug: str) -> dict[str, Any] | None:
    """The tokens of the palette whose button was pressed, one of the theme shown."""
    theme = themes().get(slug)
    pressed = request.form.get("palette", "")
    return next((preset["tokens"] for preset in (theme.presets if theme else ()) if preset["slug"] == pressed), None)

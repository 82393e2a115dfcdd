"""Modules: on or off, with their settings."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from app.console import drafts
from app.console.edits import switch_module
from app.console.locks import MODULE, locks_above
from app.console.rows import SettingsForm
from app.console.settings_forms import form_fields
from app.console.studio.frame import edited, is_preview, studio_page
from app.core.access import requires
from app.core.errors import NotFound
from app.core.platform import platform
from tenants.context import current_zone


@requires("zone.modules")
def modules() -> ResponseReturnValue:
    return studio_page(
        "console/modules.html",
        modules=list(platform().modules),
        document=drafts.draft_document(),
        locks=locks_above(current_zone().union_path),
    )


@requires("zone.modules")
def module(slug: str) -> ResponseReturnValue:
    """Switch a module and set it up."""
    found = platform().modules.get(slug)
    if found is None:
        raise NotFound
    document = drafts.draft_document()
    choice = document.modules.get(slug)
    fields = form_fields(found.settings, document)
    settings = found.default_settings() | dict(choice.settings if choice else {})
    form = SettingsForm(
        found.settings or Schema,
        fields,
        {**settings, "enabled": document.uses(slug)},
        seen=drafts.draft_mark(),
        keeps_pictures=not is_preview(),
    )

    def page(**context: Any) -> str:
        lock = locks_above(current_zone().union_path).get(MODULE + slug)
        return studio_page(
            "console/module.html", page=slug, module=found, form=form, fields=fields, lock=lock, **context
        )

    return edited(
        form,
        change=lambda: switch_module(document, slug, "enabled" in request.form, form.data),
        page=page,
        saved=lambda: url_for("console.module", slug=slug) if form.has_step else url_for("console.modules"),
    )

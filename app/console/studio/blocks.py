"""The home page: its blocks, their order, their titles and settings."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.console import drafts, edits
from app.console.rows import SettingsForm
from app.console.settings_forms import form_fields
from app.console.studio.frame import edited, is_preview, studio_page
from app.core.access import requires
from app.core.errors import DomainError, NotFound
from app.core.forms import seen_mark
from app.core.seen import require_seen
from app.site.blocks import available_blocks
from tenants.revisions import RevisionDocument

LONGEST_TITLE = 40


@requires("zone.design")
def blocks() -> ResponseReturnValue:
    return _blocks_page()


def _blocks_page() -> str:
    document = drafts.draft_document()
    available = available_blocks(document)
    kinds = [(kind.type, kind.title) for kind in available.values()]
    return studio_page("console/blocks.html", document=document, available=available, block_kinds=kinds)


@requires("zone.design")
def add_block() -> ResponseReturnValue:
    return _pressed(lambda document: edits.add_block(document, request.form.get("type", "")))


@requires("zone.design")
def move_block(block_id: str) -> ResponseReturnValue:
    step = -1 if request.form.get("to") == "up" else 1
    return _pressed(lambda document: edits.move_block(document, block_id, step))


@requires("zone.design")
def remove_block(block_id: str) -> ResponseReturnValue:
    return _pressed(lambda document: edits.remove_block(document, block_id))


def _pressed(change: Callable[[RevisionDocument], RevisionDocument]) -> ResponseReturnValue:
    """Save what one button changes; a refusal is told on the page as it is now."""
    try:
        require_seen(seen_mark(), drafts.draft_mark())  # before the change, which may miss what is gone
        drafts.save_draft(change(drafts.draft_document()), seen=seen_mark())
    except NotFound:
        raise
    except DomainError as refusal:
        flash(str(refusal.message), "error")
        return _blocks_page(), refusal.status
    return redirect(url_for("console.blocks"))


@requires("zone.design")
def block(block_id: str) -> ResponseReturnValue:
    """A block's title and settings."""
    document = drafts.draft_document()
    found = next((each for each in document.blocks if each.id == block_id), None)
    kind = available_blocks(document).get(found.type) if found else None
    if found is None or kind is None:
        raise NotFound(_("This block is no longer on the home page."))
    fields = form_fields(kind.settings, document)
    settings: Any = kind.settings().load({})
    form = SettingsForm(
        kind.settings,
        fields,
        {**settings, **found.settings, "title": found.title},
        seen=drafts.draft_mark(),
        keeps_pictures=not is_preview(),
    )
    here = url_for("console.block", block_id=block_id)
    return edited(
        form,
        change=lambda: edits.set_block(document, block_id, form.values.get("title", "")[:LONGEST_TITLE], form.data),
        page=lambda **context: studio_page(
            "console/block.html", block=found, kind=kind, form=form, fields=fields, **context
        ),
        saved=lambda: here if form.has_step else url_for("console.blocks"),
    )

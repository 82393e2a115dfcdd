"""The home page's blocks: each choice of the document with the data its provider gives."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import structlog
from flask import current_app
from flask_babel import lazy_gettext
from markupsafe import Markup
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.core.modules import Block, Entry, Item, Text, load_provider
from app.core.places import path_to
from app.core.platform import platform
from app.core.rich_text import LONGEST, clean_html, html_of
from tenants.database import db
from tenants.revisions import BlockChoice, RevisionDocument

LONGEST_TITLE = 60
INSIDE = r"/(?![/\\])[^\s\\]*"
OUTSIDE = r"https://[^\s/\\]+[^\s\\]*"
log = structlog.get_logger()


def _(words: str) -> str:
    """Words in the reader's language, found when they are shown; marshmallow's types ask for plain text."""
    return lazy_gettext(words)  # type: ignore[return-value]


class BannerSlide(Schema):
    """A banner's picture: its title and where it leads inside the zone."""

    file = fields.String(
        required=True,
        validate=validate.Regexp(r"[0-9a-f-]{36}\Z"),
        error_messages={"required": _("Choose a picture.")},
        metadata={
            "label": _("Picture"),
            "hint": _("Wide pictures look best, for example 1500 by 600 pixels."),
            "picture": True,
        },
    )
    title = fields.String(load_default="", validate=validate.Length(max=LONGEST_TITLE), metadata={"label": _("Title")})
    href = fields.String(
        load_default="",
        validate=validate.Regexp(f"({INSIDE})?\\Z", error=_("Enter a page of this zone; its address starts with /.")),
        metadata={"label": _("Link"), "hint": _("A page of this zone, such as /news/.")},
    )


class BannerSettings(Schema):
    """Pictures that slide."""

    slides = fields.List(
        fields.Nested(BannerSlide),
        load_default=list,
        validate=validate.Length(max=5),
        metadata={"label": _("Pictures"), "add": _("Add a picture")},
    )


class QuickEntry(Schema):
    """A quick entry: a module's own by its endpoint, or a link with a title."""

    entry = fields.String(
        load_default="",
        validate=validate.Length(max=80),
        metadata={"label": _("Leads to"), "choices": "app.site.blocks:entry_choices"},
    )
    title = fields.String(
        load_default="",
        validate=validate.Length(max=12),
        metadata={"label": _("Title"), "hint": _("Empty: the usual title.")},
    )
    href = fields.String(
        load_default="",
        validate=validate.Regexp(
            f"({INSIDE}|{OUTSIDE})?\\Z",
            error=_("Enter a page of this zone that starts with /, or an address with https://."),
        ),
        metadata={"label": _("Address of an own link")},
    )

    @validates_schema
    def _check(self, data: dict[str, Any], **_rest: Any) -> None:
        if data["entry"]:
            return
        missing = {name: [_("An own link needs this.")] for name in ("title", "href") if not data[name]}
        if missing:
            raise ValidationError(missing)


class QuickEntriesSettings(Schema):
    """Which entries, in their order; none chosen shows those of every module that is on."""

    entries = fields.List(
        fields.Nested(QuickEntry),
        load_default=list,
        validate=validate.Length(max=20),
        metadata={
            "label": _("Entries"),
            "hint": _("While nothing is listed here, the entries of all modules are shown."),
            "add": _("Add an entry"),
        },
    )


def _fits(typed: str) -> None:
    if len(html_of(typed)) > LONGEST:
        raise ValidationError(_("The text is too long."))


class RichTextSettings(Schema):
    """A passage of the zone's own, as typed: HTML or Markdown."""

    text = fields.String(
        load_default="",
        validate=[validate.Length(max=20_000), _fits],
        metadata={
            "label": _("Text"),
            "hint": _(
                "Markdown or simple HTML: a line with ## is a heading, - begins a list item, **two stars** make bold."
            ),
            "long": True,
        },
    )


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block ready for its template; `type` names the template."""

    id: str
    type: str
    title: str
    settings: dict[str, Any]
    data: dict[str, Any]


def banner(settings: dict[str, Any]) -> dict[str, Any]:
    return {
        "slides": [Item(slide["title"], slide["href"], image=f"/files/{slide['file']}") for slide in settings["slides"]]
    }


def rich_text(settings: dict[str, Any]) -> dict[str, Any]:
    return {"html": _rendered(settings["text"])}


def module_entries(document: RevisionDocument) -> dict[str, Entry]:
    """The ways into the modules that are on, by endpoint."""
    return {
        entry.endpoint: entry for module in platform().modules if document.uses(module.slug) for entry in module.entries
    }


def entry_choices(document: RevisionDocument) -> list[tuple[str, Text]]:
    """What a quick entry may lead to."""
    return [("", _("An own link")), *((key, entry.title) for key, entry in module_entries(document).items())]


def quick_entries(document: RevisionDocument) -> dict[str, Any]:
    """The entries of every module that is on."""
    return {"entries": [_own_entry(entry) for entry in module_entries(document).values()]}


def chosen_entries(settings: dict[str, Any], document: RevisionDocument) -> dict[str, Any]:
    """The entries a zone has chosen; those of modules that are off are left out."""
    if not settings["entries"]:
        return quick_entries(document)
    known = module_entries(document)
    return {"entries": list(_chosen(settings["entries"], known))}


def _chosen(rows: list[dict[str, Any]], known: dict[str, Entry]) -> Iterator[Item]:
    for row in rows:
        if not row["entry"]:
            yield Item(row["title"], row["href"], icon="link")
        elif row["entry"] in known:
            yield _own_entry(known[row["entry"]], row["title"])


def _own_entry(entry: Entry, title: str = "") -> Item:
    return Item(title or str(entry.title), path_to(entry.endpoint), icon=entry.icon)


CORE_BLOCKS = {
    block.type: block
    for block in (
        Block("banner", _("Banner"), "app.site.blocks:banner", BannerSettings, "banner", "layout", has_heading=False),
        Block("quick_entries", _("Quick entries"), "", QuickEntriesSettings, "quick_entries", "apps", has_heading=False),
        Block("rich_text", _("Text"), "app.site.blocks:rich_text", RichTextSettings, "rich_text", "edit", has_heading=False),
    )
}  # fmt: skip


def available_blocks(document: RevisionDocument) -> dict[str, Block]:
    """The block types a zone with this document may place."""
    own = {block.type: block for module in platform().modules if document.uses(module.slug) for block in module.blocks}
    return CORE_BLOCKS | own


def shown_blocks(document: RevisionDocument) -> list[ShownBlock]:
    """The blocks of the page in order; those of modules that are off are left out, and those that fail."""
    available = available_blocks(document)
    chosen = [choice for choice in document.blocks if choice.type in available]
    shown = [_show_if_possible(choice, available[choice.type], document) for choice in chosen]
    return [block for block in shown if block is not None]


def _show_if_possible(choice: BlockChoice, block: Block, document: RevisionDocument) -> ShownBlock | None:
    """A block of one module must not take the whole home page down; in tests it does, so that defects are seen."""
    try:
        return _show(choice, block, document)
    except Exception:
        if current_app.testing:
            raise
        log.exception("block left out", block=choice.id, type=choice.type)
        db.session.rollback()  # what failed in the database would fail every block after it
        return None


def _show(choice: BlockChoice, block: Block, document: RevisionDocument) -> ShownBlock:
    settings: Any = document.derive(("block", choice.id), lambda: block.settings().load(dict(choice.settings)))
    is_quick = block.type == "quick_entries"
    data = chosen_entries(settings, document) if is_quick else load_provider(block.provider)(settings)
    title = choice.title or (str(block.title) if block.has_heading else "")
    return ShownBlock(choice.id, block.template, title, settings, data)


@lru_cache(maxsize=256)
def _rendered(typed: str) -> Markup:
    """Cleaning 20 kB takes a millisecond; a zone's passages stay the same for weeks."""
    return Markup(clean_html(html_of(typed)))  # noqa: S704 (just cleaned)

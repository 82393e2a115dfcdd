"""The home page's blocks: each choice of the document with the data its provider gives."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext
from markupsafe import Markup
from marshmallow import Schema, fields, validate

from app.core.modules import Block, load_provider
from app.core.platform import platform
from app.core.rich_text import clean_html
from tenants.revisions import BlockChoice, RevisionDocument


class BannerSettings(Schema):
    """Pictures that slide: up to five, each with a title and a link inside the zone."""

    slides = fields.List(fields.Dict(), load_default=list, validate=validate.Length(max=5))


class RichTextSettings(Schema):
    """A passage of the zone's own."""

    html = fields.String(load_default="", validate=validate.Length(max=20_000))


class NoSettings(Schema):
    """A block that needs none."""


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block ready for its template; `type` names the template."""

    id: str
    type: str
    title: str
    settings: dict[str, Any]
    data: dict[str, Any]


def banner(settings: dict[str, Any]) -> dict[str, Any]:
    slides = [
        {"title": slide.get("title", ""), "href": slide.get("href", ""), "image": f"/files/{slide['file']}" if slide.get("file") else slide.get("image", "")}
        for slide in settings["slides"]
    ]  # fmt: skip
    return {"slides": slides}


def rich_text(settings: dict[str, Any]) -> dict[str, Any]:
    return {"html": _clean(settings["html"])}


def quick_entries(document: RevisionDocument) -> dict[str, Any]:
    entries = [
        {"title": entry.title, "href": url_for(entry.endpoint), "icon": entry.icon}
        for module in platform().modules
        if document.uses(module.slug)
        for entry in module.entries
    ]
    return {"entries": entries}


CORE_BLOCKS = {
    block.type: block
    for block in (
        Block("banner", lazy_gettext("Banner"), "app.site.blocks:banner", BannerSettings, "banner", "layout"),
        Block("quick_entries", lazy_gettext("Quick entries"), "", NoSettings, "quick_entries", "apps"),
        Block("rich_text", lazy_gettext("Text"), "app.site.blocks:rich_text", RichTextSettings, "rich_text", "edit"),
    )
}


def available_blocks(document: RevisionDocument) -> dict[str, Block]:
    """The block types a zone with this document may place."""
    own = {block.type: block for module in platform().modules if document.uses(module.slug) for block in module.blocks}
    return CORE_BLOCKS | own


def shown_blocks(document: RevisionDocument) -> list[ShownBlock]:
    """The blocks of the page in order; those of modules that are off are left out."""
    available = available_blocks(document)
    return [_show(choice, available[choice.type], document) for choice in document.blocks if choice.type in available]


def _show(choice: BlockChoice, block: Block, document: RevisionDocument) -> ShownBlock:
    settings: Any = _schema(block.settings).load(dict(choice.settings))
    data = quick_entries(document) if block.type == "quick_entries" else load_provider(block.provider)(settings)
    return ShownBlock(choice.id, block.template, choice.title or str(block.title), settings, data)


@lru_cache(maxsize=256)
def _schema(kind: type[Schema]) -> Schema:
    return kind()


@lru_cache(maxsize=256)
def _clean(html: str) -> Markup:
    """Cleaning 20 kB takes a millisecond; a zone's passages stay the same for weeks."""
    return Markup(clean_html(html))  # noqa: S704 (just cleaned)

"""Changes to a zone's document, one a function: each takes a document and gives the changed one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.core.errors import NotFound
from app.site.blocks import available_blocks
from tenants.ids import uuid7
from tenants.revisions import BlockChoice, ModuleChoice, RevisionDocument


def switch_module(
    document: RevisionDocument, slug: str, enabled: bool, settings: Mapping[str, Any]
) -> RevisionDocument:
    """The document with one module switched and configured."""
    return replace(document, modules={**document.modules, slug: ModuleChoice(enabled, dict(settings))})


def add_block(document: RevisionDocument, block_type: str) -> RevisionDocument:
    block = available_blocks(document).get(block_type)
    if block is None:
        raise NotFound
    settings: Any = block.settings().load({})
    added = BlockChoice(id=f"b{uuid7().hex[-8:]}", type=block_type, settings=settings)
    return replace(document, blocks=(*document.blocks, added))


def move_block(document: RevisionDocument, block_id: str, step: int) -> RevisionDocument:
    """The document with one block moved up (-1) or down (+1)."""
    blocks = list(document.blocks)
    here = _position(document, block_id)
    there = min(max(here + step, 0), len(blocks) - 1)
    blocks.insert(there, blocks.pop(here))
    return replace(document, blocks=tuple(blocks))


def remove_block(document: RevisionDocument, block_id: str) -> RevisionDocument:
    here = _position(document, block_id)
    return replace(document, blocks=document.blocks[:here] + document.blocks[here + 1 :])


def set_block(document: RevisionDocument, block_id: str, title: str, settings: Mapping[str, Any]) -> RevisionDocument:
    here = _position(document, block_id)
    changed = replace(document.blocks[here], title=title, settings=dict(settings))
    return replace(document, blocks=(*document.blocks[:here], changed, *document.blocks[here + 1 :]))


def _position(document: RevisionDocument, block_id: str) -> int:
    for position, block in enumerate(document.blocks):
        if block.id == block_id:
            return position
    raise NotFound

"""The draft of a zone's next revision: edited in parts, previewed, published, rolled back. Staff plane."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from marshmallow import ValidationError
from sqlalchemy import func, select, update

from app.console.errors import DraftOutdated, DraftRefused
from app.console.locks import with_locks
from app.core import audit
from app.core.clock import now
from app.core.errors import NotFound
from app.core.platform import platform
from app.core.theming import themes
from app.site.blocks import available_blocks
from app.site.look import TokenError, check_token
from tenants.changes import announce
from tenants.context import current_actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.models import Zone, ZoneRevision
from tenants.registry import ZONE_CHANGED
from tenants.revisions import BlockChoice, ModuleChoice, RevisionDocument, published_document

PREVIEW = "zone preview"
PREVIEW_LASTS = timedelta(hours=24)
MOST_BLOCKS = 20


def find_draft() -> ZoneRevision | None:
    return db.session.execute(select(ZoneRevision).where(ZoneRevision.status == "draft")).scalar_one_or_none()


def draft_document() -> RevisionDocument:
    """What the studio shows: the draft, or the published document where there is no draft."""
    draft = find_draft()
    return RevisionDocument.from_json(draft.document) if draft else published_document(current_zone())


def save_draft(document: RevisionDocument, *, seen: str) -> ZoneRevision:
    """Keep `document`, with what is fixed from above, as the draft. `seen` is `draft_mark()` as the editor saw it.

    Raises `DraftOutdated` when somebody saved in between, `DraftRefused` when a value is not allowed.
    """
    document = with_locks(document)
    check_document(document)
    draft = find_draft()
    if seen != draft_mark():
        raise DraftOutdated
    if draft is None:
        draft = ZoneRevision(
            id=uuid7(), number=_next_number(), status="draft", based_on=current_zone().revision_id,
            author_id=current_actor().account_id, document=document.to_json(),
        )  # fmt: skip
        db.session.add(draft)
    draft.document = document.to_json()
    draft.updated_at = now()
    db.session.flush()
    return draft


def draft_mark() -> str:
    """Which state of the draft an editor has before them."""
    draft = find_draft()
    return f"{draft.id}:{draft.updated_at.isoformat()}" if draft else f"published:{current_zone().revision_id}"


def check_document(document: RevisionDocument) -> None:
    """Raise `DraftRefused` for a theme, token, module, block or setting that is not allowed here."""
    theme = themes().get(document.theme)
    if theme is None:
        raise DraftRefused(_("There is no such theme."), field="theme")
    for name, value in document.tokens.items():
        if name in theme.tokens:
            try:
                check_token(theme, name, value)
            except TokenError as fault:
                raise DraftRefused(_("This value can't be used: %(fault)s", fault=fault.fault), field=name) from fault
    _check_modules(document)
    _check_blocks(document)


def _check_modules(document: RevisionDocument) -> None:
    known = platform().modules
    for slug, choice in document.modules.items():
        module = known.get(slug)
        if module is None or not choice.enabled:
            continue
        for needed in module.requires:
            if not document.uses(needed):
                raise DraftRefused(
                    _(
                        "%(module)s needs %(needed)s: switch that on too.",
                        module=module.title,
                        needed=known[needed].title,
                    ),
                    field=slug,
                )


def _check_blocks(document: RevisionDocument) -> None:
    available = available_blocks(document)
    if len(document.blocks) > MOST_BLOCKS:
        raise DraftRefused(_("A home page has at most %(most)s blocks.", most=MOST_BLOCKS))
    for block in document.blocks:
        if block.type in available:
            try:
                available[block.type].settings().load(dict(block.settings))
            except ValidationError as fault:
                raise DraftRefused(_("A block's settings can't be used."), field=block.id) from fault


def publish_draft(note: str = "") -> ZoneRevision:
    """Make the draft what everybody sees, within a second, on every process; raises `NotFound` without a draft."""
    draft = find_draft()
    if draft is None:
        raise NotFound
    document = with_locks(RevisionDocument.from_json(draft.document))
    check_document(document)
    draft.document = document.to_json()
    _put_in_force(draft, note)
    audit.record("zone.published", object_type="revision", object_id=draft.id, number=draft.number)
    return draft


def discard_draft() -> None:
    draft = find_draft()
    if draft is None:
        raise NotFound
    draft.status = "discarded"
    audit.record("zone.draft-discarded", object_type="revision", object_id=draft.id)


def roll_back(revision_id: UUID) -> ZoneRevision:
    """Publish an earlier revision's document again, as a new revision; the draft stays."""
    earlier = db.session.get(ZoneRevision, (current_zone().id, revision_id))
    if earlier is None or earlier.status != "superseded":
        raise NotFound
    document = with_locks(RevisionDocument.from_json(earlier.document))
    check_document(document)
    revision = ZoneRevision(
        id=uuid7(), number=_next_number(), status="discarded", based_on=earlier.id, document=document.to_json(),
        author_id=current_actor().account_id,
    )  # fmt: skip
    db.session.add(revision)
    db.session.flush()
    _put_in_force(revision, f"↩ {earlier.number}")
    audit.record("zone.rolled-back", object_type="revision", object_id=revision.id, to=earlier.number)
    return revision


def _put_in_force(revision: ZoneRevision, note: str) -> None:
    zone_id = current_zone().id
    db.session.execute(update(ZoneRevision).where(ZoneRevision.status == "published").values(status="superseded"))
    revision.status = "published"
    revision.published_at = now()
    revision.note = note
    db.session.flush()
    db.session.execute(update(Zone).where(Zone.id == zone_id).values(published_revision_id=revision.id))
    announce(ZONE_CHANGED, zone_id)


def list_revisions(limit: int = 30) -> list[ZoneRevision]:
    """Published and former revisions, newest first."""
    query = select(ZoneRevision).where(ZoneRevision.status.in_(("published", "superseded")))
    return list(db.session.scalars(query.order_by(ZoneRevision.number.desc()).limit(limit)))


def preview_token(draft: ZoneRevision) -> str:
    """A signed link to the draft as it is, for those who are asked for their opinion."""
    return platform().signer.sign(
        {"zone": str(draft.zone_id), "draft": str(draft.id)}, PREVIEW, expires_in=PREVIEW_LASTS
    )


def _next_number() -> int:
    return (db.session.execute(select(func.max(ZoneRevision.number))).scalar() or 0) + 1


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

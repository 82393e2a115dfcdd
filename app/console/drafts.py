"""The draft of a zone's next revision: edited in parts, previewed, published, rolled back. Staff plane."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from flask_babel import lazy_gettext as _
from flask_babel import lazy_ngettext as ngettext
from marshmallow import ValidationError
from sqlalchemy import func, select, update

from app.console.errors import DraftRefused
from app.console.locks import with_locks
from app.core import audit
from app.core.clock import now
from app.core.errors import NotFound
from app.core.modules import load_provider
from app.core.platform import platform
from app.core.seen import require_seen
from app.core.theming import Theme, themes
from app.site.blocks import available_blocks
from app.site.look import LEAST_CONTRAST, TokenError, check_token, own_tokens, unreadable
from tenants.changes import announce
from tenants.context import current_actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.models import Zone, ZoneRevision
from tenants.registry import ZONE_CHANGED
from tenants.revisions import RevisionDocument, published_document

MOST_BLOCKS = 20
PAGE = 20
IN_FORCE = ("published", "superseded")
PUBLISHED, ROLLED_BACK = "zone.published", "zone.rolled-back"


def find_draft() -> ZoneRevision | None:
    query = select(ZoneRevision).where(ZoneRevision.status == "draft").execution_options(populate_existing=True)
    return db.session.execute(query).scalar_one_or_none()


def draft_document() -> RevisionDocument:
    """What the studio shows, with what is fixed from above: the draft, or the published document where there is none."""
    draft = find_draft()
    return with_locks(RevisionDocument.from_json(draft.document) if draft else published_document(current_zone()))


def save_draft(document: RevisionDocument, *, seen: str) -> ZoneRevision:
    """Keep `document`, with what is fixed from above, as the draft. `seen` is `draft_mark()` as the editor saw it.

    Raises `ChangedMeanwhile` when somebody saved in between, `DraftRefused` when a value is not allowed.
    """
    document = allowed(document)
    _wait_for_other_editors()
    draft = find_draft()
    require_seen(seen, draft_mark())
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


def _wait_for_other_editors() -> None:
    """One draft is saved, published or put back at a time: the second editor sees what the first one did."""
    db.session.execute(select(Zone.id).where(Zone.id == current_zone().id).with_for_update(key_share=True))


def allowed(document: RevisionDocument) -> RevisionDocument:
    """The document as it may be saved: with what is fixed from above, without tokens that say what the theme says.

    Raises `DraftRefused` for a theme, token, module, block or setting that is not allowed here.
    """
    document = with_locks(document)
    theme = themes().get(document.theme)
    if theme is None:
        raise DraftRefused(_("There is no such theme."), field="theme")
    document = replace(document, tokens=own_tokens(theme, document.tokens))
    _check_look(theme, document)
    _check_modules(document)
    _check_blocks(document)
    return document


def _check_look(theme: Theme, document: RevisionDocument) -> None:
    for name, value in document.tokens.items():
        try:
            check_token(theme, name, value)
        except TokenError as fault:
            raise DraftRefused(_("This value can't be used: %(fault)s", fault=fault.fault), field=name) from fault
    for pair in unreadable(document):
        raise DraftRefused(
            _(
                "“%(text)s” can't be read on “%(ground)s”: their contrast is %(ratio)s, at least %(least)s is needed.",
                text=pair.text, ground=pair.ground, ratio=f"{pair.ratio:.1f}", least=LEAST_CONTRAST,
            ),
            field=pair.name,
        )  # fmt: skip


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
    """Make the draft what everybody sees, within a second, on every process; raises `NotFound` without a draft, `DraftRefused`."""
    _wait_for_other_editors()
    draft = find_draft()
    if draft is None:
        raise NotFound
    draft.document = allowed(RevisionDocument.from_json(draft.document)).to_json()
    _put_in_force(draft, note)
    audit.record(PUBLISHED, object_type="revision", object_id=draft.id, number=draft.number)
    return draft


def discard_draft() -> None:
    draft = find_draft()
    if draft is None:
        raise NotFound
    draft.status = "discarded"
    audit.record("zone.draft-discarded", object_type="revision", object_id=draft.id)


def roll_back(revision_id: UUID) -> ZoneRevision:
    """Publish an earlier revision's document again, as a new revision; the draft stays."""
    _wait_for_other_editors()
    earlier = find_revision(revision_id)
    if earlier.status != "superseded":
        raise NotFound
    document = allowed(RevisionDocument.from_json(earlier.document))
    revision = ZoneRevision(
        id=uuid7(), number=_next_number(), based_on=earlier.id, document=document.to_json(),
        author_id=current_actor().account_id,
    )  # fmt: skip
    _put_in_force(revision, f"↩ {earlier.number}")
    audit.record(ROLLED_BACK, object_type="revision", object_id=revision.id, to=earlier.number)
    return revision


def _put_in_force(revision: ZoneRevision, note: str) -> None:
    zone_id = current_zone().id
    _require_finished(published_document(current_zone()), RevisionDocument.from_json(revision.document))
    db.session.execute(update(ZoneRevision).where(ZoneRevision.status == "published").values(status="superseded"))
    revision.status = "published"
    revision.published_at = now()
    revision.note = note
    db.session.add(revision)
    db.session.flush()
    db.session.execute(update(Zone).where(Zone.id == zone_id).values(published_revision_id=revision.id))
    announce(ZONE_CHANGED, zone_id)


def _require_finished(before: RevisionDocument, after: RevisionDocument) -> None:
    """No module vanishes while people wait for something in it; raises `DraftRefused`."""
    for module in platform().modules:
        if module.unfinished and before.uses(module.slug) and not after.uses(module.slug):
            count = load_provider(module.unfinished)()
            if count:
                raise DraftRefused(
                    ngettext(
                        "%(module)s can't be switched off: somebody still waits for an answer there. "
                        "Take no new ones in its settings, and answer this one first.",
                        "%(module)s can't be switched off: %(num)d people still wait for an answer there. "
                        "Take no new ones in its settings, and answer these first.",
                        count,
                        module=module.title,
                    ),
                    field=module.slug,
                )


def list_revisions(before: int | None = None) -> list[ZoneRevision]:
    """Published and former revisions, newest first, from the one before number `before`; one more than a page."""
    query = select(ZoneRevision).where(ZoneRevision.status.in_(IN_FORCE))
    if before is not None:
        query = query.where(ZoneRevision.number < before)
    return list(db.session.scalars(query.order_by(ZoneRevision.number.desc()).limit(PAGE + 1)))


def find_revision(revision_id: UUID) -> ZoneRevision:
    """A revision that is or was in force; raises `NotFound`."""
    revision = db.session.get(ZoneRevision, (current_zone().id, revision_id))
    if revision is None or revision.status not in IN_FORCE:
        raise NotFound
    return revision


def publishers(revisions: Iterable[ZoneRevision]) -> dict[UUID, str]:
    """Who put each revision in force, as the audit trail has it; those set up with the zone are nobody's."""
    ids = [str(revision.id) for revision in revisions]
    query = select(audit.AuditEntry.object_id, audit.AuditEntry.actor_name).where(
        audit.AuditEntry.zone_id == current_zone().id,
        audit.AuditEntry.action.in_((PUBLISHED, ROLLED_BACK)),
        audit.AuditEntry.object_id.in_(ids),
    )
    return {UUID(row.object_id): row.actor_name for row in db.session.execute(query)}


def _next_number() -> int:
    return (db.session.execute(select(func.max(ZoneRevision.number))).scalar() or 0) + 1

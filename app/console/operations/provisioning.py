"""Making a zone: request, first revision, each module's beginning, opening. Every step may be repeated."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.console.errors import refusals_in_words
from app.console.locks import with_locks
from app.core import audit
from app.core.clock import now
from app.core.errors import NotFound
from app.core.modules import Module, load_provider
from app.core.platform import platform
from app.unions.models import Union
from tenants import lifecycle
from tenants.changes import announce
from tenants.context import Actor, Plane, ZoneFacts, ZoneState, scope
from tenants.database import db
from tenants.errors import LifecycleError
from tenants.models import Zone, ZoneRevision
from tenants.registry import ZONE_CHANGED
from tenants.revisions import BlockChoice, RevisionDocument, published_document
from tenants.starters import DEFAULT_PRESET, presets


def request_zone(*, slug: str, union_id: UUID, name: str | None = None, preset: str | None = None) -> Zone:
    """Note that a union shall have a zone, or find the one it has. Without a name it is the union's.

    Raises `ZoneRefused` for a slug, name, union or preset that can't be used, and for a zone that is there otherwise.
    """
    union = db.session.get(Union, union_id)
    if union is None or union.status != "active":
        raise NotFound
    existing = lifecycle.zone_of_union(union_id)
    name = name or (existing.name if existing else union.name)
    preset = preset or (existing.preset if existing else DEFAULT_PRESET)
    with refusals_in_words():
        zone, is_new = lifecycle.request_zone(
            slug=slug, name=name, union_id=union.id, union_path=union.path, preset=preset
        )
    if is_new:
        audit.record(
            "zones.requested", object_type="zone", object_id=zone.id, zone_id=zone.id, slug=slug, preset=preset
        )
    return zone


def provision_zone_in_steps(
    actor: Actor, *, slug: str, union_id: UUID, name: str | None = None, preset: str | None = None
) -> Zone:
    """Make a zone for a union and open it; may be called again after a crash, and goes on where it stopped.

    Raises like `request_zone`.
    """
    zone = request_zone(slug=slug, union_id=union_id, name=name, preset=preset)
    db.session.commit()
    return finish_zone_in_steps(actor, zone.id)


def finish_zone_in_steps(actor: Actor, zone_id: UUID) -> Zone:
    """Do the steps of provisioning that are still to be done, and open the zone if they were the last."""
    with refusals_in_words():
        lifecycle.provision_in_steps(zone_id, _steps(actor))
    zone = lifecycle.lock_zone(zone_id)
    if zone.state == ZoneState.PROVISIONING:
        lifecycle.move(zone, ZoneState.ACTIVE)
        audit.record("zones.provisioned", object_type="zone", object_id=zone.id, zone_id=zone.id, slug=zone.slug)
    db.session.commit()
    platform().registry.forget()
    return zone


def _steps(actor: Actor) -> dict[str, Callable[[UUID], None]]:
    """The steps of provisioning by name: the first revision, then each module's own beginning."""
    steps: dict[str, Callable[[UUID], None]] = {"revision": lambda zone_id: _publish_start(zone_id, actor)}
    for module in platform().modules:
        if module.provision:
            steps[f"module:{module.slug}"] = lambda zone_id, module=module: _provision_module(zone_id, module, actor)
    return steps


def _facts(zone_id: UUID) -> ZoneFacts:
    platform().registry.forget()
    facts = platform().registry.by_id(zone_id)
    if facts is None:
        raise NotFound
    return facts


def _publish_start(zone_id: UUID, actor: Actor) -> None:
    """The first revision: the starter zone's document, with what the unions above have fixed."""
    start = _starting_document(lifecycle.find_zone(zone_id))
    facts = _facts(zone_id)
    db.session.commit()
    with scope(Plane.CITY, zone=facts, actor=actor, reason="provisioning"):
        lifecycle.one_at_a_time(zone_id)
        revision = db.session.execute(select(ZoneRevision).where(ZoneRevision.number == 1)).scalar_one_or_none()
        if revision is None:
            revision = ZoneRevision(
                number=1, status="published", document=with_locks(start).to_json(), published_at=now(),
                author_id=actor.account_id,
            )  # fmt: skip
            db.session.add(revision)
            db.session.flush()
            lifecycle.find_zone(zone_id).published_revision_id = revision.id
            announce(ZONE_CHANGED, zone_id)
        db.session.commit()


def _starting_document(zone: Zone) -> RevisionDocument:
    preset = presets()[zone.preset]
    if not preset.like_above:
        return preset_document(zone.preset)
    above = lifecycle.zone_above(zone.union_path)
    facts = _facts(above.id) if above else None
    db.session.commit()
    if facts is None:
        raise LifecycleError("no-zone-above", "preset")
    with scope(Plane.CITY, zone=facts, reason="provisioning"):
        document = published_document(facts)
        db.session.commit()
    return _without_pictures(document)


def _without_pictures(document: RevisionDocument) -> RevisionDocument:
    """A document that another zone may use: files belong to the zone that uploaded them."""
    return replace(document, logo="", blocks=tuple(_without_slides(block) for block in document.blocks))


def _without_slides(block: BlockChoice) -> BlockChoice:
    kept = {name: value for name, value in block.settings.items() if name != "slides"}
    return replace(block, settings=kept)


def preset_document(slug: str) -> RevisionDocument:
    """A starter zone's document, with the modules this installation has and their default settings."""
    known = platform().modules
    source: dict[str, Any] = dict(presets()[slug].document)
    source["modules"] = {
        name: {"enabled": choice["enabled"], "settings": known[name].default_settings() | choice.get("settings", {})}
        for name, choice in source.get("modules", {}).items()
        if name in known
    }
    return RevisionDocument.from_json(source)


def _provision_module(zone_id: UUID, module: Module, actor: Actor) -> None:
    facts = _facts(zone_id)
    db.session.commit()
    with scope(Plane.WORKER, zone=facts, actor=actor):
        lifecycle.one_at_a_time(zone_id)
        load_provider(module.provision)()
        db.session.commit()

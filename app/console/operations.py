"""Zones as the city union runs them: provisioning, states, names, domains; each deed audited. City plane."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.console.domain_proofs import published_proofs
from app.console.errors import ZoneRefused
from app.core import audit
from app.core.clock import now
from app.core.errors import NotFound
from app.core.modules import Module, load_provider
from app.core.platform import platform
from app.identity.operations import grant_role
from app.unions.models import Union
from tenants import lifecycle
from tenants.changes import announce
from tenants.context import Actor, Plane, ZoneFacts, ZoneState, scope
from tenants.database import db
from tenants.errors import LifecycleError
from tenants.models import Zone, ZoneDomain, ZoneRevision
from tenants.registry import ZONE_CHANGED
from tenants.revisions import RevisionDocument

ADMINISTRATOR = "zone_admin"


@contextmanager
def _refusals() -> Iterator[None]:
    """The tenancy layer's refusals as errors people can read."""
    try:
        yield
    except LifecycleError as refusal:
        raise ZoneRefused(refusal) from refusal


def provision_zone_in_steps(actor: Actor, *, slug: str, name: str, union_id: UUID, preset: str = "county") -> Zone:
    """Make a zone for a union and open it; may be called again after a crash, and goes on where it stopped.

    Raises `ZoneRefused` for a slug, name, union or preset that can't be used.
    """
    union = db.session.get(Union, union_id)
    if union is None:
        raise NotFound
    with _refusals():
        zone = lifecycle.request_zone(slug=slug, name=name, union_id=union.id, union_path=union.path, preset=preset)
    if zone.state == ZoneState.REQUESTED:
        audit.record(
            "zones.requested", object_type="zone", object_id=zone.id, zone_id=zone.id, slug=slug, preset=preset
        )
    db.session.commit()
    zone = lifecycle.provision_in_steps(zone.id, _steps(actor))
    audit.record("zones.provisioned", object_type="zone", object_id=zone.id, zone_id=zone.id, slug=zone.slug)
    db.session.commit()
    platform().registry.forget()
    return zone


def _steps(actor: Actor) -> dict[str, Callable[[UUID], None]]:
    """The steps of provisioning by name: the first revision, then each module's own beginning."""
    steps: dict[str, Callable[[UUID], None]] = {"revision": lambda zone_id: _publish_preset(zone_id, actor)}
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


def _publish_preset(zone_id: UUID, actor: Actor) -> None:
    zone = lifecycle.find_zone(zone_id)
    document = preset_document(zone.preset)
    facts = _facts(zone_id)
    db.session.commit()
    with scope(Plane.CITY, zone=facts, actor=actor, reason="provisioning"):
        revision = db.session.execute(select(ZoneRevision).where(ZoneRevision.number == 1)).scalar_one_or_none()
        if revision is None:
            revision = ZoneRevision(
                number=1,
                status="published",
                document=document.to_json(),
                published_at=now(),
                author_id=actor.account_id,
            )
            db.session.add(revision)
            db.session.flush()
        lifecycle.find_zone(zone_id).published_revision_id = revision.id
        announce(ZONE_CHANGED, zone_id)
        db.session.commit()


def preset_document(slug: str) -> RevisionDocument:
    """A starter zone's document, with the modules this installation has and their default settings."""
    known = platform().modules
    source: dict[str, Any] = dict(lifecycle.presets()[slug].document)
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
        load_provider(module.provision)()
        db.session.commit()


def appoint_administrator(actor: Actor, zone_id: UUID, account_id: UUID) -> None:
    """Give an account the role of administrator in the zone."""
    zone = get_zone(zone_id)
    grant_role(actor, account_id, ADMINISTRATOR, zone.union_id)
    audit.record("zones.appointed", object_type="account", object_id=account_id, zone_id=zone.id)


def change_state(zone_id: UUID, state: ZoneState, reason: str) -> Zone:
    """Suspend, resume, archive, …; a reason is asked for and kept."""
    zone = get_zone(zone_id)
    before = zone.state
    with _refusals():
        lifecycle.move(zone, state, reason)
    audit.record("zones.state-changed", object_type="zone", object_id=zone.id, zone_id=zone.id, before=before,
                 after=state.value, why=reason)  # fmt: skip
    return zone


def rename_zone(zone_id: UUID, *, slug: str | None = None, name: str | None = None) -> Zone:
    """Change slug or name; the old slug redirects."""
    zone = get_zone(zone_id)
    before = {"slug": zone.slug, "name": zone.name}
    with _refusals():
        lifecycle.rename(zone, slug=slug, name=name)
    audit.record("zones.renamed", object_type="zone", object_id=zone.id, zone_id=zone.id, before=before,
                 after={"slug": zone.slug, "name": zone.name})  # fmt: skip
    return zone


def add_domain(zone_id: UUID, domain: str) -> ZoneDomain:
    zone = get_zone(zone_id)
    with _refusals():
        noted = lifecycle.add_domain(zone, domain, platform().settings.base_domain)
    audit.record("zones.domain-added", object_type="zone", object_id=zone.id, zone_id=zone.id, domain=noted.domain)
    return noted


def verify_domain(zone_id: UUID, domain: str) -> ZoneDomain:
    """Look for the proof in the domain's DNS and accept the domain; raises `ZoneRefused` while it is not there."""
    noted = _domain(zone_id, domain)
    with _refusals():
        lifecycle.verify_domain(noted, published_proofs(noted.domain))
    audit.record("zones.domain-verified", object_type="zone", object_id=zone_id, zone_id=zone_id, domain=domain)
    return noted


def remove_domain(zone_id: UUID, domain: str) -> None:
    lifecycle.remove_domain(_domain(zone_id, domain))
    audit.record("zones.domain-removed", object_type="zone", object_id=zone_id, zone_id=zone_id, domain=domain)


def get_zone(zone_id: UUID) -> Zone:
    zone = db.session.get(Zone, zone_id)
    if zone is None:
        raise NotFound
    return zone


def _domain(zone_id: UUID, domain: str) -> ZoneDomain:
    noted = db.session.get(ZoneDomain, domain.lower())
    if noted is None or noted.zone_id != zone_id:
        raise NotFound
    return noted

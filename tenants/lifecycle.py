"""The life of a zone: request, provision, rename, change of state, domains. Runs on the city plane; never commits
except where the name says `…_in_steps`.
"""

import secrets
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tenants.changes import announce
from tenants.context import ZoneState
from tenants.database import db
from tenants.errors import LifecycleError
from tenants.hosts import RESERVED_LABELS, SLUG, parse_host
from tenants.models import Zone, ZoneDomain, ZoneSlug
from tenants.paths import ancestors
from tenants.registry import ZONE_CHANGED

PRESETS = Path(__file__).parent / "presets"
QUARANTINE = timedelta(days=180)
S = ZoneState
TRANSITIONS: dict[ZoneState, frozenset[ZoneState]] = {
    S.REQUESTED: frozenset({S.PROVISIONING, S.TOMBSTONE}),
    S.PROVISIONING: frozenset({S.ACTIVE, S.TOMBSTONE}),
    S.ACTIVE: frozenset({S.READ_ONLY, S.SUSPENDED, S.ARCHIVED}),
    S.READ_ONLY: frozenset({S.ACTIVE, S.SUSPENDED, S.ARCHIVED}),
    S.SUSPENDED: frozenset({S.ACTIVE, S.READ_ONLY, S.ARCHIVED}),
    S.ARCHIVED: frozenset({S.ACTIVE, S.PENDING_DELETE}),
    S.PENDING_DELETE: frozenset({S.ARCHIVED, S.TOMBSTONE}),
    S.TOMBSTONE: frozenset(),
}


@dataclass(frozen=True, slots=True)
class Preset:
    """A starter zone: its first document and the words for it."""

    slug: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    document: Mapping[str, Any]


def presets() -> dict[str, Preset]:
    """Every starter zone by slug."""
    found = {}
    for path in sorted(PRESETS.glob("*.toml")):
        source = tomllib.loads(path.read_text())
        found[path.stem] = Preset(path.stem, source["title"], source["description"], source["document"])
    return found


def request_zone(*, slug: str, name: str, union_id: UUID, union_path: str, preset: str) -> Zone:
    """A new zone in state `requested`; asking again for the same union and slug gives the zone already there.

    Raises `LifecycleError`: `bad-slug`, `slug-taken`, `bad-name`, `union-has-zone`, `unknown-preset`.
    """
    existing = db.session.execute(select(Zone).where(Zone.union_id == union_id)).scalar_one_or_none()
    if existing is not None:
        if existing.slug == slug:
            return existing
        raise LifecycleError("union-has-zone", "union", slug=existing.slug)
    _check_slug(slug)
    if not name.strip() or len(name) > 60:
        raise LifecycleError("bad-name", "name")
    if preset not in presets():
        raise LifecycleError("unknown-preset", "preset", known=", ".join(presets()))
    zone = Zone(
        slug=slug, name=name.strip(), union_id=union_id, union_path=union_path, preset=preset,
        parent_id=_nearest_zone_above(union_path), state=S.REQUESTED.value, provisioned_steps=[],
    )  # fmt: skip
    db.session.add(zone)
    db.session.flush()
    _changed(zone)
    return zone


def provision_in_steps(zone_id: UUID, steps: Mapping[str, Callable[[UUID], None]]) -> Zone:
    """Run each step that has not run for this zone, committing after each, then open the zone.

    A step enters its own scope, and may be run again after a crash, so each must be idempotent.
    """
    zone = find_zone(zone_id)
    if zone.state == S.REQUESTED:
        move(zone, S.PROVISIONING)
        db.session.commit()
    for name, step in steps.items():
        if name in zone.provisioned_steps:
            continue
        step(zone_id)
        zone = find_zone(zone_id)
        zone.provisioned_steps = [*zone.provisioned_steps, name]
        db.session.commit()
    if zone.state == S.PROVISIONING:
        move(zone, S.ACTIVE)
        db.session.commit()
    return zone


def move(zone: Zone, state: ZoneState, reason: str = "") -> None:
    """Change a zone's state; raises `LifecycleError("no-such-transition")` for one the table does not have."""
    if state not in TRANSITIONS[ZoneState(zone.state)]:
        raise LifecycleError("no-such-transition", "state", present=zone.state, wanted=state.value)
    zone.state = state.value
    zone.state_reason = reason
    zone.state_changed_at = datetime.now(UTC)
    _changed(zone)


def rename(zone: Zone, *, slug: str | None = None, name: str | None = None) -> None:
    """Give a zone another slug, name or both; the old slug redirects, and nobody else gets it for `QUARANTINE`."""
    if name is not None:
        if not name.strip() or len(name) > 60:
            raise LifecycleError("bad-name", "name")
        zone.name = name.strip()
    if slug is not None and slug != zone.slug:
        _check_slug(slug, owner=zone.id)
        for former in db.session.execute(select(ZoneSlug).where(ZoneSlug.slug == slug)).scalars():
            db.session.delete(former)
        db.session.flush()
        db.session.merge(ZoneSlug(slug=zone.slug, zone_id=zone.id, quarantined_until=datetime.now(UTC) + QUARANTINE))
        zone.slug = slug
    _changed(zone)


def add_domain(zone: Zone, domain: str, base_domain: str) -> ZoneDomain:
    """Note a domain for a zone, with the proof its owner must publish; raises `LifecycleError`."""
    parsed = parse_host(domain, base_domain)
    if parsed is None or not parsed.domain or "." not in parsed.domain:
        raise LifecycleError("bad-domain", "domain")
    existing = db.session.get(ZoneDomain, parsed.domain)
    if existing is not None:
        if existing.zone_id != zone.id:
            raise LifecycleError("domain-taken", "domain")
        return existing
    noted = ZoneDomain(domain=parsed.domain, zone_id=zone.id, proof=f"unionhall-{secrets.token_hex(16)}")
    db.session.add(noted)
    db.session.flush()
    return noted


def verify_domain(noted: ZoneDomain, published_proofs: list[str]) -> None:
    """Accept a domain whose owner has published its proof; raises `LifecycleError("domain-unproven")`."""
    if noted.proof not in published_proofs:
        raise LifecycleError("domain-unproven", "domain", proof=noted.proof)
    noted.verified_at = datetime.now(UTC)
    announce(ZONE_CHANGED, noted.zone_id)


def remove_domain(noted: ZoneDomain) -> None:
    db.session.delete(noted)
    announce(ZONE_CHANGED, noted.zone_id)


def find_zone(zone_id: UUID) -> Zone:
    return db.session.execute(select(Zone).where(Zone.id == zone_id)).scalar_one()


def _check_slug(slug: str, owner: UUID | None = None) -> None:
    if not SLUG.fullmatch(slug) or slug in RESERVED_LABELS:
        raise LifecycleError("bad-slug", "slug")
    taken = db.session.execute(select(Zone.id).where(Zone.slug == slug)).scalar_one_or_none()
    former = db.session.execute(
        select(ZoneSlug.zone_id).where(ZoneSlug.slug == slug, ZoneSlug.quarantined_until > datetime.now(UTC))
    ).scalar_one_or_none()
    if (taken or former) not in (None, owner):
        raise LifecycleError("slug-taken", "slug")


def _nearest_zone_above(union_path: str) -> UUID | None:
    return db.session.execute(
        select(Zone.id).where(Zone.union_path.in_(ancestors(union_path)[1:])).order_by(Zone.union_path.desc()).limit(1)
    ).scalar_one_or_none()


def _changed(zone: Zone) -> None:
    announce(ZONE_CHANGED, zone.id)

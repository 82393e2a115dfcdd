"""Domains of a union's own: noted, proved, made the zone's address, given up. Runs on the city plane; never commits."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tenants.changes import announce
from tenants.database import db
from tenants.errors import LifecycleError
from tenants.hosts import is_own_domain, parse_domain
from tenants.models import Zone, ZoneDomain
from tenants.registry import ZONE_CHANGED


def add_domain(zone: Zone, domain: str, base_domain: str) -> ZoneDomain:
    """Note a domain for a zone, with the proof its owner must publish; noting it again gives the one already there.

    Raises `LifecycleError`: `bad-domain`, `own-domain`, `domain-taken`.
    """
    name = parse_domain(domain)
    if not name:
        raise LifecycleError("bad-domain", "domain")
    if is_own_domain(name, base_domain):
        raise LifecycleError("own-domain", "domain")
    existing = _find(name) or _insert(zone.id, name)
    if existing.zone_id != zone.id:
        raise LifecycleError("domain-taken", "domain")
    return existing


def _insert(zone_id: UUID, name: str) -> ZoneDomain:
    """The domain for this zone, or the row of whoever was faster."""
    try:
        with db.session.begin_nested():
            noted = ZoneDomain(domain=name, zone_id=zone_id, proof=f"unionhall-{secrets.token_hex(16)}")
            db.session.add(noted)
    except IntegrityError:
        return db.session.execute(select(ZoneDomain).where(ZoneDomain.domain == name)).scalar_one()
    return noted


def _find(name: str) -> ZoneDomain | None:
    return db.session.execute(
        select(ZoneDomain).where(ZoneDomain.domain == name).with_for_update().execution_options(populate_existing=True)
    ).scalar_one_or_none()


def find_domain(zone_id: UUID, domain: str) -> ZoneDomain | None:
    """A zone's domain as the database has it now, locked until the transaction ends."""
    noted = _find(parse_domain(domain))
    return noted if noted is not None and noted.zone_id == zone_id else None


def verify_domain(noted: ZoneDomain, published_proofs: Iterable[str]) -> None:
    """Accept a domain whose owner has published its proof; raises `LifecycleError("domain-unproven")`."""
    if noted.proof not in published_proofs:
        raise LifecycleError("domain-unproven", "domain", proof=noted.proof)
    noted.verified_at = datetime.now(UTC)
    announce(ZONE_CHANGED, noted.zone_id)


def choose_primary(zone: Zone, noted: ZoneDomain | None) -> None:
    """Make a verified domain the zone's address; with None it lives under the base domain again. Needs the zone locked.

    Raises `LifecycleError("domain-unproven")`.
    """
    if noted is not None and noted.verified_at is None:
        raise LifecycleError("domain-unproven", "domain", proof=noted.proof)
    for each in db.session.scalars(select(ZoneDomain).where(ZoneDomain.zone_id == zone.id, ZoneDomain.is_primary)):
        each.is_primary = False
    db.session.flush()
    if noted is not None:
        noted.is_primary = True
    announce(ZONE_CHANGED, zone.id)


def remove_domain(noted: ZoneDomain) -> None:
    """Give a domain up: it leads nowhere any more, and a zone that lived there lives under the base domain again."""
    db.session.delete(noted)
    announce(ZONE_CHANGED, noted.zone_id)

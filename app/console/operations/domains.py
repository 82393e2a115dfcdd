"""A zone's own domains."""

from uuid import UUID

from app.console.domain_proofs import published_proofs
from app.console.errors import refusals_in_words
from app.core import audit
from app.core.errors import NotFound
from app.core.platform import platform
from tenants import domains, lifecycle
from tenants.database import db
from tenants.models import ZoneDomain


def add_domain(zone_id: UUID, domain: str) -> ZoneDomain:
    """Note a domain with the proof to publish; raises `ZoneRefused`."""
    zone = lifecycle.lock_zone(zone_id)
    if known := domains.find_domain(zone_id, domain):
        return known
    with refusals_in_words():
        noted = domains.add_domain(zone, domain, platform().settings.base_domain)
    _record("zones.domain-added", noted)
    return noted


def verify_domain_in_steps(zone_id: UUID, domain: str) -> ZoneDomain:
    """Look for the proof in the domain's DNS and accept the domain; raises `ZoneRefused` while it is not there.

    Commits what was done before, so that nothing is held or lost while DNS is asked.
    """
    name = _find(zone_id, domain).domain
    db.session.commit()
    proofs = published_proofs(name)
    noted = _find(zone_id, name)
    with refusals_in_words():
        domains.verify_domain(noted, proofs)
    _record("zones.domain-verified", noted)
    return noted


def choose_primary(zone_id: UUID, domain: str | None) -> None:
    """Make a verified domain the zone's address; None: the one under the base domain. Raises `ZoneRefused`."""
    zone = lifecycle.lock_zone(zone_id)
    noted = _find(zone_id, domain) if domain else None
    with refusals_in_words():
        domains.choose_primary(zone, noted)
    audit.record("zones.domain-primary", object_type="zone", object_id=zone_id, zone_id=zone_id,
                 domain=noted.domain if noted else "")  # fmt: skip


def remove_domain(zone_id: UUID, domain: str) -> None:
    """Give a domain up."""
    lifecycle.lock_zone(zone_id)
    noted = _find(zone_id, domain)
    domains.remove_domain(noted)
    _record("zones.domain-removed", noted)


def _find(zone_id: UUID, domain: str) -> ZoneDomain:
    noted = domains.find_domain(zone_id, domain)
    if noted is None:
        raise NotFound
    return noted


def _record(action: str, noted: ZoneDomain) -> None:
    audit.record(action, object_type="zone", object_id=noted.zone_id, zone_id=noted.zone_id, domain=noted.domain)

"""A zone's state, name and administrators."""

from uuid import UUID

from app.console.errors import NothingToChange, refusals_in_words
from app.core import audit
from app.core.errors import NotFound
from app.identity.operations import grant_role
from tenants import lifecycle
from tenants.context import Actor, ZoneState
from tenants.database import db
from tenants.models import Zone

ADMINISTRATOR = "zone_admin"


def appoint_administrator(actor: Actor, zone_id: UUID, account_id: UUID, name: str) -> None:
    """Give an account the role of administrator in the zone, where the person is called `name`."""
    zone = find_zone(zone_id)
    grant_role(actor, account_id, ADMINISTRATOR, zone.union_id, name=name)
    audit.record("zones.appointed", object_type="account", object_id=account_id, zone_id=zone.id)


def change_state(zone_id: UUID, state: ZoneState, reason: str) -> Zone:
    """Suspend, resume, archive, …, as an operator may; the reason is kept. Raises `ZoneRefused`."""
    zone = _lock(zone_id)
    before = zone.state
    with refusals_in_words():
        lifecycle.move_by_hand(zone, state, reason)
    audit.record("zones.state-changed", object_type="zone", object_id=zone.id, zone_id=zone.id, before=before,
                 after=state.value, why=reason)  # fmt: skip
    return zone


def rename_zone(zone_id: UUID, *, slug: str | None = None, name: str | None = None) -> Zone:
    """Change slug or name; the old slug redirects. Raises `ZoneRefused`, and `NothingToChange` without a difference."""
    zone = _lock(zone_id)
    before = {"slug": zone.slug, "name": zone.name}
    with refusals_in_words():
        lifecycle.rename(zone, slug=slug, name=name)
    after = {"slug": zone.slug, "name": zone.name}
    if before == after:
        raise NothingToChange
    audit.record("zones.renamed", object_type="zone", object_id=zone.id, zone_id=zone.id, before=before, after=after)
    return zone


def _lock(zone_id: UUID) -> Zone:
    find_zone(zone_id)
    return lifecycle.lock_zone(zone_id)


def find_zone(zone_id: UUID) -> Zone:
    """Raises `NotFound`."""
    zone = db.session.get(Zone, zone_id)
    if zone is None:
        raise NotFound
    return zone

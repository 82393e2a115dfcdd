"""The life of a zone: request, provision, rename, change of state. Runs on the city plane; never commits except where
the name says `…_in_steps`.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tenants.changes import announce
from tenants.context import ZoneState
from tenants.database import db
from tenants.errors import LifecycleError
from tenants.hosts import RESERVED_LABELS, SLUG, looks_encoded
from tenants.models import Zone, ZoneSlug
from tenants.paths import ancestors
from tenants.registry import ZONE_CHANGED
from tenants.starters import presets
from tenants.turns import take_turn

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
STEPWISE = frozenset({S.REQUESTED, S.PROVISIONING, S.PENDING_DELETE, S.TOMBSTONE})
"""States that only the steps of provisioning and purging enter and leave."""
UNFINISHED = frozenset({S.REQUESTED, S.PROVISIONING})


def operator_targets(state: ZoneState) -> frozenset[ZoneState]:
    """The states an operator may bring a zone to by hand."""
    return frozenset() if state in STEPWISE else TRANSITIONS[state] - STEPWISE


def request_zone(*, slug: str, name: str, union_id: UUID, union_path: str, preset: str) -> tuple[Zone, bool]:
    """A new zone in state `requested`, and true; asking again for the same gives the zone already there, and false.

    Raises `LifecycleError`: `bad-slug`, `encoded-slug`, `slug-taken`, `bad-name`, `union-has-zone`, `zone-differs`,
    `unknown-preset`, `no-zone-above`.
    """
    existing = zone_of_union(union_id)
    if existing is not None:
        return _same(existing, slug, name, preset), False
    _check_slug(slug)
    _check_name(name)
    _check_preset(preset, union_path)
    zone = Zone(
        slug=slug, name=name.strip(), union_id=union_id, union_path=union_path, preset=preset, state=S.REQUESTED.value,
        provisioned_steps=[],
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(zone)
    except IntegrityError as fault:
        faster = zone_of_union(union_id)
        if faster is not None:
            return _same(faster, slug, name, preset), False
        raise LifecycleError("slug-taken", "slug") from fault
    _changed(zone)
    return zone, True


def _same(existing: Zone, slug: str, name: str, preset: str) -> Zone:
    """The zone that is there, if it is the one that was asked for."""
    if existing.slug != slug:
        raise LifecycleError("union-has-zone", "union", slug=existing.slug)
    if (existing.name, existing.preset) != (name.strip(), preset):
        raise LifecycleError("zone-differs", "name" if existing.preset == preset else "preset", slug=slug)
    return existing


def provision_in_steps(zone_id: UUID, steps: Mapping[str, Callable[[UUID], None]]) -> None:
    """Run each step that has not run for this zone, committing after each. Whoever calls this opens the zone then.

    A step enters its own scope, calls `one_at_a_time` there, and may be run again after a crash: each must be idempotent.
    """
    zone = lock_zone(zone_id)
    if zone.state == S.REQUESTED:
        move(zone, S.PROVISIONING)
    db.session.commit()
    for name, step in steps.items():
        if name not in zone.provisioned_steps:
            step(zone_id)
            zone = lock_zone(zone_id)
            zone.provisioned_steps = [*(done for done in zone.provisioned_steps if done != name), name]
            db.session.commit()


def one_at_a_time(zone_id: UUID) -> None:
    """Wait until nobody else provisions the zone; held to the end of the transaction, on any plane."""
    take_turn(f"provision.{zone_id}")


def move(zone: Zone, state: ZoneState, reason: str = "") -> None:
    """Change a zone's state; raises `LifecycleError("no-such-transition")` for one the table does not have."""
    if state not in TRANSITIONS[ZoneState(zone.state)]:
        raise LifecycleError("no-such-transition", "state", present=zone.state, wanted=state.value)
    zone.state = state.value
    zone.state_reason = reason
    zone.state_changed_at = datetime.now(UTC)
    _changed(zone)


def move_by_hand(zone: Zone, state: ZoneState, reason: str) -> None:
    """Change a zone's state as an operator; raises `LifecycleError("no-such-transition")` for what only steps may do."""
    if state not in operator_targets(ZoneState(zone.state)):
        raise LifecycleError("no-such-transition", "state", present=zone.state, wanted=state.value)
    move(zone, state, reason)


def rename(zone: Zone, *, slug: str | None = None, name: str | None = None) -> None:
    """Give a zone another slug, name or both; the old slug redirects, and nobody else gets it for `QUARANTINE`."""
    if name is not None:
        _check_name(name)
        zone.name = name.strip()
    if slug is not None and slug != zone.slug:
        _check_slug(slug, owner=zone.id)
        for former in db.session.execute(select(ZoneSlug).where(ZoneSlug.slug == slug)).scalars():
            db.session.delete(former)
        db.session.flush()
        db.session.merge(ZoneSlug(slug=zone.slug, zone_id=zone.id, quarantined_until=datetime.now(UTC) + QUARANTINE))
        _take_slug(zone, slug)
    _changed(zone)


def _take_slug(zone: Zone, slug: str) -> None:
    try:
        with db.session.begin_nested():
            zone.slug = slug
    except IntegrityError as fault:
        raise LifecycleError("slug-taken", "slug") from fault


def find_zone(zone_id: UUID) -> Zone:
    return db.session.execute(select(Zone).where(Zone.id == zone_id)).scalar_one()


def lock_zone(zone_id: UUID) -> Zone:
    """The zone as the database has it now, kept from other writers until the transaction ends."""
    query = select(Zone).where(Zone.id == zone_id).with_for_update()
    return db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def zone_of_union(union_id: UUID) -> Zone | None:
    return db.session.execute(select(Zone).where(Zone.union_id == union_id)).scalar_one_or_none()


def zone_above(union_path: str) -> Zone | None:
    """The nearest zone above a union that has published something."""
    above = (
        select(Zone)
        .where(Zone.union_path.in_(ancestors(union_path)[1:]), Zone.published_revision_id.is_not(None))
        .order_by(Zone.union_path.desc())
        .limit(1)
    )
    return db.session.execute(above).scalar_one_or_none()


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > 60:
        raise LifecycleError("bad-name", "name")


def _check_preset(preset: str, union_path: str) -> None:
    known = presets()
    if preset not in known:
        raise LifecycleError("unknown-preset", "preset", known=", ".join(known))
    if known[preset].like_above and zone_above(union_path) is None:
        raise LifecycleError("no-zone-above", "preset")


def _check_slug(slug: str, owner: UUID | None = None) -> None:
    if not SLUG.fullmatch(slug) or slug in RESERVED_LABELS:
        raise LifecycleError("bad-slug", "slug")
    if looks_encoded(slug):
        raise LifecycleError("encoded-slug", "slug")
    taken = db.session.execute(select(Zone.id).where(Zone.slug == slug)).scalar_one_or_none()
    former = db.session.execute(
        select(ZoneSlug.zone_id).where(ZoneSlug.slug == slug, ZoneSlug.quarantined_until > datetime.now(UTC))
    ).scalar_one_or_none()
    if (taken or former) not in (None, owner):
        raise LifecycleError("slug-taken", "slug")


def _changed(zone: Zone) -> None:
    announce(ZONE_CHANGED, zone.id)

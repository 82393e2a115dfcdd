"""What waits and what was given up in all zones, for the city's staff."""

from collections.abc import Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.errors import NotFound
from app.core.jobs import dead_letters
from app.core.platform import platform
from tenants.context import Plane, current_actor, scope
from tenants.database import db
from tenants.isolation import allow_raw_sql, raw_sql

PLACE = allow_raw_sql(
    "app.core.jobs.all_zones", "the city's desk counts the work of every zone and lists what was given up"
)
PAGE = 30

# Each half by its own partial index: neither looks at what is done.
ZONES = text("""
SELECT z.id, z.slug, z.name, z.state, sum(w.waiting)::bigint AS waiting, sum(w.dead)::bigint AS dead, min(w.due) AS due_since
FROM zones z JOIN (
    SELECT zone_id, count(*) AS waiting, 0 AS dead, min(available_at) FILTER (WHERE available_at <= now()) AS due
    FROM outbox_events WHERE state IN ('pending', 'leased') GROUP BY zone_id
    UNION ALL
    SELECT zone_id, 0, count(*), NULL FROM outbox_events WHERE state = 'dead' GROUP BY zone_id
) w ON w.zone_id = z.id
GROUP BY z.id ORDER BY dead DESC, due_since NULLS LAST, z.slug
""")
DEAD = text("""
SELECT e.zone_id, z.slug, z.name, e.id, e.kind, e.failures, e.last_error, e.created_at
FROM outbox_events e JOIN zones z ON z.id = e.zone_id
WHERE e.state = 'dead' AND (:slug = '' OR z.slug = :slug) AND (CAST(:before AS uuid) IS NULL OR e.id < CAST(:before AS uuid))
ORDER BY e.id DESC LIMIT :number
""")


def list_zones_with_work() -> Sequence[Any]:
    """Every zone with events that wait or were given up: how many, and since when the oldest has been due."""
    with raw_sql(PLACE):
        return db.session.execute(ZONES).all()


def list_dead(slug: str = "", before: UUID | None = None) -> Sequence[Any]:
    """A page of dead letters, newest first, of one zone where its slug is given; one more when there is a next page."""
    with raw_sql(PLACE):
        return db.session.execute(DEAD, {"slug": slug, "before": before, "number": PAGE + 1}).all()


def call_back(zone_id: UUID, event_id: UUID) -> None:
    """As `dead_letters.call_back`, in that zone; commits. Raises `NotFound`."""
    with _staff_of(zone_id):
        dead_letters.call_back(event_id)
        db.session.commit()


def let_go(zone_id: UUID, event_id: UUID) -> None:
    """As `dead_letters.let_go`, in that zone; commits. Raises `NotFound`."""
    with _staff_of(zone_id):
        dead_letters.let_go(event_id)
        db.session.commit()


@contextmanager
def _staff_of(zone_id: UUID) -> Any:
    """Do the same as the zone's own staff, under the city's own name."""
    zone = platform().registry.by_id(zone_id)
    db.session.commit()
    if zone is None:
        raise NotFound
    with scope(Plane.STAFF, zone=zone, actor=current_actor()):
        yield

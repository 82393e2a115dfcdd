"""Taking due events out of the outbox, zones in turn: the one place that reads the outbox of all zones.

A relay leases what it hands on. `available_at` of a leased row is the end of its lease, so a row that nobody finished
is due again without anybody looking for it. Events of a closed zone, and of a module that a zone has switched off, are
not leased at all: they keep their place and are due the moment the zone takes work again.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text

from app.core.jobs.execution import ENDED, Ticket
from app.core.jobs.policy import policy
from app.core.jobs.registry import Lane, handlers
from app.core.platform import platform
from tenants.context import Plane, ZoneState, scope
from tenants.database import db
from tenants.isolation import allow_raw_sql, raw_sql
from tenants.revisions import published_document

PLACE = allow_raw_sql(
    "app.core.jobs.leasing", "the relay and the scheduler serve all zones; they move ids and read no content"
)

CLOSED = tuple(state.value for state in ZoneState if not state.is_writable and state not in ENDED)

# By a loose index scan: one step a zone, however many events it has.
WAITING = """
WITH RECURSIVE waiting AS (
    (SELECT zone_id FROM outbox_events WHERE state IN ('pending', 'leased') ORDER BY zone_id LIMIT 1)
    UNION ALL
    SELECT (SELECT e.zone_id FROM outbox_events e WHERE e.state IN ('pending', 'leased') AND e.zone_id > w.zone_id
            ORDER BY e.zone_id LIMIT 1)
    FROM waiting w WHERE w.zone_id IS NOT NULL
)"""
WAITING_ZONES = text(
    f"{WAITING} SELECT z.id FROM waiting w JOIN zones z ON z.id = w.zone_id WHERE z.state <> ALL (:closed)"  # noqa: S608 - ours
)

# Of each zone that takes work its oldest few; of those the first of every zone, then the second … A zone's turn comes after
# as many as are under way for it already (their leases end within one lease from now): so it is the zone that waits for
# nothing yet that gets the one place in a full queue.
LEASE = text(f"""{WAITING}, taking AS (
    SELECT z.id AS zone_id, z.state = ANY (:closed) AS is_closed, coalesce(o.parts, '{{}}') AS off
    FROM waiting w JOIN zones z ON z.id = w.zone_id
    LEFT JOIN (SELECT zone_id, array_agg(part) AS parts
               FROM unnest(CAST(:off_zones AS uuid[]), CAST(:off_parts AS text[])) t (zone_id, part) GROUP BY zone_id) o
        ON o.zone_id = z.id
    WHERE z.state <> ALL (:closed) OR cardinality(CAST(:even_closed AS text[])) > 0
), due AS (
    SELECT e.zone_id, e.id, u.number + row_number() OVER (PARTITION BY e.zone_id ORDER BY e.available_at, e.id) AS turn
    FROM taking w CROSS JOIN LATERAL (
        SELECT count(*) AS number FROM outbox_events
        WHERE zone_id = w.zone_id AND state IN ('pending', 'leased') AND state = 'leased'
          AND available_at > clock_timestamp() AND available_at <= clock_timestamp() + make_interval(secs => :lease)
          AND (kind = ANY (:long_kinds)) = :is_long
    ) u CROSS JOIN LATERAL (
        SELECT zone_id, id, available_at FROM outbox_events
        WHERE zone_id = w.zone_id AND state IN ('pending', 'leased') AND available_at <= clock_timestamp()
          AND (kind = ANY (:long_kinds)) = :is_long
          AND (kind = ANY (CAST(:even_closed AS text[])) OR NOT (w.is_closed OR split_part(kind, '.', 1) = ANY (w.off)))
        ORDER BY available_at LIMIT :number FOR UPDATE SKIP LOCKED
    ) e
), chosen AS (
    SELECT zone_id, id FROM due ORDER BY turn, random() LIMIT :number
)
UPDATE outbox_events o
SET state = 'leased', available_at = clock_timestamp() + make_interval(secs => :lease),
    leased_until = clock_timestamp() + make_interval(secs => :lease)
FROM chosen WHERE o.zone_id = chosen.zone_id AND o.id = chosen.id
RETURNING o.zone_id, o.id, o.attempts
""")  # noqa: S608 - a constant of this file


def lease_due(lane: Lane, number: int) -> Sequence[Ticket]:
    """Lease at most `number` due events of a lane, zones in turn. Needs a worker scope without a zone; commits.

    The commit need not reach the disk: a lease that is lost with it is only a delay.
    """
    if number <= 0:
        return []
    switched_off = _switched_off()
    with raw_sql(PLACE):
        db.session.execute(text("SET LOCAL synchronous_commit = off"))
        rows = db.session.execute(
            LEASE,
            {
                "long_kinds": [handler.name for handler in handlers.values() if handler.lane is Lane.LONG],
                "even_closed": [handler.name for handler in handlers.values() if handler.even_closed],
                "closed": list(CLOSED),
                "off_zones": [zone_id for zone_id, _ in switched_off],
                "off_parts": [part for _, part in switched_off],
                "is_long": lane is Lane.LONG,
                "number": number,
                "lease": policy().lease,
            },
        ).all()
    db.session.commit()
    return [Ticket(row.zone_id, row.id, row.attempts) for row in rows]


def _switched_off() -> list[tuple[UUID, str]]:
    """(zone, module) for every zone with events and every module that it does not use."""
    platform().feed.read_if_due(db.session.connection)
    with raw_sql(PLACE):
        zone_ids = db.session.execute(WAITING_ZONES, {"closed": list(CLOSED)}).scalars().all()
    db.session.commit()
    return [(zone_id, part) for zone_id in zone_ids for part in _unused_modules(zone_id)]


def _unused_modules(zone_id: UUID) -> list[str]:
    zone = platform().registry.by_id(zone_id)
    if zone is None:
        return []
    with scope(Plane.WORKER, zone=zone):
        document = published_document(zone)
        db.session.commit()
    return [module.slug for module in platform().modules if not document.uses(module.slug)]


GIVE_BACK = text("""
UPDATE outbox_events o SET available_at = clock_timestamp()
FROM unnest(CAST(:zone_ids AS uuid[]), CAST(:event_ids AS uuid[]), CAST(:attempts AS integer[])) t (zone_id, id, attempts)
WHERE o.zone_id = t.zone_id AND o.id = t.id AND o.attempts = t.attempts AND o.state = 'leased'
""")


def give_back(tickets: Sequence[Ticket]) -> None:
    """Make leased events due at once: their tickets got nowhere. Needs a worker scope without a zone; commits."""
    with raw_sql(PLACE):
        db.session.execute(
            GIVE_BACK,
            {
                "zone_ids": [ticket.zone_id for ticket in tickets],
                "event_ids": [ticket.event_id for ticket in tickets],
                "attempts": [ticket.attempts for ticket in tickets],
            },
        )
    db.session.commit()


EXTEND = text("""
UPDATE outbox_events
SET available_at = clock_timestamp() + make_interval(secs => :lease),
    leased_until = clock_timestamp() + make_interval(secs => :lease)
WHERE zone_id = :zone_id AND id = :event_id AND attempts = :attempts AND state = 'leased'
""")


def extend_lease(ticket: Ticket) -> None:
    """Hold the event of a ticket that is being run for another lease. Needs a worker scope without a zone; commits."""
    with raw_sql(PLACE):
        db.session.execute(text("SET LOCAL synchronous_commit = off"))
        db.session.execute(
            EXTEND,
            {
                "zone_id": ticket.zone_id,
                "event_id": ticket.event_id,
                "attempts": ticket.attempts + 1,
                "lease": policy().lease,
            },
        )
    db.session.commit()

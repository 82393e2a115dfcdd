"""Taking due events out of the outbox, zones in turn: the one place that reads the outbox of all zones.

A relay leases what it hands on. `available_at` of a leased row is the end of its lease, so a row that nobody finished
is due again without anybody looking for it.
"""

from collections.abc import Sequence

from sqlalchemy import text

from app.core.jobs.execution import Ticket
from app.core.jobs.policy import policy
from app.core.jobs.registry import Lane, handlers
from tenants.database import db
from tenants.isolation import allow_raw_sql, raw_sql

PLACE = allow_raw_sql(
    "app.core.jobs.leasing", "the relay and the scheduler serve all zones; they move ids and read no content"
)

# Zones with due rows by a loose index scan; of each its oldest few; of those the first of every zone, then the second …
LEASE = text("""
WITH RECURSIVE waiting AS (
    (SELECT zone_id FROM outbox_events WHERE state IN ('pending', 'leased') ORDER BY zone_id LIMIT 1)
    UNION ALL
    SELECT (SELECT e.zone_id FROM outbox_events e WHERE e.state IN ('pending', 'leased') AND e.zone_id > w.zone_id
            ORDER BY e.zone_id LIMIT 1)
    FROM waiting w WHERE w.zone_id IS NOT NULL
), due AS (
    SELECT e.zone_id, e.id, row_number() OVER (PARTITION BY e.zone_id ORDER BY e.available_at, e.id) AS turn
    FROM waiting w CROSS JOIN LATERAL (
        SELECT zone_id, id, available_at FROM outbox_events
        WHERE zone_id = w.zone_id AND state IN ('pending', 'leased') AND available_at <= clock_timestamp()
          AND (kind = ANY (:long_kinds)) = :is_long
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
""")


def lease_due(lane: Lane, number: int) -> Sequence[Ticket]:
    """Lease at most `number` due events of a lane, zones in turn. Needs a worker scope without a zone; commits.

    The commit need not reach the disk: a lease that is lost with it is only a delay.
    """
    if number <= 0:
        return []
    long_kinds = [handler.name for handler in handlers.values() if handler.lane is Lane.LONG]
    with raw_sql(PLACE):
        db.session.execute(text("SET LOCAL synchronous_commit = off"))
        rows = db.session.execute(
            LEASE,
            {"long_kinds": long_kinds, "is_long": lane is Lane.LONG, "number": number, "lease": policy().lease},
        ).all()
    db.session.commit()
    return [Ticket(row.zone_id, row.id, row.attempts) for row in rows]


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

"""The scheduler: turns `@periodic` declarations into outbox events, one a slot and zone.

The slot is part of the event's `dedupe_key`, so any number of schedulers may run and none runs a slot twice; one that was
away does not make up for slots that have passed.
"""

import signal
import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import redis
import structlog
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from app.core.clock import CHINA, now
from app.core.jobs.leasing import PLACE
from app.core.jobs.registry import Periodic, periodics
from app.core.jobs.wake import wake
from app.core.platform import platform
from tenants.context import Plane, ZoneState, scope
from tenants.database import db
from tenants.ids import uuid7s
from tenants.isolation import raw_sql
from tenants.models import Zone
from tenants.revisions import published_document

log = structlog.get_logger()
TICK = 1.0  # seconds
MIDNIGHT = datetime(2020, 1, 1, tzinfo=CHINA)
KEPT = timedelta(days=30)  # how long finished events are remembered, and with them what not to do twice
COUNTED = {"preserve_rowcount": True}
TIDY_EVERY = timedelta(hours=1)

EMIT = text("""
INSERT INTO outbox_events (zone_id, id, kind, dedupe_key, payload)
SELECT z.zone_id, z.id, :kind, :dedupe_key, '{}'
FROM unnest(CAST(:zone_ids AS uuid[]), CAST(:ids AS uuid[])) z (zone_id, id)
WHERE NOT EXISTS (SELECT 1 FROM outbox_events e WHERE e.zone_id = z.zone_id AND e.kind = :kind
                  AND e.state IN ('pending', 'leased'))
ON CONFLICT DO NOTHING
""")
TIDY = text("""
DELETE FROM outbox_events WHERE (zone_id, id) IN (
    SELECT zone_id, id FROM outbox_events WHERE state = 'done' AND done_at < :before LIMIT 10000)
""")
TIDY_FEED = text("DELETE FROM change_feed WHERE at < now() - interval '1 hour'")


def run_cron(app: Flask) -> None:
    """Emit what is due until SIGTERM or SIGINT. Call it from the main thread of a process of its own."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with app.app_context():
        Scheduler().run(stop)


def slot_of(periodic: Periodic, at: datetime) -> int:
    """The number of the slot an instant lies in; slots are counted from midnight in China."""
    return (at - MIDNIGHT) // periodic.every


class Scheduler:
    """One scheduler process; what it has emitted it remembers only to spare the database."""

    def __init__(self) -> None:
        self._emitted: dict[str, int] = {}
        self._tidied_at = float("-inf")

    def run(self, stop: threading.Event) -> None:
        log.info("cron started", jobs=sorted(periodics))
        while not stop.is_set():
            try:
                self.tick(now())
                self._tidy()
            except (SQLAlchemyError, redis.RedisError) as fault:
                log.warning("cron set back", reason=type(fault).__name__)
            stop.wait(TICK)
        log.info("cron ended")

    def tick(self, at: datetime) -> None:
        """Emit what is due at an instant and has not been emitted."""
        for periodic in list(periodics.values()):
            slot = slot_of(periodic, at)
            if self._emitted.get(periodic.name) == slot:
                continue
            _emit_slot(periodic, slot)
            self._emitted[periodic.name] = slot

    def _tidy(self) -> None:
        if time.monotonic() - self._tidied_at < TIDY_EVERY.total_seconds():
            return
        self._tidied_at = time.monotonic()
        with scope(Plane.WORKER), raw_sql(PLACE):
            while db.session.execute(TIDY, {"before": now() - KEPT}, execution_options=COUNTED).rowcount:  # type: ignore[attr-defined]
                db.session.commit()
            db.session.execute(TIDY_FEED)
            db.session.commit()


def _emit_slot(periodic: Periodic, slot: int) -> None:
    zone_ids = _zones_for(periodic)
    if not zone_ids:
        return
    with scope(Plane.WORKER), raw_sql(PLACE):
        db.session.execute(
            EMIT,
            {"kind": periodic.name, "dedupe_key": f"{periodic.name}:{slot}", "zone_ids": zone_ids,
             "ids": uuid7s(len(zone_ids))},
        )  # fmt: skip
        db.session.commit()
    wake()


def _zones_for(periodic: Periodic) -> Sequence[UUID]:
    """The active zones (or all that are not gone), of those that use the module if one is named."""
    module = periodic.module
    wanted = Zone.state != ZoneState.TOMBSTONE.value if periodic.even_closed else Zone.state == ZoneState.ACTIVE.value
    with scope(Plane.WORKER):
        platform().feed.read_if_due(db.session.connection)
        zone_ids = db.session.execute(select(Zone.id).where(wanted)).scalars().all()
        db.session.commit()
    return zone_ids if module is None else [zone_id for zone_id in zone_ids if _uses(zone_id, module)]


def _uses(zone_id: UUID, module: str) -> bool:
    with scope(Plane.WORKER):
        zone = platform().registry.by_id(zone_id)
    if zone is None:
        return False
    with scope(Plane.WORKER, zone=zone):
        uses = published_document(zone).uses(module)
        db.session.commit()
    return uses

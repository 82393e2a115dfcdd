"""Counts views and likes without a row or a transaction each: in the process, written together once a second.

What a process has counted and not yet written is lost when it is killed: at most what came within `EVERY`, and nothing when it ends in
order. Nothing is lost while the database is away for a moment: it is written with the next second's.
"""

import logging
import threading
import time
from collections import Counter
from multiprocessing.util import Finalize
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy.dialects.postgresql import insert

from app.core.clock import now
from app.modules.events.kinds.live.models import Count
from tenants.context import Actor, Plane, ZoneFacts, current_zone, scope
from tenants.database import db
from tenants.ids import uuid7

EVERY = 1.0
"""Seconds."""
VIEWS, LIKES = "views", "likes"
log = logging.getLogger(__name__)


class Tally:
    """Counts of one process. `add` only counts; a thread writes one row a stream and minute, added to by every process."""

    def __init__(self) -> None:
        self._waiting: Counter[tuple[ZoneFacts, UUID, str]] = Counter()
        self._app: Flask | None = None
        self._lock, self._thread = threading.Lock(), None

    def add(self, show_id: UUID, what: str) -> None:
        """Count one view or like of a stream of the running zone."""
        with self._lock:
            self._waiting[current_zone(), show_id, what] += 1
            if self._thread is None or not self._thread.is_alive():
                self._app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
                self._thread = threading.Thread(target=self._run, name="events.live", daemon=True)
                self._thread.start()

    def waiting(self, show_id: UUID, what: str) -> int:
        """What is counted and not yet written."""
        return self._waiting[current_zone(), show_id, what]

    def write(self) -> None:
        """Write what was counted; what can't be written stays counted."""
        with self._lock:
            taken, self._waiting = self._waiting, Counter()
        for zone, show_id in dict.fromkeys((zone, show_id) for zone, show_id, _what in taken):
            counts = {what: taken[zone, show_id, what] for what in (VIEWS, LIKES)}
            try:
                self._write(zone, show_id, counts)
            except Exception:
                log.exception("counts of a live stream are not written yet")
                with self._lock:
                    self._waiting.update({(zone, show_id, what): number for what, number in counts.items()})

    def _write(self, zone: ZoneFacts, show_id: UUID, counts: dict[str, int]) -> None:
        assert self._app is not None  # noqa: S101 - set with the first count
        minute = now().replace(second=0, microsecond=0)
        row = insert(Count).values(zone_id=zone.id, id=uuid7(), show_id=show_id, minute=minute, **counts)
        added = {what: getattr(Count, what) + number for what, number in counts.items()}
        with self._app.app_context(), scope(Plane.WORKER, zone=zone, actor=Actor(name="system")):
            db.session.execute(row.on_conflict_do_update(constraint="events_live_counts_minute", set_=added))
            db.session.commit()

    def _run(self) -> None:
        while True:
            time.sleep(EVERY)
            self.write()


tally = Tally()
# A web server's worker is a child of multiprocessing, which runs nothing of `atexit` when it ends.
Finalize(None, tally.write, exitpriority=0)

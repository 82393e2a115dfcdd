"""The change feed: how every process learns that something it remembers has changed.

A writer adds a line in its own transaction, so the line is seen exactly when the change is. Each process reads new
lines at most every `POLL_SECONDS`; lines of transactions that commit late are caught by reading an overlap.
PostgreSQL carries it: no Redis is needed for correctness, and it works through a transaction pooler.
"""

import threading
import time
from collections.abc import Callable

from sqlalchemy import Connection, event, text

from tenants.database import ScopedSession, db
from tenants.models import Change

POLL_SECONDS = 0.25
OVERLAP_SECONDS = 30
READ = text("SELECT id, topic, key FROM change_feed WHERE at > now() - make_interval(secs => :overlap) ORDER BY id")

Listener = Callable[[str], None]

_announced = "hall_announced"
_committed_at = float("-inf")


def announce(topic: str, key: object) -> None:
    """Add a line to the feed within the running transaction."""
    db.session.add(Change(topic=topic, key=str(key)))
    db.session.info[_announced] = True


@event.listens_for(ScopedSession, "after_commit")
def _note_own_line(session: ScopedSession) -> None:
    """Who has written here reads the feed next, so that the next page of this process shows it."""
    global _committed_at  # noqa: PLW0603 (one process, one moment)
    if session.info.pop(_announced, False):
        _committed_at = time.monotonic()


class ChangeFeed:
    """One process's reading of the feed; listeners are called with the key of each new line of their topic."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[Listener]] = {}
        self._seen: set[int] = set()
        self._lock = threading.Lock()
        self._read_at = float("-inf")

    def listen(self, topic: str, listener: Listener) -> None:
        self._listeners.setdefault(topic, []).append(listener)

    @property
    def age(self) -> float:
        """Seconds since the feed was last read: how old what this process remembers may be."""
        return time.monotonic() - self._read_at

    @property
    def is_due(self) -> bool:
        """Whether the last reading is a while ago, or older than what this process has announced itself."""
        return self._read_at < _committed_at or time.monotonic() - self._read_at > POLL_SECONDS

    def read_if_due(self, connect: Callable[[], Connection]) -> None:
        """Read unless that was done a moment ago or another thread is at it."""
        if not self.is_due or not self._lock.acquire(blocking=False):
            return
        try:
            self._read(connect())
        finally:
            self._lock.release()

    def read(self, connection: Connection) -> None:
        """Read now, whatever was done a moment ago."""
        with self._lock:
            self._read(connection)

    def _read(self, connection: Connection) -> None:
        """Tell the listeners what is new.

        A first reading, or one so late that lines may have left the overlap, makes everybody forget everything
        (key `*`).
        """
        started = time.monotonic()
        late = started - self._read_at > OVERLAP_SECONDS / 2
        rows = connection.execute(READ, {"overlap": OVERLAP_SECONDS}).all()
        if late:
            self._tell_all("*")
        else:
            for row in rows:
                if row.id not in self._seen:
                    self._tell(row.topic, row.key)
        self._seen = {row.id for row in rows}
        self._read_at = started

    def _tell(self, topic: str, key: str) -> None:
        for listener in self._listeners.get(topic, ()):
            listener(key)

    def _tell_all(self, key: str) -> None:
        for topic in self._listeners:
            self._tell(topic, key)

"""Waking the relay once an event is committed, so that it need not wait for its next look. Best effort: without Redis
the relay looks by itself."""

import time
from typing import Any

import redis
from flask import current_app
from sqlalchemy import event

from app.core.jobs.queues import connect
from app.core.outbox import EMITTED
from app.core.platform import platform
from tenants.database import ScopedSession

CHANNEL = "hall:wake"
EXTENSION = "job_waker"
_PAUSE = 5.0  # seconds without another try after Redis was away: a request must not wait for it


class Waker:
    """One application's way to wake the relay."""

    def __init__(self) -> None:
        self._client = connect(timeout=0.2) if platform().settings.redis_url else None
        self._silent_until = 0.0

    def wake(self) -> None:
        if self._client is None or time.monotonic() < self._silent_until:
            return
        try:
            self._client.publish(CHANNEL, b"1")
        except redis.RedisError:
            self._silent_until = time.monotonic() + _PAUSE


def wake() -> None:
    """Wake the relay; never raises and never waits long."""
    known: dict[str, Any] = current_app.extensions
    if EXTENSION not in known:
        known[EXTENSION] = Waker()
    known[EXTENSION].wake()


@event.listens_for(ScopedSession, "after_commit")
def _wake_after_commit(session: Any) -> None:
    if session.info.pop(EMITTED, False):
        wake()


@event.listens_for(ScopedSession, "after_rollback")
def _forget_after_rollback(session: Any) -> None:
    session.info.pop(EMITTED, None)

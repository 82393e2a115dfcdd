"""The event that is being handled right now, and the one way for its handler to commit in steps."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, func, update

from app.core.jobs.errors import Interrupted, LeaseLost
from app.core.outbox import OutboxEvent
from tenants.database import db


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one event; `attempt` fences it: a later run has a higher one, and then this one may not commit.

    `failures` counts the runs that came to nothing, this one included until it ends.
    """

    event_id: UUID
    attempt: int
    failures: int
    lease: timedelta
    is_stopping: Callable[[], bool] = _never

    @property
    def is_mine(self) -> ColumnElement[bool]:
        return (
            (OutboxEvent.id == self.event_id) & (OutboxEvent.state == "leased") & (OutboxEvent.attempts == self.attempt)
        )


_run: ContextVar[Run | None] = ContextVar("hall_run", default=None)


@contextmanager
def running(run: Run) -> Iterator[None]:
    token = _run.set(run)
    try:
        yield
    finally:
        _run.reset(token)


def keep_lease(run: Run) -> None:
    """Hold the event for another lease, in the open transaction; raises `LeaseLost` if it is no longer ours."""
    until = func.clock_timestamp() + run.lease
    held: CursorResult[Any] = db.session.execute(
        update(OutboxEvent).where(run.is_mine).values(available_at=until, leased_until=until)
    )  # type: ignore[assignment]
    if held.rowcount != 1:
        db.session.rollback()
        raise LeaseLost


def checkpoint() -> None:
    """Commit what the handler has done so far and go on; outside a job it only commits.

    Raises `LeaseLost` (nothing is committed) when another worker has taken over, and `Interrupted` (all is committed)
    when this worker is to end: the handler must be able to go on from what it committed.
    """
    run = _run.get()
    if run is not None:
        keep_lease(run)
    db.session.commit()
    if run is not None and run.is_stopping():
        raise Interrupted

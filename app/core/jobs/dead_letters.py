"""What was given up, for the zone's staff: look, call back, let go."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, Row, func, select, update

from app.core.audit import record
from app.core.errors import NotFound
from app.core.jobs.registry import handlers
from app.core.outbox import ACCOUNT, EMITTED, LOCALE, OutboxEvent
from tenants.database import db

PAGE = 30


def list_dead(before: UUID | None = None) -> Sequence[Any]:
    """A page of the running zone's dead letters, newest first, and one more when there is a next page."""
    query = (
        select(OutboxEvent.id, OutboxEvent.kind, OutboxEvent.failures, OutboxEvent.last_error, OutboxEvent.created_at)
        .where(OutboxEvent.state == "dead")
        .order_by(OutboxEvent.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(OutboxEvent.id < before)
    return db.session.execute(query).all()


def count_waiting() -> int:
    """How many of the zone's events are due or will be."""
    return db.session.execute(
        select(func.count()).select_from(OutboxEvent).where(OutboxEvent.state.in_(("pending", "leased")))
    ).scalar_one()


def call_back(event_id: UUID) -> None:
    """Have a dead letter tried again from the start; one that is not dead is left alone. Raises `NotFound`."""
    row = _revive(event_id, state="pending", failures=0, available_at=func.now(), last_error="")
    if row is None:
        return
    handler = handlers.get(row.kind)
    payload = {name: value for name, value in row.payload.items() if name not in (LOCALE, ACCOUNT)}
    if handler and handler.on_retry:
        handler.on_retry(payload)
    db.session.info[EMITTED] = True
    record("jobs.retry", object_type="outbox_event", object_id=event_id, kind=row.kind)


def let_go(event_id: UUID) -> None:
    """Count a dead letter as settled, without doing it. Raises `NotFound`."""
    row = _revive(event_id, state="done", done_at=func.now(), last_error="let go by staff")
    if row is not None:
        record("jobs.discard", object_type="outbox_event", object_id=event_id, kind=row.kind)


def _revive(event_id: UUID, **values: Any) -> Row[Any] | None:
    changed: CursorResult[Any] = db.session.execute(
        update(OutboxEvent)
        .where(OutboxEvent.id == event_id, OutboxEvent.state == "dead")
        .values(**values)
        .returning(OutboxEvent.kind, OutboxEvent.payload)
    )  # type: ignore[assignment]
    row = changed.one_or_none()
    if row is None and db.session.execute(select(OutboxEvent.id).where(OutboxEvent.id == event_id)).first() is None:
        raise NotFound
    return row

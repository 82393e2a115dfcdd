"""What becomes of deliveries whose event is given up, and when it runs again because staff called it back."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, func, update

from app.notifications.models import Delivery
from app.notifications.settling import count_given_up
from tenants.database import db


def chunk_of(broadcast_id: UUID, first: UUID, last: UUID) -> ColumnElement[bool]:
    """A broadcast's deliveries from `first` to `last`, both included.

    `IS NOT DISTINCT FROM` keeps PostgreSQL from an index it would read the whole broadcast by, a hundred times over.
    """
    return Delivery.id.between(first, last) & Delivery.broadcast_id.is_not_distinct_from(broadcast_id)


def give_up_chunk(broadcast_id: UUID, first: UUID, last: UUID) -> None:
    """Note that what is left of a chunk will not be sent."""
    count_given_up(broadcast_id, give_up(chunk_of(broadcast_id, first, last)))


def give_up(chosen: ColumnElement[bool]) -> int:
    """Note that what is left of these will not be sent; returns how many."""
    open_ones = chosen & Delivery.state.in_(("queued", "sending"))
    return _change(open_ones, state="dead", finished_at=func.clock_timestamp())


def take_back(chosen: ColumnElement[bool]) -> int:
    """Queue anew what had been given up of these; returns how many."""
    fresh = {"state": "queued", "attempts": 0, "first_tried_at": None, "provider_code": "", "finished_at": None}
    return _change(chosen & (Delivery.state == "dead"), **fresh)


def _change(chosen: ColumnElement[bool], **values: Any) -> int:
    changed: CursorResult[Any] = db.session.execute(
        update(Delivery).where(chosen).values(**values).execution_options(synchronize_session=False)
    )  # type: ignore[assignment]
    return changed.rowcount

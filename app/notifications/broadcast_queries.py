"""Reads of broadcasts for the zone's staff."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.core.errors import NotFound
from app.notifications.models import Broadcast, Delivery
from tenants.database import db

PAGE = 30


def list_broadcasts(before: UUID | None = None) -> Sequence[Broadcast]:
    """A page of broadcasts, newest first, and one more when there is a next page."""
    query = select(Broadcast).order_by(Broadcast.id.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(Broadcast.id < before)
    return db.session.execute(query).scalars().all()


def get_broadcast(broadcast_id: UUID) -> Broadcast:
    """The broadcast as the database has it now; raises `NotFound`."""
    found = db.session.execute(
        select(Broadcast).where(Broadcast.id == broadcast_id).execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def list_results(broadcast_id: UUID) -> Sequence[Any]:
    """How many deliveries came to which end, by channel, state and provider's code, the most frequent first."""
    return db.session.execute(
        select(Delivery.channel, Delivery.state, Delivery.provider_code, func.count().label("number"))
        .where(Delivery.broadcast_id == broadcast_id)
        .group_by(Delivery.channel, Delivery.state, Delivery.provider_code)
        .order_by(func.count().desc())
    ).all()

"""How a broadcast comes to its end: what its deliveries came to, counted as they come to it."""

from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, case, func, update

from app.core.tasks import TaskHandle
from app.notifications.models import Broadcast
from tenants.database import db


def count_results(broadcast_id: UUID, accepted: int, refused: int) -> None:
    """Add what a chunk came to, and note the end of the broadcast with the last one."""
    db.session.execute(
        update(Broadcast)
        .where(Broadcast.id == broadcast_id)
        .values(accepted=Broadcast.accepted + accepted, refused=Broadcast.refused + refused)
    )
    finish_if_all_left(broadcast_id)


def count_given_up(broadcast_id: UUID, number: int) -> None:
    """Add deliveries that were given up, and note the end of the broadcast with the last one."""
    _count_given_up(broadcast_id, number)
    finish_if_all_left(broadcast_id)


def take_back_given_up(broadcast_id: UUID, number: int) -> None:
    """Count deliveries as waiting that had been given up: the broadcast, unless called off, goes on."""
    _count_given_up(broadcast_id, -number)
    reopen(broadcast_id)


def _count_given_up(broadcast_id: UUID, number: int) -> None:
    db.session.execute(
        update(Broadcast).where(Broadcast.id == broadcast_id).values(given_up=Broadcast.given_up + number)
    )


def reopen(broadcast_id: UUID) -> None:
    """Go on with a broadcast that had come to an end without everything being sent."""
    db.session.execute(
        update(Broadcast)
        .where(Broadcast.id == broadcast_id, Broadcast.state == "failed")
        .values(state="sending", finished_at=None)
    )


def stop_with_task(task: TaskHandle, state: str) -> None:
    """End the broadcast whose task did; one that has handed out its chunks ends with them, unless it was called off."""
    if state == "failed" and "chunks" in task.progress:
        return
    db.session.execute(
        update(Broadcast)
        .where(Broadcast.id == UUID(task.arguments["broadcast_id"]), Broadcast.state == "sending")
        .values(state=state, finished_at=func.clock_timestamp())
    )


def finish_if_all_left(broadcast_id: UUID) -> bool:
    """Note that a broadcast is over once every delivery has come to an end."""
    finished: CursorResult[Any] = db.session.execute(
        update(Broadcast)
        .where(
            Broadcast.id == broadcast_id,
            Broadcast.state == "sending",
            Broadcast.accepted + Broadcast.refused + Broadcast.given_up >= Broadcast.addressed,
        )
        .values(state=case((Broadcast.given_up > 0, "failed"), else_="sent"), finished_at=func.clock_timestamp())
    )  # type: ignore[assignment]
    return finished.rowcount == 1

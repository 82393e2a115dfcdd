"""Broadcasts: composing, sending, calling off, and the task that brings one under way."""

import hashlib
import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.core.audit import record
from app.core.errors import NotFound
from app.core.seen import require_seen
from app.core.tasks import TaskHandle, cancel_task, start_task
from app.members.audience import Audience, measure
from app.notifications.errors import BroadcastNotEditable, NobodyToAddress
from app.notifications.fan_out import fill_inboxes, hand_out_chunks, queue_deliveries
from app.notifications.kinds import INBOX, LEAVING
from app.notifications.models import Broadcast
from app.notifications.operations import INBOX_CHANGED
from app.notifications.settling import finish_if_all_left, reopen
from tenants.changes import announce
from tenants.context import Actor, current_zone
from tenants.database import db


def mark(broadcast: Broadcast) -> str:
    """The mark of what a draft says and whom it addresses (`app.core.seen`)."""
    return _mark(title=broadcast.title, body=broadcast.body, channels=broadcast.channels, audience=broadcast.audience)


def _mark(**content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def compose(
    actor: Actor,
    broadcast_id: UUID,
    *,
    title: str,
    body: str,
    channels: Sequence[str],
    audience: Audience,
    seen: str = "",
) -> None:
    """Keep a draft under this id, or change the one whose `mark` was seen; the same twice is kept once.

    Raises `BroadcastNotEditable` once it was sent, `ChangedMeanwhile`, `NobodyToAddress`.
    """
    if measure(audience).members == 0:
        raise NobodyToAddress(field="audience")
    values = {"title": title, "body": body, "channels": list(channels), "audience": audience.to_json()}
    present = _locked(broadcast_id)
    if present is not None and present.state == "draft" and mark(present) != _mark(**values):
        require_seen(seen, mark(present), present)
    statement = upsert(Broadcast).values(
        zone_id=current_zone().id, id=broadcast_id, state="draft", created_by=actor.account_id, **values
    )
    kept = db.session.execute(
        statement.on_conflict_do_update(
            index_elements=[Broadcast.zone_id, Broadcast.id], set_=values, where=Broadcast.state == "draft"
        ).returning(Broadcast.id)
    ).one_or_none()
    if kept is None:
        raise BroadcastNotEditable
    record("broadcasts.compose", object_type="broadcast", object_id=broadcast_id, channels=list(channels))


def _locked(broadcast_id: UUID) -> Broadcast | None:
    return db.session.execute(
        select(Broadcast)
        .where(Broadcast.id == broadcast_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def send(_actor: Actor, broadcast_id: UUID, seen: str | None = None) -> None:
    """Send a draft; one that is being sent already is left alone, so a double click sends once.

    With `seen`, the `mark` of what was confirmed, nothing else is sent. Raises `ChangedMeanwhile`, `NotFound`.
    """
    draft = _locked(broadcast_id)
    if draft is not None and draft.state == "draft":
        require_seen(seen, mark(draft))
    title = db.session.execute(
        update(Broadcast)
        .where(Broadcast.id == broadcast_id, Broadcast.state == "draft")
        .values(state="sending", sent_at=func.now())
        .returning(Broadcast.title)
    ).scalar_one_or_none()
    if title is None:
        _require(broadcast_id)
        return
    start_task("notifications.broadcast", title, {"broadcast_id": str(broadcast_id)}, task_id=broadcast_id)
    record("broadcasts.send", object_type="broadcast", object_id=broadcast_id)


def call_off(_actor: Actor, broadcast_id: UUID) -> bool:
    """Stop what has not left yet, or drop a draft; false when it was over already. Raises `NotFound`."""
    stopped = db.session.execute(
        update(Broadcast)
        .where(Broadcast.id == broadcast_id, Broadcast.state.in_(("draft", "sending")))
        .values(state="cancelled", finished_at=func.now())
        .returning(Broadcast.id)
    ).scalar_one_or_none()
    if stopped is None:
        _require(broadcast_id)
        return False
    cancel_task(broadcast_id)
    record("broadcasts.cancel", object_type="broadcast", object_id=broadcast_id)
    return True


def _require(broadcast_id: UUID) -> None:
    if db.session.execute(select(Broadcast.id).where(Broadcast.id == broadcast_id)).first() is None:
        raise NotFound


def carry_out(task: TaskHandle) -> None:
    """Write the inbox messages, then queue the deliveries and hand them to the workers.

    Each step commits together with the note that it is done, and is safe to repeat. A task that was given up and runs
    again was called back: so is its broadcast.
    """
    reopen(UUID(task.arguments["broadcast_id"]))
    broadcast = db.session.execute(
        select(Broadcast).where(Broadcast.id == UUID(task.arguments["broadcast_id"]))
    ).scalar_one()
    if broadcast.state != "sending":
        return
    audience = Audience.from_json(broadcast.audience)
    if INBOX in broadcast.channels and "recipients" not in task.progress:
        broadcast.recipients = fill_inboxes(broadcast, audience)
        announce(INBOX_CHANGED, f"zone:{current_zone().id}")
        task.advance(broadcast.recipients, recipients=broadcast.recipients)
    leaving = [channel for channel in LEAVING if channel in broadcast.channels]
    if leaving and "chunks" not in task.progress:
        for channel in leaving:
            queue_deliveries(broadcast, audience, channel)
        chunks = hand_out_chunks(broadcast.id)
        task.advance(task.done, chunks=chunks)
    finish_if_all_left(broadcast.id)

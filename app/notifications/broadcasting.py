"""Broadcasts: composing, sending, calling off; and the work that follows.

Inbox rows and deliveries are each one INSERT … SELECT that may be repeated (unique by broadcast and member). Deliveries
then leave in chunks, each an outbox event of its own, so that any number of workers send them and none sends twice.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Insert,
    Text,
    Uuid,
    cast,
    exists,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from app.core.audit import record
from app.core.errors import NotFound
from app.core.outbox import emit
from app.core.tasks import TaskHandle, cancel_task, start_task
from app.members.models import Member
from app.notifications.audience import Audience, measure
from app.notifications.errors import BroadcastNotEditable, NobodyToAddress
from app.notifications.kinds import BROADCAST, INBOX, SMS
from app.notifications.models import Broadcast, Delivery, Message, Preference
from app.notifications.operations import INBOX_CHANGED
from tenants.changes import announce
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.isolation import allow_raw_sql, raw_sql

PLACE = allow_raw_sql(
    "app.notifications.broadcasting",
    "INSERT … SELECT of one row a member; the audience's conditions keep it in the zone's subtree",
)
CHUNK = 1_000


def compose(
    actor: Actor, broadcast_id: UUID, *, title: str, body: str, channels: Sequence[str], audience: Audience
) -> None:
    """Keep a draft under this id, or change it. Raises `BroadcastNotEditable` once it was sent, `NobodyToAddress`."""
    if measure(audience).members == 0:
        raise NobodyToAddress(field="union_name")
    values = {"title": title, "body": body, "channels": list(channels), "audience": audience.to_json()}
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


def send(_actor: Actor, broadcast_id: UUID) -> None:
    """Send a draft; one that is being sent already is left alone, so a double click sends once. Raises `NotFound`."""
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

    Each step commits together with the note that it is done, and is safe to repeat.
    """
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
    if SMS in broadcast.channels and "chunks" not in task.progress:
        queue_deliveries(broadcast, audience)
        chunks = hand_out_chunks(broadcast.id)
        task.advance(task.done, chunks=chunks)
    finish_if_all_left(broadcast.id)


def fill_inboxes(broadcast: Broadcast, audience: Audience) -> int:
    """One message in the inbox of everybody addressed; returns how many had none yet."""
    columns = ["zone_id", "id", "member_id", "kind", "broadcast_id", "params", "href"]
    rows = select(
        literal(current_zone().id), _new_id(), Member.id, literal(BROADCAST.key), literal(broadcast.id),
        text("'{}'::jsonb"), literal(""),
    ).where(*audience.conditions(), ~_has_one(Message, broadcast))  # fmt: skip
    return _write(insert(Message).from_select(columns, rows, include_defaults=False))


def queue_deliveries(broadcast: Broadcast, audience: Audience) -> None:
    """One SMS for everybody addressed who has a phone and wants it, and the figures of those who do not."""
    opted_out = exists().where(
        Preference.zone_id == current_zone().id,
        Preference.member_id == Member.id,
        Preference.kind == BROADCAST.key,
        Preference.channel == SMS,
        Preference.is_on.is_(False),
    )
    columns = ["zone_id", "id", "member_id", "channel", "broadcast_id"]
    rows = select(
        literal(current_zone().id), _new_id(), Member.id, literal(SMS), literal(broadcast.id)
    ).where(
        *audience.conditions(), Member.phone_cipher.is_not(None), ~opted_out, ~_has_one(Delivery, broadcast)
    )  # fmt: skip
    size = measure(audience)
    broadcast.addressed += _write(insert(Delivery).from_select(columns, rows, include_defaults=False))
    broadcast.unreachable = size.without_phone
    broadcast.opted_out = max(0, size.members - size.without_phone - broadcast.addressed)
    db.session.flush()


def _has_one(table: type[Message] | type[Delivery], broadcast: Broadcast) -> ColumnElement[bool]:
    """That a member has a row of the broadcast. Asked for all at once: ON CONFLICT asks for each, a third slower."""
    return exists().where(
        table.zone_id == current_zone().id, table.broadcast_id == broadcast.id, table.member_id == Member.id
    )


def _write(statement: Insert) -> int:
    """Run an INSERT … SELECT; returns how many rows it wrote."""
    with raw_sql(PLACE):
        written: CursorResult[Any] = db.session.execute(statement, execution_options={"preserve_rowcount": True})  # type: ignore[assignment]
    return written.rowcount


def _new_id() -> Any:
    """A version 7 id for every row: the time of now, random bits from the database."""
    return cast(literal(str(uuid7())[:15]) + func.substr(cast(func.gen_random_uuid(), Text), 16), Uuid)


def hand_out_chunks(broadcast_id: UUID) -> int:
    """One event for every thousand deliveries, each a range of their ids; returns how many."""
    numbered = (
        select(Delivery.id, func.row_number().over(order_by=Delivery.id).label("place"))
        .where(Delivery.broadcast_id == broadcast_id)
        .subquery()
    )
    firsts = db.session.execute(
        select(numbered.c.id).where((numbered.c.place - 1) % CHUNK == 0).order_by(numbered.c.id)
    ).scalars().all()  # fmt: skip
    for first, until in zip(firsts, [*firsts[1:], None], strict=True):
        payload = {"broadcast_id": str(broadcast_id), "first": str(first), "until": str(until) if until else None}
        emit("notifications.send_chunk", dedupe_key=f"chunk:{broadcast_id}:{first}", payload=payload)
    return len(firsts)


def count_results(broadcast_id: UUID, accepted: int, refused: int) -> None:
    """Add what a chunk came to, and note the end of the broadcast with the last one."""
    db.session.execute(
        update(Broadcast)
        .where(Broadcast.id == broadcast_id)
        .values(accepted=Broadcast.accepted + accepted, refused=Broadcast.refused + refused)
    )
    finish_if_all_left(broadcast_id)


def finish_if_all_left(broadcast_id: UUID) -> bool:
    """Note that a broadcast is over once every delivery has come to an end."""
    finished: CursorResult[Any] = db.session.execute(
        update(Broadcast)
        .where(
            Broadcast.id == broadcast_id,
            Broadcast.state == "sending",
            Broadcast.accepted + Broadcast.refused >= Broadcast.addressed,
        )
        .values(state="sent", finished_at=func.clock_timestamp())
    )  # type: ignore[assignment]
    return finished.rowcount == 1

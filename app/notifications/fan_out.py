"""A broadcast's rows: inbox messages and deliveries, each one INSERT … SELECT that may be repeated (unique by broadcast
and member). Deliveries then leave in chunks, each an outbox event of its own, so that any number of workers send them and
none sends twice.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Insert,
    Select,
    exists,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from app.core.outbox import emit
from app.core.row_ids import id_for_each_row
from app.members.audience import Audience
from app.members.models import Member
from app.notifications.kinds import BROADCAST, INBOX, SMS, kinds
from app.notifications.models import Broadcast, Delivery, Message, Preference
from app.notifications.operations import INBOX_CHANGED
from app.notifications.reach import has_address, measure_reach
from tenants.changes import announce
from tenants.context import current_zone
from tenants.database import db
from tenants.isolation import RUNNING_ZONE

CHUNK = 1_000


def fill_inboxes(broadcast: Broadcast, audience: Audience) -> int:
    """One message in the inbox of everybody addressed; returns how many had none yet."""
    columns = ["zone_id", "id", "member_id", "kind", "broadcast_id", "params", "href"]
    rows = select(
        RUNNING_ZONE, id_for_each_row(), Member.id, literal(BROADCAST.key), literal(broadcast.id),
        text("'{}'::jsonb"), literal(""),
    ).where(*audience.conditions(), ~_has_one(Message, broadcast))  # fmt: skip
    return _write(insert(Message).from_select(columns, rows, include_defaults=False))


def notify_each(kind_key: str, rows: Select) -> int:
    """Tell many members something at once, each in the inbox alone; returns how many were not told before.

    `rows` are `member_id`, `params` (JSON with every place of the kind's words) and `dedupe_key`, as in `operations.notify`.
    """
    if kinds()[kind_key].channels != (INBOX,):
        raise ValueError(f"{kind_key!r} leaves the house: that is a broadcast's way")
    each = rows.subquery()
    columns = ["zone_id", "id", "member_id", "kind", "params", "dedupe_key"]
    new = select(
        RUNNING_ZONE, id_for_each_row(), each.c.member_id, literal(kind_key), each.c.params, each.c.dedupe_key
    )  # fmt: skip
    # Asked of the index for each: NOT EXISTS may scan all that the statement itself has written, again for every row.
    written = _write(upsert(Message).from_select(columns, new, include_defaults=False).on_conflict_do_nothing())
    if written:
        announce(INBOX_CHANGED, f"zone:{current_zone().id}")
    return written


def queue_deliveries(broadcast: Broadcast, audience: Audience, channel: str) -> None:
    """One delivery for everybody addressed who has such an address and wants it, and the figures of those who do not."""
    reach = measure_reach(audience)
    without = reach.without_phone if channel == SMS else reach.without_email
    opted_out = exists().where(
        Preference.zone_id == current_zone().id,
        Preference.member_id == Member.id,
        Preference.kind == BROADCAST.key,
        Preference.channel == channel,
        Preference.is_on.is_(False),
    )
    columns = ["zone_id", "id", "member_id", "channel", "broadcast_id"]
    rows = select(
        RUNNING_ZONE, id_for_each_row(), Member.id, literal(channel), literal(broadcast.id)
    ).where(
        *audience.conditions(), has_address(channel), ~opted_out,
        ~_has_one(Delivery, broadcast, Delivery.channel == channel),
    )  # fmt: skip
    addressed = _write(insert(Delivery).from_select(columns, rows, include_defaults=False))
    broadcast.addressed += addressed
    broadcast.unreachable += without
    broadcast.opted_out += max(0, reach.members - without - addressed)
    db.session.flush()


def _has_one(
    table: type[Message] | type[Delivery], broadcast: Broadcast, *also: ColumnElement[bool]
) -> ColumnElement[bool]:
    """That a member has a row of the broadcast. Asked for all at once: ON CONFLICT asks for each, a third slower."""
    return exists().where(
        table.zone_id == current_zone().id, table.broadcast_id == broadcast.id, table.member_id == Member.id, *also
    )


def _write(statement: Insert) -> int:
    """Run an INSERT … SELECT; returns how many rows it wrote."""
    written: CursorResult[Any] = db.session.execute(statement, execution_options={"preserve_rowcount": True})  # type: ignore[assignment]
    return written.rowcount


def hand_out_chunks(broadcast_id: UUID) -> int:
    """One event for every thousand deliveries, each a range of their ids; returns how many."""
    place, total = func.row_number().over(order_by=Delivery.id), func.count().over()
    numbered = (
        select(Delivery.id, place.label("place"), total.label("total"))
        .where(Delivery.broadcast_id == broadcast_id)
        .subquery()
    ).c
    is_first = (numbered.place - 1) % CHUNK == 0
    is_last = (numbered.place % CHUNK == 0) | (numbered.place == numbered.total)
    firsts, lasts = (
        db.session.execute(select(numbered.id).where(is_end).order_by(numbered.id)).scalars().all()
        for is_end in (is_first, is_last)
    )
    for first, last in zip(firsts, lasts, strict=True):
        payload = {"broadcast_id": str(broadcast_id), "first": str(first), "last": str(last)}
        emit("notifications.send_chunk", dedupe_key=f"chunk:{broadcast_id}:{first}", payload=payload)
    return len(firsts)

"""Gives vouchers of a batch to everybody an audience means: frozen when it is ordered, then given part by part in the background."""

import hashlib
import json
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal, select, update

from app.benefits import rules
from app.benefits.rules import naming
from app.benefits.rules.naming import Over
from app.benefits.vouchers.batch_errors import BatchMovedOn, BatchOver, CountedOthers, NobodyMeant, OrderedBefore
from app.benefits.vouchers.batch_states import BatchState
from app.benefits.vouchers.caps import giving_of
from app.benefits.vouchers.giving import give
from app.benefits.vouchers.models import Voucher, VoucherBatch, VoucherOrder
from app.benefits.vouchers.promises import require_not_promised
from app.benefits.vouchers.refusals import note_refusals
from app.benefits.vouchers.states import VoucherState
from app.core.audit import record
from app.core.clock import now, today_in_china
from app.core.errors import NotFound
from app.core.outbox import emit
from app.members.audience import Audience, freeze, let_go
from app.members.audience.models import AudienceList, AudienceListMember
from app.members.models import Member
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.turns import take_turn

GRANT = "benefits.give_vouchers"
AT_ONCE = 2_000
"""Members in one transaction: others who give of the batch wait for its end."""


def mark_of(audience: Audience, members: int) -> str:
    """The mark of an audience as it was counted (`app.core.seen`)."""
    chosen = json.dumps(audience.to_json(), sort_keys=True)
    return f"{members}.{hashlib.sha256(chosen.encode()).hexdigest()[:16]}"


def order(actor: Actor, list_id: UUID, batch_id: UUID, audience: Audience, *, seen: str | None = None) -> int:
    """Have each member of an audience given one, in the order of their ids; how many there are. Ordered twice under one `list_id`
    it is given once. `seen` is the mark of what a page counted, where one did. Raises `NotFound`, `BatchMovedOn` for a batch that is not approved, `BatchOver`, `BatchPromised`, `OrderedBefore` where
    the `list_id` is of another giving or of nothing that was ordered, `NobodyMeant`, `CountedOthers` where others are meant than were counted, and `CapReached` where a spending rule refuses it to
    any of them."""
    batch = db.session.get(VoucherBatch, (current_zone().id, batch_id))
    if batch is None:
        raise NotFound
    if batch.state != BatchState.APPROVED:
        raise BatchMovedOn
    if batch.expires_on < today_in_china():
        raise BatchOver
    require_not_promised(batch_id)
    take_turn(f"vouchers.order.{list_id}")
    if (before := _ordered(list_id, batch_id, audience)) is not None:
        return before
    members = freeze(actor, list_id, audience, batch.title).members
    if not members:
        raise NobodyMeant(field="audience")
    if seen is not None and seen != (mark := mark_of(audience, members)):
        raise CountedOthers(mark)
    _check_rules(batch, list_id)
    db.session.add(VoucherOrder(id=list_id, batch_id=batch_id, members=members))
    db.session.flush()
    record("vouchers.order", object_type="voucher_batch", object_id=batch_id, members=members, list=str(list_id))
    _continue(batch_id, list_id, None)
    return members


def members_waiting(batch_id: UUID) -> int:
    """How many members the orders of a batch have that are not done."""
    query = select(func.coalesce(func.sum(VoucherOrder.members), 0))
    return db.session.execute(
        query.where(VoucherOrder.batch_id == batch_id, VoucherOrder.done_at.is_(None))
    ).scalar_one()


def give_part(actor: Actor, batch_id: UUID, list_id: UUID, after: UUID | None) -> None:
    """Give the next `AT_ONCE` members of a frozen list theirs, and order those after them; after the last the list is let go."""
    query = select(AudienceListMember.member_id).where(AudienceListMember.list_id == list_id)
    if after:
        query = query.where(AudienceListMember.member_id > after)
    members = db.session.scalars(query.order_by(AudienceListMember.member_id).limit(AT_ONCE)).all()
    if members:
        note_refusals(batch_id, list_id, give(actor, batch_id, members, _key(list_id)))
        _continue(batch_id, list_id, members[-1])
    else:
        db.session.execute(update(VoucherOrder).where(VoucherOrder.id == list_id).values(done_at=now()))
        let_go(list_id)


def _ordered(list_id: UUID, batch_id: UUID, audience: Audience) -> int | None:
    """How many members were ordered under this id before, none where nothing was."""
    zone_id = current_zone().id
    listed = db.session.get(AudienceList, (zone_id, list_id))
    if listed is None:
        return None
    order = db.session.get(VoucherOrder, (zone_id, list_id))
    if order is None or order.batch_id != batch_id or Audience.from_json(listed.audience or {}) != audience:
        raise OrderedBefore
    return order.members


def list_over(batch_id: UUID, list_id: UUID, audience: Audience) -> list[Over]:
    """Who of an audience would be given more than a spending rule allows."""
    batch = db.session.get_one(VoucherBatch, (current_zone().id, batch_id))
    asked = _asked(batch, Member.id, *audience.conditions())
    return naming.list_over(giving_of(batch, _key(list_id)), asked)


def _check_rules(batch: VoucherBatch, list_id: UUID) -> None:
    asked = _asked(batch, AudienceListMember.member_id, AudienceListMember.list_id == list_id)
    rules.check(giving_of(batch, _key(list_id)), asked)


def _asked(batch: VoucherBatch, member: Any, *conditions: Any) -> Select:
    """Those in a column of members whom spending rules are asked about: who has as many as they may have is given none."""
    had = (
        select(func.count())
        .where(Voucher.batch_id == batch.id, Voucher.member_id == member, Voucher.state != VoucherState.VOID)
        .correlate(member.class_)
        .scalar_subquery()
    )
    value = literal(batch.value_cents).label("value_cents")
    return select(member.label("member_id"), value).where(*conditions, had < batch.per_member)


def _key(list_id: UUID) -> str:
    return f"list:{list_id}"


def _continue(batch_id: UUID, list_id: UUID, after: UUID | None) -> None:
    payload = {"batch_id": str(batch_id), "list_id": str(list_id), "after": str(after or "")}
    emit(GRANT, dedupe_key=f"{GRANT}:{batch_id}:{list_id}:{after or ''}", payload=payload)

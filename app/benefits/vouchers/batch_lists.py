"""Reads of batches for the desk."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from app.benefits.vouchers.kinds import KINDS
from app.benefits.vouchers.kinds.kind import Kind
from app.benefits.vouchers.models import Voucher, VoucherBatch
from app.benefits.vouchers.states import LAPSE, WITH_MEMBERS, VoucherState
from tenants.context import current_zone
from tenants.database import db

PAGE = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """A batch, and how many of its pieces are in each state; `lapsed` are those that expired at WeChat, which are not back in the stock."""

    batch: VoucherBatch
    pieces: dict[str, int]
    due_cents: int
    lapsed: int = 0

    @property
    def kind(self) -> Kind:
        return KINDS[self.batch.kind]

    @property
    def left(self) -> int:
        return self.batch.stock - self.batch.taken

    @property
    def redeemed(self) -> int:
        return self.pieces.get(VoucherState.REDEEMED, 0) + self.pieces.get(VoucherState.SETTLED, 0)

    @property
    def with_members(self) -> int:
        return sum(self.pieces.get(state, 0) for state in WITH_MEMBERS)


def list_batches(before: UUID | None, limit: int, *, states: Collection[str] = (), kind: str = "") -> list[Standing]:
    """Batches of the zone, the newest first; in these states or of this kind, where asked for."""
    query = select(VoucherBatch).order_by(VoucherBatch.id.desc()).limit(limit)
    if states:
        query = query.where(VoucherBatch.state.in_(states))
    if kind:
        query = query.where(VoucherBatch.kind == kind)
    if before:
        query = query.where(VoucherBatch.id < before)
    return _standings(list(db.session.scalars(query)))


def find_batch(batch_id: UUID) -> Standing | None:
    found = db.session.get(VoucherBatch, (current_zone().id, batch_id))
    return _standings([found])[0] if found else None


def _standings(batches: list[VoucherBatch]) -> list[Standing]:
    query = (
        select(
            Voucher.batch_id,
            Voucher.state,
            func.count(),
            func.coalesce(func.sum(Voucher.amount_cents), 0),
            func.count().filter(Voucher.action == LAPSE.action),
        )
        .where(Voucher.batch_id.in_([batch.id for batch in batches]))
        .group_by(Voucher.batch_id, Voucher.state)
    )
    pieces: dict[UUID, dict[str, int]] = {}
    due: dict[UUID, int] = {}
    lapsed: dict[UUID, int] = {}
    for batch_id, state, count, cents, at_wechat in db.session.execute(query):
        pieces.setdefault(batch_id, {})[state] = count
        due[batch_id] = due.get(batch_id, 0) + int(cents or 0)
        lapsed[batch_id] = lapsed.get(batch_id, 0) + at_wechat
    return [
        Standing(batch, pieces.get(batch.id, {}), due.get(batch.id, 0), lapsed.get(batch.id, 0)) for batch in batches
    ]

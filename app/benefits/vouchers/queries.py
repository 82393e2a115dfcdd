"""Reads of vouchers, for members and for shops."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import Select, func, select

from app.benefits.vouchers.errors import VoucherMovedOn
from app.benefits.vouchers.kinds import KINDS
from app.benefits.vouchers.kinds.kind import Kind
from app.benefits.vouchers.models import Merchant, Voucher, VoucherBatch, VoucherBatchShop, VoucherEvent, VoucherShop
from app.benefits.vouchers.states import GOOD, REVERSE, USED, WITH_MEMBERS, VoucherState
from app.core.clock import CHINA, today_in_china
from tenants.context import Actor, current_zone
from tenants.database import db

PAGE = 50
PARTS: dict[str, Collection[VoucherState]] = {
    "good": WITH_MEMBERS,
    "used": USED,
    "over": frozenset(VoucherState) - WITH_MEMBERS - USED,
}
"""The parts of a member's list."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A voucher with the batch it is of."""

    voucher: Voucher
    batch: VoucherBatch

    @property
    def kind(self) -> Kind:
        return KINDS[self.batch.kind]

    @property
    def is_good(self) -> bool:
        """Whether it can be redeemed today, in the right shop."""
        return (
            not self.kind.is_in_wechat
            and self.voucher.state in GOOD
            and self.voucher.valid_from <= today_in_china() <= self.voucher.last_day
        )

    @property
    def days_left(self) -> int:
        return (self.voucher.last_day - today_in_china()).days


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop with its merchant's name."""

    id: UUID
    name: str
    merchant: str
    address: str

    @property
    def title(self) -> str:
        return f"{self.merchant} · {self.name}"


def _pieces() -> Select[Voucher, VoucherBatch]:
    return select(Voucher, VoucherBatch).join(
        VoucherBatch, (VoucherBatch.zone_id == Voucher.zone_id) & (VoucherBatch.id == Voucher.batch_id)
    )


def list_own(member_id: UUID, part: str, before: UUID | None = None, limit: int = PAGE) -> list[Piece]:
    """A part of a member's vouchers, the newest first."""
    query = _pieces().where(Voucher.member_id == member_id, Voucher.state.in_(PARTS[part]))
    if before:
        query = query.where(Voucher.id < before)
    return [Piece(*row) for row in db.session.execute(query.order_by(Voucher.id.desc()).limit(limit))]


def count_own(member_id: UUID) -> dict[str, int]:
    """How many vouchers a member has in each part."""
    query = select(Voucher.state, func.count()).where(Voucher.member_id == member_id).group_by(Voucher.state)
    states: dict[str, int] = dict(db.session.execute(query).all())  # type: ignore[arg-type]
    return {part: sum(states.get(state, 0) for state in of) for part, of in PARTS.items()}


def find_piece(voucher_id: UUID, member_id: UUID | None = None) -> Piece | None:
    """A voucher that the scope sees, of this member where one is named."""
    query = _pieces().where(Voucher.id == voucher_id)
    if member_id:
        query = query.where(Voucher.member_id == member_id)
    row = db.session.execute(query).one_or_none()
    return Piece(*row) if row else None


def list_shops(batch_id: UUID | None = None) -> list[Shop]:
    """The shops of a batch, or all of the zone's, by merchant and name."""
    query = select(VoucherShop.id, VoucherShop.name, Merchant.name, VoucherShop.address).join(
        Merchant, (Merchant.zone_id == VoucherShop.zone_id) & (Merchant.id == VoucherShop.merchant_id)
    )
    if batch_id:
        query = query.join(
            VoucherBatchShop,
            (VoucherBatchShop.zone_id == VoucherShop.zone_id) & (VoucherBatchShop.shop_id == VoucherShop.id),
        ).where(VoucherBatchShop.batch_id == batch_id)
    return [Shop(*row) for row in db.session.execute(query.order_by(Merchant.name, VoucherShop.name))]


def shop_titles(shop_ids: Collection[UUID | None]) -> dict[UUID, str]:
    """What shops are called, by id."""
    wanted = {shop_id for shop_id in shop_ids if shop_id}
    return {shop.id: shop.title for shop in list_shops() if shop.id in wanted} if wanted else {}


def list_events(voucher_id: UUID) -> list[VoucherEvent]:
    """What a voucher went through, in order."""
    query = select(VoucherEvent).where(VoucherEvent.voucher_id == voucher_id).order_by(VoucherEvent.version)
    return list(db.session.scalars(query))


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What a shop redeemed: how many vouchers, the sum of them, and the latest."""

    number: int
    cents: int
    latest: list[Piece]


def redeemed_today(shop_id: UUID, limit: int) -> Redeemed:
    """What was redeemed in a shop today and not taken back, with the latest `limit` of it."""
    since = datetime.combine(today_in_china(), time(), CHINA)
    conditions = (Voucher.shop_id == shop_id, Voucher.state.in_(USED), Voucher.redeemed_at >= since)
    sums = select(func.count(), func.coalesce(func.sum(Voucher.amount_cents), 0)).where(*conditions)
    number, cents = db.session.execute(sums).one()
    query = _pieces().where(*conditions).order_by(Voucher.redeemed_at.desc(), Voucher.id).limit(limit)
    return Redeemed(number, int(cents or 0), [Piece(*row) for row in db.session.execute(query)])


def taken_back_by(actor: Actor, voucher_id: UUID) -> UUID | None:
    """In which shop the redemption was that the actor took back, where that is the last of what happened to the voucher."""
    query = (
        select(VoucherEvent.shop_id)
        .join(Voucher, (Voucher.zone_id == VoucherEvent.zone_id) & (Voucher.id == VoucherEvent.voucher_id))
        .where(
            VoucherEvent.voucher_id == voucher_id,
            VoucherEvent.version == Voucher.version - 1,
            Voucher.action == REVERSE.action,
            Voucher.acted_by == actor.account_id,
        )
    )
    return db.session.scalar(query)


def details_of(refusal: VoucherMovedOn) -> tuple[str, datetime | None]:
    """Where and when a voucher was redeemed, as a refusal tells it."""
    shop_id, at = refusal.details.get("shop"), refusal.details.get("at")
    found = db.session.get(VoucherShop, (current_zone().id, shop_id)) if shop_id else None
    return (found.name if found else "", at if isinstance(at, datetime) else None)

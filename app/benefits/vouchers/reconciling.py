"""Three-way reconciliation (三方对账): what was given, what shops redeemed and what statements settle, by batch and by merchant."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Select, func, select

from app.benefits.vouchers.batch_lists import Standing
from app.benefits.vouchers.models import (
    Merchant,
    Voucher,
    VoucherBatch,
    VoucherSettlement,
    VoucherSettlementLine,
    VoucherShop,
)
from app.benefits.vouchers.settlement_states import OPEN, SettlementState
from app.benefits.vouchers.states import USED, VoucherState
from app.benefits.wechat import differences as wechat
from tenants.database import db


@dataclass(frozen=True, slots=True)
class Sum:
    """So many vouchers that come to so much."""

    pieces: int = 0
    cents: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.pieces + other.pieces, self.cents + other.cents)

    def __sub__(self, other: "Sum") -> "Sum":
        return Sum(self.pieces - other.pieces, self.cents - other.cents)


NONE = Sum()


@dataclass(frozen=True, slots=True)
class Side:
    """The three sides of a batch or a merchant. `redeemed` is what the vouchers say, the other sums what statements do; what is redeemed
    is in none, in a draft, settled or paid."""

    title: str
    redeemed: Sum
    drafted: Sum
    settled: Sum
    paid: Sum
    by_wechat: Sum = NONE

    @property
    def waiting(self) -> Sum:
        """Redeemed, and in no statement yet; below zero where statements hold more than was redeemed. What WeChat Pay took off payments it
        settles with its merchants itself."""
        return self.redeemed - self.drafted - self.settled - self.paid - self.by_wechat


@dataclass(frozen=True, slots=True)
class BatchSide(Side):
    """A batch's sides; `given` is what members have or had of it, without what is void or expired; `lapsed` of it expired at WeChat, which
    gives no other in its place."""

    batch_id: UUID = field(kw_only=True)
    given: int = field(kw_only=True)
    with_members: int = field(kw_only=True)
    lapsed: int = field(kw_only=True)

    @property
    def difference(self) -> int:
        """Pieces that are given and neither with members nor redeemed nor lapsed: none, or the count is wrong."""
        return self.given - self.with_members - self.redeemed.pieces - self.lapsed


def by_batch(rows: list[Standing]) -> list[BatchSide]:
    """The sides of batches."""
    ids = [row.batch.id for row in rows]
    used, held = _used(Voucher.batch_id), _held(Voucher.batch_id)
    return [
        BatchSide(
            row.batch.title,
            used.get(each, NONE),
            *_sides(held, each),
            used.get(each, NONE) if row.kind.is_in_wechat else NONE,
            batch_id=each,
            given=row.batch.taken,
            with_members=row.with_members,
            lapsed=row.lapsed,
        )
        for row, each in zip(rows, ids, strict=True)
    ]


def by_merchant() -> list[Side]:
    """The sides of the zone's merchants, by name."""
    used = _used(VoucherShop.merchant_id)
    held = _held(VoucherSettlement.merchant_id)
    merchants = db.session.execute(select(Merchant.id, Merchant.name).order_by(Merchant.name)).all()
    return [Side(name, used.get(merchant_id, NONE), *_sides(held, merchant_id)) for merchant_id, name in merchants]


def _sides(held: dict[tuple[UUID, str], Sum], key: UUID) -> tuple[Sum, Sum, Sum]:
    states = (SettlementState.DRAFT, SettlementState.CONFIRMED, SettlementState.PAID)
    drafted, settled, paid = (held.get((key, state), NONE) for state in states)
    return drafted, settled, paid


def _used(by) -> dict[UUID, Sum]:
    query = (
        select(by, func.count(), func.sum(Voucher.amount_cents))
        .select_from(Voucher)
        .outerjoin(VoucherShop, (VoucherShop.zone_id == Voucher.zone_id) & (VoucherShop.id == Voucher.shop_id))
        .where(Voucher.state.in_(USED))
        .group_by(by)
    )
    return {key: Sum(pieces, int(cents or 0)) for key, pieces, cents in db.session.execute(query)}


def _held(by) -> dict[tuple[UUID, str], Sum]:
    query = (
        select(by, VoucherSettlement.state, func.count(), func.coalesce(func.sum(VoucherSettlementLine.amount_cents), 0))
        .select_from(VoucherSettlementLine)
        .join(
            VoucherSettlement,
            (VoucherSettlement.zone_id == VoucherSettlementLine.zone_id)
            & (VoucherSettlement.id == VoucherSettlementLine.settlement_id),
        )
        .join(Voucher, (Voucher.zone_id == VoucherSettlementLine.zone_id) & (Voucher.id == VoucherSettlementLine.voucher_id))
        .where(VoucherSettlement.state.in_(OPEN))
        .group_by(by, VoucherSettlement.state)
    )  # fmt: skip
    return {(key, state): Sum(pieces, int(cents)) for key, state, pieces, cents in db.session.execute(query)}


def differences() -> dict[str, Select]:
    """Queries of what breaks the reconciliation, by what it is (`app.benefits.checking`)."""
    line, statement = VoucherSettlementLine, VoucherSettlement
    of_statement = (statement.zone_id == line.zone_id) & (statement.id == line.settlement_id)
    lines = (
        select(line.id)
        .join(statement, of_statement)
        .join(Voucher, (Voucher.zone_id == line.zone_id) & (Voucher.id == line.voucher_id))
    )
    final = (SettlementState.CONFIRMED, SettlementState.PAID)
    in_final = (
        select(line.id).join(statement, of_statement).where(line.voucher_id == Voucher.id, statement.state.in_(final))
    )
    sums = (
        select(line.settlement_id, func.count().label("pieces"), func.sum(line.amount_cents).label("cents"))
        .group_by(line.settlement_id)
        .subquery()
    )
    differs = (sums.c.pieces.is_distinct_from(statement.pieces)) | (
        sums.c.cents.is_distinct_from(statement.amount_cents)
    )
    return {
        "settled vouchers in no confirmed statement": select(Voucher.id).where(
            Voucher.state == VoucherState.SETTLED, ~in_final.correlate(Voucher).exists()
        ),
        "vouchers that differ from their statement": lines.where(
            statement.state.in_(final),
            (Voucher.state != VoucherState.SETTLED)
            | Voucher.redeem_key.is_distinct_from(line.redeem_key)
            | Voucher.amount_cents.is_distinct_from(line.amount_cents),
        ),
        "statements that do not come to the sum of their vouchers": select(statement.id)
        .outerjoin(sums, sums.c.settlement_id == statement.id)
        .where(statement.state.in_(OPEN), differs),
        "redeemed vouchers of which the shop is due more than they are worth": select(Voucher.id)
        .join(VoucherBatch, VoucherBatch.id == Voucher.batch_id)
        .where(Voucher.amount_cents > VoucherBatch.value_cents),
    } | wechat.differences()

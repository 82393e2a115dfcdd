"""Reads of settlement statements, and a statement as a workbook."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Row, Select, func, select

from app.benefits.vouchers.models import (
    Merchant,
    Voucher,
    VoucherBatch,
    VoucherSettlement,
    VoucherSettlementLine,
    VoucherShop,
)
from app.benefits.vouchers.settling import unsettled
from app.core.errors import NotFound
from app.core.sheets import write_sheet
from tenants.database import db

PAGE = 50
LINES_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Statement:
    settlement: VoucherSettlement
    merchant: str


@dataclass(frozen=True, slots=True)
class Due:
    """What a merchant's redeemed vouchers that are in no statement come to."""

    merchant_id: UUID
    merchant: str
    pieces: int
    amount_cents: int


def list_statements(before: UUID | None, limit: int) -> list[Statement]:
    """The newest first."""
    query = _statements().order_by(VoucherSettlement.id.desc()).limit(limit)
    if before:
        query = query.where(VoucherSettlement.id < before)
    return [Statement(*row) for row in db.session.execute(query)]


def find_statement(settlement_id: UUID) -> Statement:
    """Raises `NotFound`."""
    row = db.session.execute(_statements().where(VoucherSettlement.id == settlement_id)).one_or_none()
    if row is None:
        raise NotFound
    return Statement(*row)


def list_due(through: date) -> list[Due]:
    """The merchants to which something is due through a day, by name."""
    found = []
    for merchant in db.session.scalars(select(Merchant).order_by(Merchant.name)):
        rows = unsettled(merchant.id, through).subquery()
        pieces, cents = db.session.execute(select(func.count(), func.sum(rows.c.amount_cents))).one()
        if pieces:
            found.append(Due(merchant.id, merchant.name, pieces, int(cents)))
    return found


def sums_by_batch_and_shop(settlement_id: UUID) -> list[Row]:
    """`batch`, `shop`, `pieces` and `amount_cents` of a statement."""
    query = (
        _lines(settlement_id)
        .with_only_columns(
            VoucherBatch.title.label("batch"), VoucherShop.name.label("shop"), func.count().label("pieces"),
            func.sum(VoucherSettlementLine.amount_cents).label("amount_cents"),
        )
        .group_by(VoucherBatch.id, VoucherBatch.title, VoucherShop.id, VoucherShop.name)
        .order_by(VoucherBatch.title, VoucherShop.name)
    )  # fmt: skip
    return list(db.session.execute(query))


def list_lines(settlement_id: UUID, limit: int = LINES_SHOWN) -> list[Row]:
    """The first lines of a statement, in the order of their redemption."""
    return list(db.session.execute(_lines(settlement_id).order_by(Voucher.redeemed_at, Voucher.id).limit(limit)))


def write_statement(target: IO[bytes], statement: Statement) -> int:
    """Write a statement's lines as a workbook, without a name of any member; returns how many."""
    headers = [_("Redeemed"), _("Shop"), _("Voucher"), _("Number"), _("Amount (yuan)")]
    widths = {headers[0]: 20.0, headers[1]: 24.0, headers[2]: 28.0, headers[3]: 38.0}
    return write_sheet(
        target, headers, _rows(statement), widths=widths, money_columns=[headers[4]], title=_("Statement of settlement")
    )


def _rows(statement: Statement) -> Iterator[tuple[object, ...]]:
    query = _lines(statement.settlement.id).order_by(Voucher.redeemed_at, Voucher.id)
    for line in db.session.execute(query.execution_options(yield_per=2_000)):
        yield line.redeemed_at, line.shop or "", line.batch, str(line.voucher_id), line.amount_cents / 100


def _statements() -> Select:
    return select(VoucherSettlement, Merchant.name).join(
        Merchant, (Merchant.zone_id == VoucherSettlement.zone_id) & (Merchant.id == VoucherSettlement.merchant_id)
    )


def _lines(settlement_id: UUID) -> Select:
    return (
        select(
            VoucherSettlementLine.voucher_id, VoucherSettlementLine.amount_cents, Voucher.redeemed_at, Voucher.state,
            VoucherBatch.title.label("batch"), VoucherShop.name.label("shop"),
            (Voucher.redeem_key == VoucherSettlementLine.redeem_key).label("stands"),
        )
        .join(Voucher, (Voucher.zone_id == VoucherSettlementLine.zone_id) & (Voucher.id == VoucherSettlementLine.voucher_id))
        .join(VoucherBatch, (VoucherBatch.zone_id == Voucher.zone_id) & (VoucherBatch.id == Voucher.batch_id))
        .outerjoin(VoucherShop, (VoucherShop.zone_id == Voucher.zone_id) & (VoucherShop.id == Voucher.shop_id))
        .where(VoucherSettlementLine.settlement_id == settlement_id)
    )  # fmt: skip

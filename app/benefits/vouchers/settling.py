"""Settles redeemed vouchers with their merchant: one draws a statement up, another confirms it, then it is paid.

Each voucher stands in one statement, by constraint; what was redeemed earlier and came late is in the next one.
"""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import Select, delete, func, insert, literal, select

from app.benefits.papers import Refusals, Step, hold, made_before, move, require_step
from app.benefits.vouchers.errors import ReasonMissing
from app.benefits.vouchers.models import Merchant, Voucher, VoucherSettlement, VoucherSettlementLine, VoucherShop
from app.benefits.vouchers.settlement_errors import (
    DayToCome,
    NothingToSettle,
    NotTheSettlementMaker,
    OwnSettlement,
    RedemptionsChanged,
    ReferenceMissing,
    SettlementMovedOn,
    SettlementWaiting,
)
from app.benefits.vouchers.settlement_states import CONFIRM, PAY, SettlementState
from app.benefits.vouchers.states import SETTLE, VoucherState
from app.benefits.vouchers.steps import step_of
from app.core.audit import record
from app.core.clock import CHINA, now, today_in_china
from app.core.constraints import refused_as
from app.core.errors import NotFound
from app.core.row_ids import id_for_each_row
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.isolation import RUNNING_ZONE

REFUSALS = Refusals(SettlementMovedOn, NotTheSettlementMaker, OwnSettlement, ReasonMissing)


def draw_up(actor: Actor, settlement_id: UUID, merchant_id: UUID, through: date) -> VoucherSettlement:
    """Put all of a merchant's redeemed vouchers through a day in China that are in no statement into one; sent twice it is one.

    Raises `NotFound`, `DayToCome`, `NothingToSettle`, and `SettlementWaiting` where another one is not confirmed.
    """
    zone_id = current_zone().id
    before = made_before(VoucherSettlement, settlement_id)
    if before is not None:
        return before
    if db.session.get(Merchant, (zone_id, merchant_id)) is None:
        raise NotFound
    if through > today_in_china():
        raise DayToCome(field="through")
    open_ones = unsettled(merchant_id, through).subquery()
    first = func.min(open_ones.c.redeemed_at)
    pieces, cents, since = db.session.execute(select(func.count(), func.sum(open_ones.c.amount_cents), first)).one()
    if not pieces:
        raise NothingToSettle(field="through")
    made = VoucherSettlement(
        id=settlement_id, merchant_id=merchant_id, since=since.astimezone(CHINA).date(), through=through, pieces=pieces,
        amount_cents=int(cents), state=SettlementState.DRAFT, version=1, made_by=actor.account_id, made_by_name=actor.name,
    )  # fmt: skip
    with refused_as(
        dict.fromkeys(("voucher_settlements_one_draft", "voucher_settlement_lines_once"), SettlementWaiting)
    ):
        db.session.add(made)
        db.session.flush()
        written = _write_lines(made)
    if written != pieces:
        raise RedemptionsChanged
    _remember("vouchers.draw_up_settlement", made)
    return made


def take_step(actor: Actor, settlement_id: UUID, step: Step, *, seen: str, reason: str = "") -> VoucherSettlement:
    """Confirm, refuse or withdraw a statement; the vouchers of a confirmed one are settled, and those of the others free again.

    Raises `NotFound`, `SettlementMovedOn`, `OwnSettlement`, `NotTheSettlementMaker`, `ChangedMeanwhile`, `ReasonMissing`, and
    `RedemptionsChanged` where one of them was taken back meanwhile.
    """
    found = hold(VoucherSettlement, settlement_id, "vouchers.settlement")
    require_step(actor, found, step, REFUSALS, seen=seen, reason=reason)
    if step is CONFIRM:
        _settle(actor, found)
    else:
        lines = delete(VoucherSettlementLine).where(VoucherSettlementLine.settlement_id == found.id)
        db.session.execute(lines.execution_options(synchronize_session=False))
    found.reason = reason
    move(actor, found, step)
    _remember(f"vouchers.{step.action}", found)
    return found


def pay(actor: Actor, settlement_id: UUID, *, seen: str, reference: str) -> VoucherSettlement:
    """Note that a confirmed statement was paid, by the reference of the payment.

    Raises `NotFound`, `SettlementMovedOn`, `ChangedMeanwhile` and `ReferenceMissing`.
    """
    found = hold(VoucherSettlement, settlement_id, "vouchers.settlement")
    require_step(actor, found, PAY, REFUSALS, seen=seen)
    if not reference:
        raise ReferenceMissing(field="reference")
    found.paid_by, found.paid_by_name, found.paid_at = actor.account_id, actor.name, now()
    found.payment_reference = reference
    move(actor, found, PAY)
    _remember(f"vouchers.{PAY.action}", found)
    return found


def unsettled(merchant_id: UUID, through: date) -> Select:
    """A query of a merchant's redeemed vouchers through a day that are in no statement."""
    end = datetime.combine(through + timedelta(days=1), time(), CHINA)
    in_one = select(VoucherSettlementLine.id).where(VoucherSettlementLine.voucher_id == Voucher.id)
    shops = select(VoucherShop.id).where(VoucherShop.merchant_id == merchant_id)
    return select(Voucher.id, Voucher.redeem_key, Voucher.amount_cents, Voucher.redeemed_at).where(
        Voucher.state == VoucherState.REDEEMED,
        Voucher.shop_id.in_(shops),
        Voucher.redeemed_at < end,
        ~in_one.correlate(Voucher).exists(),
    )


def _write_lines(made: VoucherSettlement) -> int:
    open_ones = unsettled(made.merchant_id, made.through).subquery()
    rows = select(
        RUNNING_ZONE, id_for_each_row(), literal(made.id), open_ones.c.id, open_ones.c.redeem_key,
        open_ones.c.amount_cents,
    )  # fmt: skip
    columns = ["zone_id", "id", "settlement_id", "voucher_id", "redeem_key", "amount_cents"]
    written = insert(VoucherSettlementLine).from_select(columns, rows, include_defaults=False)
    done = db.session.execute(written, execution_options={"preserve_rowcount": True})
    return done.rowcount  # type: ignore[attr-defined]


def _settle(actor: Actor, found: VoucherSettlement) -> None:
    as_it_was = (
        select(VoucherSettlementLine.id)
        .where(
            VoucherSettlementLine.settlement_id == found.id,
            VoucherSettlementLine.voucher_id == Voucher.id,
            VoucherSettlementLine.redeem_key == Voucher.redeem_key,
            VoucherSettlementLine.amount_cents == Voucher.amount_cents,
        )
        .correlate(Voucher)
        .exists()
    )
    if db.session.execute(step_of(actor, SETTLE, as_it_was)).rowcount != found.pieces:  # type: ignore[attr-defined]
        raise RedemptionsChanged


def _remember(action: str, about: VoucherSettlement) -> None:
    record(action, object_type="voucher_settlement", object_id=about.id, pieces=about.pieces,
           amount_cents=about.amount_cents)  # fmt: skip

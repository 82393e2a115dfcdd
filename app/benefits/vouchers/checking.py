"""Whether vouchers are whole: what the database keeps true by itself, asked again from the pieces and their history alone."""

from sqlalchemy import Select, case, func, select

from app.benefits.checking import count_faults
from app.benefits.vouchers.models import Voucher, VoucherBatch, VoucherBatchShop, VoucherCode, VoucherEvent
from app.benefits.vouchers.reconciling import differences
from app.benefits.vouchers.states import LAPSE, VoucherState

GONE = (VoucherState.EXPIRED, VoucherState.VOID)
"""States of which a piece is back in the stock, unless it lapsed at WeChat."""


def faults() -> dict[str, int]:
    """How many rows break each rule that is broken; empty where all is whole. On the worker or the staff plane of a zone."""
    return count_faults(_rules() | differences())


def _rules() -> dict[str, Select]:
    taken = (
        select(Voucher.batch_id, func.count().label("pieces"))
        .where(Voucher.state.not_in(GONE) | (Voucher.action == LAPSE.action))
        .group_by(Voucher.batch_id)
        .subquery()
    )
    pieces = func.coalesce(taken.c.pieces, 0)
    counted = select(VoucherBatch.id).outerjoin(taken, taken.c.batch_id == VoucherBatch.id)
    latest = (
        select(VoucherEvent.voucher_id, func.max(VoucherEvent.version).label("version"), func.count().label("events"))
        .group_by(VoucherEvent.voucher_id)
        .subquery()
    )
    histories = (
        select(Voucher.id)
        .outerjoin(latest, latest.c.voucher_id == Voucher.id)
        .outerjoin(VoucherEvent, (VoucherEvent.voucher_id == Voucher.id) & (VoucherEvent.version == latest.c.version))
    )
    uses = func.sum(
        case((VoucherEvent.action.in_(("redeem", "spend")), 1), (VoucherEvent.action == "reverse", -1), else_=0)
    )
    used = select(VoucherEvent.voucher_id).group_by(VoucherEvent.voucher_id).having(uses.not_in((0, 1)))
    foreign = select(Voucher.id).where(
        Voucher.shop_id.is_not(None),
        ~select(VoucherBatchShop.id)
        .where(VoucherBatchShop.batch_id == Voucher.batch_id, VoucherBatchShop.shop_id == Voucher.shop_id)
        .correlate(Voucher)
        .exists(),
    )
    codes = (
        select(Voucher.id)
        .join(VoucherBatch, VoucherBatch.id == Voucher.batch_id)
        .outerjoin(VoucherCode, VoucherCode.voucher_id == Voucher.id)
        .where(VoucherBatch.has_codes != VoucherCode.id.is_not(None))
    )
    return {
        "batches that gave more than their stock": counted.where(pieces > VoucherBatch.stock),
        "batches that miscount what they gave": counted.where(pieces != VoucherBatch.taken),
        "vouchers that do not stand where their history ends": histories.where(
            func.coalesce(VoucherEvent.state, "") != Voucher.state
        ),
        "vouchers with gaps in their history": histories.where(
            (func.coalesce(latest.c.events, 0) != Voucher.version) | (latest.c.version != Voucher.version)
        ),
        "vouchers redeemed twice": used,
        "vouchers in a shop that does not take them": foreign,
        "vouchers without the code they were given with": codes,
    }

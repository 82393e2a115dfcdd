"""Vouchers whose last day has passed expire, and their piece is back in the batch's stock: a day later where a shop may have taken
them without network on their last day, so that it can hand that in."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, select

from app.benefits.vouchers.models import Voucher, VoucherBatchShop, VoucherOfflineList
from app.benefits.vouchers.states import EXPIRE, GOOD
from app.benefits.vouchers.steps import step_of
from app.core.clock import CHINA, today_in_china
from tenants.context import Actor
from tenants.database import db

AT_ONCE = 1000
"""Vouchers in one transaction."""


def expire(actor: Actor) -> int:
    """Expire up to `AT_ONCE` vouchers of the zone; how many did, 0 when none is left."""
    today = today_in_china()
    over = (Voucher.last_day < today) & ~_may_come_in(today - timedelta(days=1))
    chosen = select(Voucher.id).where(Voucher.state.in_(GOOD), over).order_by(Voucher.last_day, Voucher.id)
    ids = db.session.scalars(chosen.limit(AT_ONCE)).all()
    if not ids:
        return 0
    done = step_of(actor, EXPIRE, Voucher.id.in_(ids), over, shop_id=None, pick_up_on=None)
    return db.session.execute(done).rowcount  # type: ignore[attr-defined]


def _may_come_in(day: date) -> ColumnElement[bool]:
    """That it was the last day, and a shop that takes the voucher had a list along that was good on it."""
    begins = datetime.combine(day, time(), CHINA)
    taken_along = (
        select(VoucherOfflineList.id)
        .join(
            VoucherBatchShop,
            (VoucherBatchShop.zone_id == VoucherOfflineList.zone_id)
            & (VoucherBatchShop.shop_id == VoucherOfflineList.shop_id),
        )
        .where(
            VoucherBatchShop.batch_id == Voucher.batch_id,
            Voucher.shop_id.is_(None) | (Voucher.shop_id == VoucherOfflineList.shop_id),
            VoucherOfflineList.made_at < begins + timedelta(days=1),
            VoucherOfflineList.good_until >= begins,
        )
        .correlate(Voucher)
        .exists()
    )
    return (Voucher.last_day == day) & taken_along

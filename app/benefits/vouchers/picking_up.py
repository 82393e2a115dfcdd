"""A member has a voucher kept at one shop, to pick something up there on a day; until then they may change their mind."""

from datetime import date
from uuid import UUID

from sqlalchemy import exists, select

from app.benefits.vouchers.errors import DayNotGood, NoPickUp, VoucherMovedOn, WrongShop
from app.benefits.vouchers.kinds import KINDS
from app.benefits.vouchers.models import Voucher, VoucherBatch, VoucherBatchShop
from app.benefits.vouchers.states import LOCK, RELEASE, VoucherState
from app.benefits.vouchers.steps import find_voucher, take
from app.core.audit import record
from app.core.clock import today_in_china
from tenants.context import Actor, current_zone
from tenants.database import db


def keep_at(actor: Actor, voucher_id: UUID, shop_id: UUID, day: date) -> Voucher:
    """Lock one's own voucher to a shop for a day; sent twice it is once. Raises `NotFound`, `NoPickUp`, `DayNotGood`, `WrongShop` and `VoucherMovedOn`."""
    voucher = find_voucher(voucher_id)
    batch = db.session.get_one(VoucherBatch, (current_zone().id, voucher.batch_id))
    if not KINDS[batch.kind].is_picked_up:
        raise NoPickUp
    if not max(voucher.valid_from, today_in_china()) <= day <= voucher.last_day:
        raise DayNotGood(field="day")
    of_batch = exists().where(VoucherBatchShop.batch_id == batch.id, VoucherBatchShop.shop_id == shop_id)
    if not db.session.scalar(select(of_batch)):
        raise WrongShop(field="shop")
    if not take(actor, voucher_id, LOCK, shop_id=shop_id, pick_up_on=day):
        voucher = find_voucher(voucher_id)
        if (voucher.state, voucher.shop_id, voucher.pick_up_on) == (VoucherState.LOCKED, shop_id, day):
            return voucher
        raise VoucherMovedOn
    record("vouchers.lock", object_type="voucher", object_id=voucher_id, subject_member_id=voucher.member_id,
           shop=str(shop_id), day=day.isoformat())  # fmt: skip
    return find_voucher(voucher_id)


def let_go(actor: Actor, voucher_id: UUID) -> Voucher:
    """Release one's own voucher, so that it is good in each of its shops again; sent twice it is once. Raises `NotFound` and
    `VoucherMovedOn`."""
    if not take(actor, voucher_id, RELEASE, shop_id=None, pick_up_on=None):
        voucher = find_voucher(voucher_id)
        if voucher.state == VoucherState.ISSUED:
            return voucher
        raise VoucherMovedOn
    voucher = find_voucher(voucher_id)
    record("vouchers.release", object_type="voucher", object_id=voucher_id, subject_member_id=voucher.member_id)
    return voucher

"""Redeems a voucher in a shop, once, and takes a redemption back."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from app.benefits.rights import APPROVE
from app.benefits.vouchers.clerks import require_clerk
from app.benefits.vouchers.errors import (
    AlreadyRedeemed,
    KeyReused,
    NotYetGood,
    ReasonMissing,
    ReverseTooLate,
    VoucherMovedOn,
    VoucherOver,
    WrongShop,
)
from app.benefits.vouchers.kinds import KINDS
from app.benefits.vouchers.models import Voucher, VoucherBatch, VoucherBatchShop
from app.benefits.vouchers.states import GOOD, REDEEM, REVERSE, USED, VoucherState
from app.benefits.vouchers.steps import find_voucher, take
from app.core.audit import record
from app.core.clock import CHINA, now, today_in_china
from app.core.constraints import refused_as
from tenants.context import Actor, current_zone
from tenants.database import db


def redeem(
    actor: Actor,
    voucher_id: UUID,
    shop_id: UUID,
    key: str,
    *,
    purchase_cents: int | None = None,
    at: datetime | None = None,
    version: int | None = None,
) -> Voucher:
    """Redeem a voucher in a shop, now or, where the shop had no network, as of then; the same `key` (one showing of the confirmation)
    again changes nothing. What was shown at a `version` is good for that one: what was taken back meanwhile is shown again.

    Raises `NotTheClerk`, `NotFound`, `AlreadyRedeemed` with when and where, `WrongShop`, `NotYetGood`, `VoucherOver`,
    `VoucherMovedOn`, `KeyReused`, and what the kind says of the purchase.
    """
    require_clerk(actor, shop_id)
    voucher = find_voucher(voucher_id)
    batch = db.session.get_one(VoucherBatch, (current_zone().id, voucher.batch_id))
    kind, redeemed_at = KINDS[batch.kind], at or now()
    day = redeemed_at.astimezone(CHINA).date()
    if voucher.redeem_key == key:
        return _redeemed_before(voucher, shop_id)
    why_not(voucher, shop_id, day)
    amount_cents = kind.due(batch.value_cents, batch.threshold_cents, purchase_cents)
    values: dict[str, Any] = {
        "shop_id": shop_id, "redeemed_at": redeemed_at, "redeem_key": key, "amount_cents": amount_cents,
        "purchase_cents": purchase_cents if kind.asks_purchase else None,
    }  # fmt: skip
    conditions = (
        Voucher.shop_id.is_(None) | (Voucher.shop_id == shop_id),
        Voucher.valid_from <= day,
        Voucher.last_day >= day,
        *([Voucher.version == version] if version is not None else []),
    )
    with refused_as({"vouchers_redeem_key": KeyReused}):
        done = take(actor, voucher_id, REDEEM, *conditions, **values)
    voucher = find_voucher(voucher_id)
    if not done:
        if voucher.redeem_key == key:
            return _redeemed_before(voucher, shop_id)
        why_not(voucher, shop_id, day)
        raise VoucherMovedOn
    record("vouchers.redeem", object_type="voucher", object_id=voucher.id, subject_member_id=voucher.member_id,
           shop=str(shop_id), amount_cents=amount_cents)  # fmt: skip
    return voucher


def why_not(voucher: Voucher, shop_id: UUID, day: date) -> None:
    """Raise why a voucher can't be redeemed in a shop as of a day; nothing where it can."""
    if voucher.state in USED:
        raise AlreadyRedeemed(shop=voucher.shop_id, at=voucher.redeemed_at)
    if voucher.state == VoucherState.EXPIRED or voucher.last_day < day:
        raise VoucherOver
    if voucher.state not in GOOD:
        raise VoucherMovedOn
    if voucher.valid_from > day:
        raise NotYetGood
    if voucher.shop_id not in (None, shop_id) or not _takes(voucher.batch_id, shop_id):
        raise WrongShop


def reverse(actor: Actor, voucher_id: UUID, *, reason: str) -> Voucher:
    """Take a redemption back, so that the voucher is good again: on its own day by a clerk of the shop, and until it is settled by
    whoever approves benefits and did not redeem it.

    Raises `NotFound`, `ReasonMissing`, `VoucherMovedOn`, `NotTheClerk` and `ReverseTooLate`.
    """
    voucher = find_voucher(voucher_id)
    if not reason:
        raise ReasonMissing(field="reason")
    if voucher.state not in REVERSE.sources or voucher.shop_id is None or voucher.redeemed_at is None:
        raise VoucherMovedOn
    shop_id, redeemed_at = voucher.shop_id, voucher.redeemed_at
    if not (actor.may(APPROVE) and voucher.acted_by != actor.account_id):
        require_clerk(actor, shop_id)
        if redeemed_at.astimezone(CHINA).date() != today_in_china():
            raise ReverseTooLate
    unset = dict.fromkeys(("shop_id", "pick_up_on", "redeemed_at", "redeem_key", "purchase_cents", "amount_cents"))
    if not take(actor, voucher_id, REVERSE, Voucher.redeem_key == voucher.redeem_key, reason=reason, **unset):
        raise VoucherMovedOn
    record("vouchers.reverse", object_type="voucher", object_id=voucher_id, subject_member_id=voucher.member_id,
           shop=str(shop_id))  # fmt: skip
    return find_voucher(voucher_id)


def _takes(batch_id: UUID, shop_id: UUID) -> bool:
    listed = exists().where(VoucherBatchShop.batch_id == batch_id, VoucherBatchShop.shop_id == shop_id)
    return bool(db.session.scalar(select(listed)))


def _redeemed_before(voucher: Voucher, shop_id: UUID) -> Voucher:
    if voucher.shop_id != shop_id:
        raise KeyReused
    return voucher

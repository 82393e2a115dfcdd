"""How a batch of vouchers is made by one and checked by another."""

import re
from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select

from app.benefits.papers import Refusals, Step, hold, made_before, move, require_step
from app.benefits.rules.categories import CATEGORIES, GOODS, earmark_of
from app.benefits.rules.errors import GoodsForbidden
from app.benefits.vouchers.batch_errors import (
    BatchMovedOn,
    BatchOver,
    DaysReversed,
    NoShops,
    NoStock,
    NoThreshold,
    NotTheMaker,
    OwnBatch,
    StockMissing,
)
from app.benefits.vouchers.batch_states import APPROVE, CLOSE, EDIT, SUBMIT, BatchState
from app.benefits.vouchers.errors import ReasonMissing
from app.benefits.vouchers.kinds import KINDS
from app.benefits.vouchers.models import VoucherBatch, VoucherBatchShop, VoucherCode, VoucherShop
from app.benefits.vouchers.promises import require_not_promised
from app.benefits.wechat.agreeing import ask_for_stock, require_agreement
from app.benefits.wechat.errors import StockTaken
from app.benefits.wechat.models import WeChatStock
from app.core.audit import record
from app.core.clock import today_in_china
from app.core.constraints import refused_as
from app.core.errors import NotFound
from tenants.context import Actor, current_zone
from tenants.database import db

STOCK_ID = re.compile(r"[0-9]{1,20}", re.ASCII)
REFUSALS = Refusals(BatchMovedOn, NotTheMaker, OwnBatch, ReasonMissing)


def draft_batch(
    actor: Actor,
    batch_id: UUID,
    *,
    kind: str,
    category: str,
    goods: str,
    title: str,
    terms: str,
    value_cents: int,
    threshold_cents: int,
    stock: int,
    per_member: int,
    valid_from: date,
    expires_on: date,
    grace_days: int,
    shops: Collection[UUID] = (),
    stock_id: str = "",
) -> VoucherBatch:
    """Begin a batch for the zone's union; sent twice it is one. The stock of a kind with codes is that of its list; `stock_id` is of which
    stock at WeChat Pay coupons are, which have no shops.

    Raises `DaysReversed`, `GoodsForbidden`, `NoThreshold`, `StockMissing`, `StockTaken`, and `NotFound` for a kind, a category, goods or a shop that is not there.
    """
    before = made_before(VoucherBatch, batch_id)
    if before is not None:
        return before
    if kind not in KINDS:
        raise NotFound(field="kind")
    _require_possible(kind, category, goods, threshold_cents, valid_from, expires_on)
    if KINDS[kind].is_in_wechat and not STOCK_ID.fullmatch(stock_id):
        raise StockMissing(field="stock_id")
    zone, has_codes = current_zone(), KINDS[kind].has_codes
    made = VoucherBatch(
        id=batch_id, union_id=zone.union_id, union_path=zone.union_path, kind=kind, category=category, goods=goods,
        earmark=earmark_of([goods]), title=title, terms=terms, value_cents=value_cents, threshold_cents=threshold_cents, has_codes=has_codes, stock=0 if has_codes else stock,
        per_member=per_member, valid_from=valid_from, expires_on=expires_on, grace_days=grace_days,
        state=BatchState.DRAFT, version=1, made_by=actor.account_id, made_by_name=actor.name,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    if KINDS[kind].is_in_wechat:
        with refused_as({"used_wechat_stocks_one": StockTaken(field="stock_id")}):
            db.session.add(WeChatStock(batch_id=made.id, stock_id=stock_id))
    else:
        _set_shops(made, shops)
    _remember("vouchers.draft_batch", made)
    return made


def change_draft(
    actor: Actor,
    batch_id: UUID,
    *,
    category: str,
    goods: str,
    title: str,
    terms: str,
    value_cents: int,
    threshold_cents: int,
    stock: int,
    per_member: int,
    valid_from: date,
    expires_on: date,
    grace_days: int,
    shops: Collection[UUID],
    seen: str,
) -> VoucherBatch:
    """Change what a draft says; its kind, and of which stock at WeChat it is, stay as they are. Raises like `draft_batch` and `require_draft`."""
    batch = held_batch(batch_id)
    require_draft(actor, batch, seen)
    _require_possible(batch.kind, category, goods, threshold_cents, valid_from, expires_on)
    batch.category, batch.goods, batch.earmark = category, goods, earmark_of([goods])
    batch.title, batch.terms, batch.per_member = title, terms, per_member
    batch.value_cents, batch.threshold_cents = value_cents, threshold_cents
    batch.valid_from, batch.expires_on, batch.grace_days = valid_from, expires_on, grace_days
    if not batch.has_codes:
        batch.stock = stock
    if not KINDS[batch.kind].is_in_wechat:
        _set_shops(batch, shops)
    batch.version += 1
    db.session.flush()
    _remember(f"vouchers.{EDIT.action}", batch)
    return batch


def take_step(actor: Actor, batch_id: UUID, step: Step, *, seen: str, reason: str = "") -> VoucherBatch:
    """Carry a batch one step on. Of a batch of WeChat coupons that is submitted or approved WeChat is asked first: what the caller has done is
    committed by then.

    Raises `BatchMovedOn`, `ChangedMeanwhile`, `OwnBatch`, `NotTheMaker`, `ReasonMissing`, `BatchPromised` where it is to be given no more, and on being submitted or approved
    `NoStock`, `NoShops`, `BatchOver`, and what `ask_for_stock` and `require_agreement` do.
    """
    batch = _held_for(actor, batch_id, step, seen, reason)
    if step in (SUBMIT, APPROVE):
        _require_whole(batch)
        if stock := ask_for_stock(batch_id):
            batch = _held_for(actor, batch_id, step, seen, reason)  # nobody held it while WeChat was asked
            require_agreement(batch, stock)
    if step is CLOSE:
        require_not_promised(batch_id)
    batch.reason = reason
    move(actor, batch, step)
    _remember(f"vouchers.{step.action}", batch)
    return batch


def held_batch(batch_id: UUID) -> VoucherBatch:
    """The batch as committed now; whoever else changes it waits. Raises `NotFound`."""
    return hold(VoucherBatch, batch_id, "vouchers.batch")


def _held_for(actor: Actor, batch_id: UUID, step: Step, seen: str, reason: str) -> VoucherBatch:
    batch = held_batch(batch_id)
    require_step(actor, batch, step, REFUSALS, seen=seen, reason=reason)
    return batch


def require_draft(actor: Actor, batch: VoucherBatch, seen: str | None) -> None:
    """Raises `BatchMovedOn`, `NotTheMaker` and `ChangedMeanwhile` where the actor can't change what is in the batch."""
    require_step(actor, batch, EDIT, REFUSALS, seen=seen)


def _require_possible(
    kind: str, category: str, goods: str, threshold_cents: int, valid_from: date, expires_on: date
) -> None:
    if category not in CATEGORIES:
        raise NotFound(field="category")
    if goods not in GOODS:
        raise NotFound(field="goods")
    if not GOODS[goods].is_allowed:
        raise GoodsForbidden(field="goods")
    if threshold_cents and not KINDS[kind].has_threshold:
        raise NoThreshold(field="threshold")
    if expires_on < valid_from:
        raise DaysReversed(field="expires_on")


def _set_shops(batch: VoucherBatch, shops: Collection[UUID]) -> None:
    known = set(db.session.scalars(select(VoucherShop.id).where(VoucherShop.id.in_(shops))))
    if set(shops) - known:
        raise NotFound(field="shops")
    db.session.execute(delete(VoucherBatchShop).where(VoucherBatchShop.batch_id == batch.id))
    db.session.add_all(VoucherBatchShop(batch_id=batch.id, shop_id=shop_id) for shop_id in sorted(known))
    db.session.flush()


def _require_whole(batch: VoucherBatch) -> None:
    if batch.has_codes:
        codes = db.session.scalar(select(func.count()).where(VoucherCode.batch_id == batch.id))
        batch.stock = codes or 0
    if not batch.stock:
        raise NoStock(field="stock")
    if batch.expires_on < today_in_china():
        raise BatchOver(field="expires_on")
    if KINDS[batch.kind].has_shops and not db.session.scalar(
        select(VoucherBatchShop.id).where(VoucherBatchShop.batch_id == batch.id).limit(1)
    ):
        raise NoShops(field="shops")


def _remember(action: str, batch: VoucherBatch) -> None:
    detail: dict[str, Any] = {"stock": batch.stock, "value_cents": batch.value_cents}
    record(action, object_type="voucher_batch", object_id=batch.id, **detail)

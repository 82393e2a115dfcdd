"""Merchants with their shops, and the clerks who redeem there: who is one has the role for as long as any shop of theirs says so."""

from collections.abc import Collection
from contextlib import suppress
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.benefits.papers import made_before
from app.benefits.vouchers.errors import OwnClerk, ShopThere
from app.benefits.vouchers.models import Merchant, VoucherClerk, VoucherShop
from app.core.audit import record
from app.core.clock import now
from app.core.errors import NotFound
from app.identity.operations import grant_role, take_role
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn

CLERK_ROLE = "clerk"
HOLDER = "benefits"


def open_shop(shop_id: UUID, *, merchant: str, name: str, address: str) -> VoucherShop:
    """Note a merchant's shop; the merchant is made where there is none of the name. Sent twice it is one. Raises `ShopThere`."""
    before = made_before(VoucherShop, shop_id)
    if before is not None:
        return before
    merchant_id = _merchant(merchant)
    written = insert(VoucherShop).values(
        zone_id=current_zone().id, id=shop_id, merchant_id=merchant_id, name=name, address=address
    )
    if db.session.scalar(written.on_conflict_do_nothing().returning(VoucherShop.id)) is None:
        raise ShopThere(field="name")
    record("vouchers.open_shop", object_type="voucher_shop", object_id=shop_id)
    return db.session.get_one(VoucherShop, (current_zone().id, shop_id))


def add_clerk(actor: Actor, shop_id: UUID, account_id: UUID, name: str) -> None:
    """Let an account redeem in a shop; twice is once. Raises `NotFound`, and `OwnClerk` for one's own."""
    _require_shop(shop_id)
    if account_id == actor.account_id:
        raise OwnClerk
    _take_clerk_turn(account_id)
    if _running(account_id, [shop_id]):
        return
    db.session.add(
        VoucherClerk(shop_id=shop_id, account_id=account_id, name=name, given_by=actor.account_id, given_by_name=actor.name)
    )  # fmt: skip
    db.session.flush()
    grant_role(actor, account_id, CLERK_ROLE, current_zone().union_id, name=name, holder=HOLDER)
    record("vouchers.add_clerk", object_type="voucher_shop", object_id=shop_id, clerk=name)


def end_clerk(actor: Actor, clerk_id: UUID) -> UUID:
    """Let a clerk redeem in their shop no more, and take the role with the last shop; the shop's id. Raises `NotFound`."""
    clerk = db.session.get(VoucherClerk, (current_zone().id, clerk_id))
    if clerk is None:
        raise NotFound
    _take_clerk_turn(clerk.account_id)
    db.session.refresh(clerk)
    if clerk.ended_at is None:
        clerk.ended_at = now()
        db.session.flush()
        if not _running(clerk.account_id):
            with suppress(NotFound):  # taken by the city meanwhile
                take_role(actor, clerk.account_id, CLERK_ROLE, current_zone().union_id, holder=HOLDER)
        record("vouchers.end_clerk", object_type="voucher_shop", object_id=clerk.shop_id, clerk=clerk.name)
    return clerk.shop_id


def list_clerks(shop_id: UUID) -> list[VoucherClerk]:
    """A shop's clerks, those of before at the end."""
    query = select(VoucherClerk).where(VoucherClerk.shop_id == shop_id)
    return list(db.session.scalars(query.order_by(VoucherClerk.ended_at.is_not(None), VoucherClerk.name)))


def _take_clerk_turn(account_id: UUID) -> None:
    """In which shops an account redeems is changed one after the other: the role goes with the last of them."""
    take_turn(f"vouchers.clerk.{current_zone().id}.{account_id}")


def _running(account_id: UUID, shops: Collection[UUID] = ()) -> bool:
    query = select(VoucherClerk.id).where(VoucherClerk.account_id == account_id, VoucherClerk.ended_at.is_(None))
    return db.session.scalar(query.where(VoucherClerk.shop_id.in_(shops)) if shops else query) is not None


def _require_shop(shop_id: UUID) -> None:
    if db.session.get(VoucherShop, (current_zone().id, shop_id)) is None:
        raise NotFound


def _merchant(name: str) -> UUID:
    made = insert(Merchant).values(zone_id=current_zone().id, id=uuid7(), name=name)
    db.session.execute(made.on_conflict_do_nothing())
    return db.session.scalars(select(Merchant.id).where(Merchant.name == name)).one()

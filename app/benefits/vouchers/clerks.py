"""Who redeems in which shop."""

from uuid import UUID

from sqlalchemy import select

from app.benefits.vouchers.errors import NotTheClerk
from app.benefits.vouchers.models import VoucherClerk, VoucherShop
from tenants.context import Actor
from tenants.database import db


def shops_of(actor: Actor) -> list[VoucherShop]:
    """The shops that the actor redeems for, by name."""
    query = (
        select(VoucherShop)
        .join(VoucherClerk, (VoucherClerk.zone_id == VoucherShop.zone_id) & (VoucherClerk.shop_id == VoucherShop.id))
        .where(VoucherClerk.account_id == actor.account_id, VoucherClerk.ended_at.is_(None))
        .order_by(VoucherShop.name, VoucherShop.id)
    )
    return list(db.session.scalars(query))


def shop_of(actor: Actor, wanted: UUID | None) -> VoucherShop:
    """The wanted one of the actor's shops, or the first; raises `NotTheClerk` where there is none."""
    found = [shop for shop in shops_of(actor) if wanted in (None, shop.id)]
    if not found:
        raise NotTheClerk
    return found[0]


def require_clerk(actor: Actor, shop_id: UUID) -> None:
    """Raises `NotTheClerk` for who is no clerk of the shop."""
    clerk = select(VoucherClerk.id).where(
        VoucherClerk.account_id == actor.account_id,
        VoucherClerk.shop_id == shop_id,
        VoucherClerk.ended_at.is_(None),
    )
    if actor.account_id is None or db.session.scalar(clerk) is None:
        raise NotTheClerk

"""What shops took without network and was not good: listed for the shop and the desk until the desk notes what was agreed."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, Select, func, literal_column, select, update

from app.benefits.vouchers.errors import ConflictResolved
from app.benefits.vouchers.handing_in import REDEEMED
from app.benefits.vouchers.models import Voucher, VoucherBatch, VoucherOfflineList, VoucherOfflineUse, VoucherShop
from app.core.audit import record
from app.core.clock import now
from app.core.errors import NotFound
from tenants.context import Actor
from tenants.database import db

PAGE = 50
# No parameter: the index of the open ones says it too.
NOT_GOOD = VoucherOfflineUse.refusal != literal_column(f"'{REDEEMED}'")
OPEN = VoucherOfflineUse.resolved_at.is_(None)


def list_conflicts(
    limit: int, *, shop_id: UUID | None = None, before: UUID | None = None, resolved: bool = False
) -> Sequence[Row]:
    """`VoucherOfflineUse`, its list's clerk as `clerk_name`, its shop's name as `shop`, and the batch's `title` or none, of one shop or all, the newest
    first: those that nothing is agreed about, or all if the `resolved` are asked for too."""
    query = _conflicts().order_by(VoucherOfflineUse.id.desc()).limit(limit)
    if shop_id:
        query = query.where(VoucherOfflineList.shop_id == shop_id)
    if before:
        query = query.where(VoucherOfflineUse.id < before)
    if not resolved:
        query = query.where(OPEN)
    return db.session.execute(query).all()


def find_conflict(use_id: UUID) -> Row:
    """One as `list_conflicts` has it. Raises `NotFound`."""
    found = db.session.execute(_conflicts().where(VoucherOfflineUse.id == use_id)).first()
    if found is None:
        raise NotFound
    return found


def count_open() -> int:
    """About how many nothing is agreed yet."""
    return db.session.scalar(select(func.count()).select_from(VoucherOfflineUse).where(NOT_GOOD, OPEN)) or 0


def resolve(actor: Actor, use_id: UUID, resolution: str) -> None:
    """Note what was agreed with the shop about one, for good. Raises `NotFound`, `ConflictResolved`."""
    noted = (
        update(VoucherOfflineUse)
        .where(VoucherOfflineUse.id == use_id, NOT_GOOD, OPEN)
        .values(resolved_at=now(), resolved_by=actor.account_id, resolved_by_name=actor.name, resolution=resolution)
    )
    if not db.session.scalar(noted.returning(VoucherOfflineUse.id)):
        find_conflict(use_id)
        raise ConflictResolved
    record("vouchers.resolve_conflict", object_type="voucher_offline_use", object_id=use_id, stated_reason=resolution)


def _conflicts() -> Select:
    return (
        select(VoucherOfflineUse, VoucherOfflineList.clerk_name, VoucherShop.name.label("shop"), VoucherBatch.title)
        .join(
            VoucherOfflineList,
            (VoucherOfflineList.zone_id == VoucherOfflineUse.zone_id) & (VoucherOfflineList.id == VoucherOfflineUse.list_id),
        )
        .join(VoucherShop, (VoucherShop.zone_id == VoucherOfflineList.zone_id) & (VoucherShop.id == VoucherOfflineList.shop_id))
        .outerjoin(Voucher, (Voucher.zone_id == VoucherOfflineUse.zone_id) & (Voucher.id == VoucherOfflineUse.voucher_id))
        .outerjoin(VoucherBatch, (VoucherBatch.zone_id == Voucher.zone_id) & (VoucherBatch.id == Voucher.batch_id))
        .where(NOT_GOOD)
    )  # fmt: skip

"""Tells members what became of their vouchers: each step once."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import String, cast, func, literal, select

from app.benefits.notices import VOUCHER_VOID, VOUCHERS_EXTENDED
from app.benefits.reminding import params
from app.benefits.vouchers.models import Voucher, VoucherBatch, VoucherExtension
from app.notifications.fan_out import notify_each
from app.notifications.operations import notify
from tenants.context import current_zone
from tenants.database import db


def tell_extended(extension: VoucherExtension, voucher_ids: Collection[UUID]) -> int:
    """Tell the members whose vouchers an extension lets run longer; how many. On the worker plane."""
    rows = (
        select(
            Voucher.member_id,
            params(
                title=VoucherBatch.title, day=literal(extension.until.isoformat()), reason=literal(extension.ground)
            ),
            func.concat(f"voucher-extended:{extension.id}:", cast(Voucher.id, String)).label("dedupe_key"),
        )
        .join(VoucherBatch, (VoucherBatch.zone_id == Voucher.zone_id) & (VoucherBatch.id == Voucher.batch_id))
        .where(Voucher.id.in_(voucher_ids))
    )
    return notify_each(VOUCHERS_EXTENDED.key, rows)


def tell_void(voucher: Voucher, reason: str) -> None:
    """Tell the member whose voucher was made void, and why."""
    batch = db.session.get_one(VoucherBatch, (current_zone().id, voucher.batch_id))
    notify(
        VOUCHER_VOID.key, voucher.member_id, {"title": batch.title, "reason": reason}, dedupe_key=f"voucher-void:{voucher.id}",
        href=f"/me/benefits/vouchers/{voucher.id}",
    )  # fmt: skip

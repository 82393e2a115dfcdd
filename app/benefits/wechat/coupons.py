"""Reads of coupons, and their steps: each in one conditional UPDATE, of which of two who try one does."""

from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, select, update

from app.benefits.wechat.models import WeChatCoupon, WeChatStock
from app.benefits.wechat.states import Step
from app.core.platform import platform
from tenants.database import db

OPENID = {"table": "voucher_wechat_coupons", "column": "openid"}


def find_coupon(voucher_id: UUID) -> WeChatCoupon | None:
    """The hand-over of a voucher as it stands now."""
    query = select(WeChatCoupon).where(WeChatCoupon.voucher_id == voucher_id)
    return db.session.scalar(query.execution_options(populate_existing=True))


def stock_of(batch_id: UUID) -> WeChatStock | None:
    """Of which stock at WeChat a batch's coupons are."""
    return db.session.scalar(select(WeChatStock).where(WeChatStock.batch_id == batch_id))


def move(row_id: UUID, step: Step, **values: Any) -> bool:
    """Whether the coupon took the step."""
    return change(row_id, WeChatCoupon.state.in_(step.sources), state=step.target, **values)


def change(row_id: UUID, *conditions: Any, **values: Any) -> bool:
    """Whether the coupon was there to be changed."""
    done: CursorResult = db.session.execute(
        update(WeChatCoupon)
        .where(WeChatCoupon.id == row_id, *conditions)
        .values(**values)
        .execution_options(synchronize_session=False, preserve_rowcount=True)
    )  # type: ignore[assignment]
    return done.rowcount == 1


def openid_of(coupon: WeChatCoupon) -> str:
    """Whose WeChat a coupon went to."""
    if coupon.openid_cipher is None:
        raise ValueError("it went to nobody yet")
    return platform().cipher.decrypt(coupon.openid_cipher, row=coupon.id, **OPENID)

"""Reads of coupons, and their steps: each in one conditional UPDATE, of which of two who try one does."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, select, update

from app.benefits.wechat.models import WeChatCoupon, WeChatStock
from app.benefits.wechat.states import PERHAPS, Step
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


def is_one_of_many(coupon: WeChatCoupon) -> bool:
    """Whether WeChat may have given its member another coupon of the batch too, of which it is not known."""
    other = select(WeChatCoupon.id).where(
        WeChatCoupon.batch_id == coupon.batch_id,
        WeChatCoupon.member_id == coupon.member_id,
        WeChatCoupon.id != coupon.id,
        WeChatCoupon.state.in_(PERHAPS),
    )
    return db.session.scalar(other.limit(1)) is not None


def without_known(coupon_ids: Sequence[str]) -> list[str]:
    """Those of WeChat's coupons that are no voucher's yet."""
    known = set(db.session.scalars(select(WeChatCoupon.coupon_id).where(WeChatCoupon.coupon_id.in_(coupon_ids))))
    return [each for each in coupon_ids if each not in known]


def openid_of(coupon: WeChatCoupon) -> str:
    """Whose WeChat a coupon went to."""
    if coupon.openid_cipher is None:
        raise ValueError("it went to nobody yet")
    return platform().cipher.decrypt(coupon.openid_cipher, row=coupon.id, **OPENID)

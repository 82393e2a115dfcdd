"""Tells members of coupons that can't go into their WeChat, each once."""

from app.benefits.notices import CONNECT_WECHAT, COUPON_REFUSED
from app.benefits.vouchers.models import Voucher, VoucherBatch
from app.notifications.operations import notify
from tenants.context import current_zone
from tenants.database import db


def ask_to_connect(voucher: Voucher) -> None:
    """Ask the member whose account has no WeChat to connect it."""
    notify(
        CONNECT_WECHAT.key, voucher.member_id, {"title": _title(voucher), "day": voucher.last_day.isoformat()},
        dedupe_key=f"connect-wechat:{voucher.id}", href=_page(voucher),
    )  # fmt: skip


def tell_refused(voucher: Voucher, reason: str) -> None:
    """Tell the member that WeChat did not take a coupon, and why."""
    notify(
        COUPON_REFUSED.key, voucher.member_id, {"title": _title(voucher), "reason": reason},
        dedupe_key=f"coupon-refused:{voucher.id}", href=_page(voucher),
    )  # fmt: skip


def _title(voucher: Voucher) -> str:
    return db.session.get_one(VoucherBatch, (current_zone().id, voucher.batch_id)).title


def _page(voucher: Voucher) -> str:
    return f"/me/benefits/vouchers/{voucher.id}"

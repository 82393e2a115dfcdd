"""What our vouchers and WeChat's coupons say of each other, where they differ (`app.benefits.checking`)."""

from datetime import timedelta

from sqlalchemy import Select, func, select

from app.benefits.vouchers.kinds import KINDS
from app.benefits.vouchers.models import Voucher, VoucherBatch
from app.benefits.vouchers.states import VoucherState
from app.benefits.wechat.models import WeChatCoupon, WeChatStock
from app.benefits.wechat.states import PERHAPS, HandOver
from app.core.clock import now

SILENT_TOO_LONG = timedelta(days=7)
"""WeChat is asked each day how a coupon stands."""
AT_WECHAT = (VoucherState.HANDED_OVER, VoucherState.REDEEMED, VoucherState.EXPIRED)


def differences() -> dict[str, Select]:
    """Queries of what breaks the reconciliation with WeChat, by what it is. What was under way when WeChat was asked counts either way."""
    of_voucher = (Voucher.zone_id == WeChatCoupon.zone_id) & (Voucher.id == WeChatCoupon.voucher_id)
    coupons = select(WeChatCoupon.id).join(Voucher, of_voucher)
    state, ours = WeChatCoupon.state, Voucher.state
    kinds = [key for key, kind in KINDS.items() if kind.is_in_wechat]
    without = (
        select(Voucher.id)
        .join(VoucherBatch, (VoucherBatch.zone_id == Voucher.zone_id) & (VoucherBatch.id == Voucher.batch_id))
        .outerjoin(WeChatCoupon, of_voucher)
    )
    return {
        "WeChat coupons that stand elsewhere than their voucher": coupons.where(
            (state.in_(PERHAPS) & (ours != VoucherState.HANDED_OVER))
            | ((state == HandOver.RECEIVED) & ours.not_in(AT_WECHAT))
            | ((state == HandOver.REFUSED) & (ours != VoucherState.VOID))
            | ((state == HandOver.WAITING) & ours.in_((VoucherState.HANDED_OVER, VoucherState.REDEEMED)))
        ),
        "vouchers for WeChat that nobody hands over": without.where(
            VoucherBatch.kind.in_(kinds), WeChatCoupon.id.is_(None)
        ),
        "WeChat coupons of which WeChat has said nothing for a week": coupons.where(
            state == HandOver.RECEIVED,
            ours == VoucherState.HANDED_OVER,
            func.coalesce(WeChatCoupon.heard_at, WeChatCoupon.handed_over_at) < now() - SILENT_TOO_LONG,
        ),
        "stocks of which WeChat gave another number than it was handed over": select(WeChatStock.id).where(
            (WeChatStock.distributed < WeChatStock.received)
            | (WeChatStock.distributed > WeChatStock.received + WeChatStock.under_way)
        ),
    }

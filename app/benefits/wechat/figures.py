"""How far the coupons of a batch have come on their way into members' WeChats, for the desk."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from app.benefits.vouchers.models import Voucher
from app.benefits.vouchers.states import VoucherState
from app.benefits.wechat.coupons import stock_of
from app.benefits.wechat.models import WeChatCoupon, WeChatStock
from app.benefits.wechat.states import UNDER_WAY, HandOver
from app.benefits.wechat.words import trouble_of
from app.core.modules import Text
from tenants.database import db


@dataclass(frozen=True, slots=True)
class Figures:
    """How many coupons wait for their member's WeChat, are on their way, are uncertain at WeChat, are in WeChat, were used or refused; `trouble` is why
    those on their way are not taken."""

    stock: WeChatStock
    waiting: int
    under_way: int
    uncertain: int
    in_wechat: int
    used: int
    refused: int
    trouble: Text


def figures_of(batch_id: UUID) -> Figures | None:
    """Those of a batch; None for one that is not of WeChat coupons."""
    stock = stock_of(batch_id)
    if stock is None:
        return None
    query = (
        select(WeChatCoupon.state, Voucher.state, func.count())
        .join(Voucher, (Voucher.zone_id == WeChatCoupon.zone_id) & (Voucher.id == WeChatCoupon.voucher_id))
        .where(WeChatCoupon.batch_id == batch_id)
        .group_by(WeChatCoupon.state, Voucher.state)
    )
    counts = {(HandOver(ours), VoucherState(state)): number for ours, state, number in db.session.execute(query)}
    return Figures(
        stock=stock,
        waiting=counts.get((HandOver.WAITING, VoucherState.ISSUED), 0),
        under_way=sum(number for (ours, _state), number in counts.items() if ours in UNDER_WAY),
        uncertain=counts.get((HandOver.UNCERTAIN, VoucherState.HANDED_OVER), 0),
        in_wechat=counts.get((HandOver.RECEIVED, VoucherState.HANDED_OVER), 0),
        used=counts.get((HandOver.RECEIVED, VoucherState.REDEEMED), 0),
        refused=counts.get((HandOver.REFUSED, VoucherState.VOID), 0),
        trouble=_trouble(batch_id),
    )


def _trouble(batch_id: UUID) -> Text:
    latest = select(WeChatCoupon.code).where(
        WeChatCoupon.batch_id == batch_id, WeChatCoupon.state.in_(UNDER_WAY), WeChatCoupon.code != ""
    )
    code = db.session.scalar(latest.order_by(WeChatCoupon.handed_over_at.desc()).limit(1))
    return trouble_of(code) if code else ""

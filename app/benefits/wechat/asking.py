"""Asks WeChat Pay for what nobody has told: how coupons stand that were not heard of, and how many WeChat counts of each stock."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, func, or_, select, update

from app.benefits.vouchers.models import Voucher
from app.benefits.vouchers.states import VoucherState
from app.benefits.wechat.coupons import change, openid_of
from app.benefits.wechat.handing_over import emit_hand_over, look_for
from app.benefits.wechat.hearing import hear
from app.benefits.wechat.models import WeChatCoupon, WeChatStock
from app.benefits.wechat.pay import wechat_pay
from app.benefits.wechat.states import PERHAPS, UNDER_WAY, HandOver
from app.core.clock import now, today_in_china
from app.core.jobs import checkpoint
from app.identity.models import Account, WeChatLink
from app.identity.official_account import official_account
from tenants.context import Actor
from tenants.database import db

SILENT_FOR = timedelta(days=1)
"""A coupon nobody has heard of for so long is asked for, each `EVERY_ASK` until WeChat answers; one past its last day at each turn."""
EVERY_ASK = timedelta(hours=1)
EVERY_COUNT = timedelta(hours=6)
STALLED_AFTER = timedelta(hours=3)
"""A coupon under way that nobody has asked for so long, thrice the longest pause, is nobody's work any more: its work is ordered anew."""
AT_ONCE = 200
"""Coupons in one turn: WeChat takes 500 calls a second, and other zones ask too."""
_OF_VOUCHER = (Voucher.zone_id == WeChatCoupon.zone_id) & (Voucher.id == WeChatCoupon.voucher_id)


def hand_over_waiting(member_id: UUID | None = None) -> int:
    """Order the hand-over of what waited for its first day or for a WeChat that is connected now, a member's or anybody's; how many."""
    query = (
        select(WeChatCoupon.voucher_id)
        .join(Voucher, _OF_VOUCHER)
        .join(Account, Account.member_id == WeChatCoupon.member_id)
        .join(WeChatLink, WeChatLink.account_id == Account.id)
        .where(
            WeChatCoupon.state == HandOver.WAITING,
            Voucher.state == VoucherState.ISSUED,
            Voucher.valid_from <= today_in_china(),
            Voucher.last_day >= today_in_china(),
        )
    )
    if member_id:
        query = query.where(WeChatCoupon.member_id == member_id)
    return _order(query)


def go_on_with_stalled() -> int:
    """Order the hand-over of what is under way and was given up; how many."""
    since = func.coalesce(WeChatCoupon.asked_at, WeChatCoupon.handed_over_at)
    return _order(
        select(WeChatCoupon.voucher_id).where(WeChatCoupon.state.in_(UNDER_WAY), since < now() - STALLED_AFTER)
    )


def look_for_uncertain() -> int:
    """Look whether WeChat shows by now what it may have given; how many it did."""
    query = select(WeChatCoupon).where(WeChatCoupon.state == HandOver.UNCERTAIN)
    found = 0
    for coupon in db.session.scalars(query.order_by(WeChatCoupon.heard_at.nulls_first()).limit(AT_ONCE)).all():
        change(coupon.id, WeChatCoupon.state == HandOver.UNCERTAIN, heard_at=now())
        found += look_for(coupon)
        checkpoint()
    return found


def ask_for_silent(actor: Actor) -> int:
    """Ask how coupons stand that nothing was heard of; how many."""
    silent = [(coupon.id, openid_of(coupon), str(coupon.coupon_id)) for coupon in _silent()]
    checkpoint()
    for row_id, openid, coupon_id in silent:
        standing = wechat_pay().find(openid, coupon_id, official_account().app_id)
        change(row_id, asked_at=now())  # its turn comes again after the others'
        if standing is not None:
            hear(actor, standing)
        checkpoint()
    return len(silent)


def count_stocks() -> int:
    """Ask how many coupons WeChat has given of each stock, and note beside it how many were handed over; how many stocks."""
    due = select(WeChatStock.stock_id).where(
        WeChatStock.batch_id.in_(select(WeChatCoupon.batch_id)),
        or_(WeChatStock.asked_at.is_(None), WeChatStock.asked_at < now() - EVERY_COUNT),
    )
    stocks = db.session.scalars(due.distinct().order_by(WeChatStock.stock_id)).all()
    for stock_id in stocks:
        _count(stock_id)
        checkpoint()
    return len(stocks)


def _silent() -> Sequence[WeChatCoupon]:
    query = (
        select(WeChatCoupon)
        .join(Voucher, _OF_VOUCHER)
        .where(
            WeChatCoupon.state == HandOver.RECEIVED,
            Voucher.state == VoucherState.HANDED_OVER,
            or_(
                WeChatCoupon.heard_at.is_(None),
                (WeChatCoupon.heard_at < now() - SILENT_FOR)
                & (func.coalesce(WeChatCoupon.asked_at, WeChatCoupon.heard_at) < now() - EVERY_ASK),
                Voucher.last_day < today_in_china(),
            ),
        )
    )
    return db.session.scalars(query.order_by(WeChatCoupon.asked_at).limit(AT_ONCE)).all()


def _order(query: Select) -> int:
    """Order the hand-over of the vouchers that are asked for, `AT_ONCE` of them; how many."""
    found = db.session.scalars(query.order_by(WeChatCoupon.id).limit(AT_ONCE)).all()
    for voucher_id in found:
        emit_hand_over(voucher_id)
    return len(found)


def _count(stock_id: str) -> None:
    """What was received before WeChat is asked it must have given; what is received or under way after that it may have."""
    _under_way, received = _handed_over(stock_id)
    checkpoint()
    found = wechat_pay().find_stock(stock_id)
    if isinstance(found, str):
        return
    under_way, received_since = _handed_over(stock_id)
    noted = {"distributed": found.given, "received": received, "under_way": under_way + received_since - received}
    db.session.execute(
        update(WeChatStock)
        .where(WeChatStock.stock_id == stock_id)
        .values(**noted, asked_at=now())
        .execution_options(synchronize_session=False)
    )


def _handed_over(stock_id: str) -> tuple[int, int]:
    """How many of a stock's coupons are under way, or uncertain, and how many were received."""
    query = (
        select(
            func.count().filter(WeChatCoupon.state.in_(PERHAPS)),
            func.count().filter(WeChatCoupon.state == HandOver.RECEIVED),
        )
        .join(
            WeChatStock, (WeChatStock.zone_id == WeChatCoupon.zone_id) & (WeChatStock.batch_id == WeChatCoupon.batch_id)
        )
        .where(WeChatStock.stock_id == stock_id)
    )
    under_way, received = db.session.execute(query).one()
    return under_way, received

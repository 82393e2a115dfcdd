"""Hears from WeChat Pay what became of a coupon: used, or expired. Told twice, late or out of order, it comes to the same.

At the door a notice is only read, looked up and put into the outbox of its zone, under its id: what WeChat has from us is an answer in
the time of one commit, and a repetition is nothing new. Work of the zone does the rest.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import func, select

from app.benefits.vouchers.models import VoucherBatch
from app.benefits.vouchers.states import LAPSE, SPEND, VoucherState
from app.benefits.vouchers.steps import find_voucher, take
from app.benefits.wechat.answers import Notice, Standing
from app.benefits.wechat.coupons import change
from app.benefits.wechat.models import WeChatCoupon
from app.benefits.wechat.pay import wechat_pay
from app.core.clock import now
from app.core.outbox import emit
from app.core.platform import platform
from tenants.context import Actor, Plane, ZoneFacts, current_zone, scope
from tenants.database import db, end_reading

HEAR = "benefits.hear_of_coupon"
NOTICES = "/api/wechat/notices"
"""Where WeChat Pay tells it, at the base domain."""
log = structlog.get_logger()


def take_notice(headers: Mapping[str, str], body: bytes) -> None:
    """Take what WeChat tells. Raises `NotFromWeChat`. A coupon that nobody here knows is an alarm in the log."""
    notice = wechat_pay().read(headers, body)
    zone = _zone_of(notice.standing.coupon_id)
    if zone is None:
        log.error("wechat-coupon-unknown", coupon=notice.standing.coupon_id, status=notice.standing.status)
        return
    with scope(Plane.MEMBER, zone=zone):
        emit(HEAR, dedupe_key=f"{HEAR}:{notice.id}", payload=_payload(notice))
        db.session.commit()


def hear(actor: Actor, standing: Standing) -> None:
    """Carry the voucher of a coupon to where WeChat says that it stands. On the worker plane."""
    coupon = db.session.scalar(select(WeChatCoupon).where(WeChatCoupon.coupon_id == standing.coupon_id))
    if coupon is None:
        return
    change(coupon.id, heard_at=now())
    if standing.status == "USED":
        _spend(actor, coupon, standing.used_at or now())
    elif standing.status in {"EXPIRED", "RECOVER"} and not take(actor, coupon.voucher_id, LAPSE):
        _expect(coupon, VoucherState.EXPIRED)


def _spend(actor: Actor, coupon: WeChatCoupon, used_at: datetime) -> None:
    batch = db.session.get_one(VoucherBatch, (current_zone().id, coupon.batch_id))
    values = {"redeemed_at": used_at, "redeem_key": f"wechat:{coupon.coupon_id}", "amount_cents": batch.value_cents}
    if not take(actor, coupon.voucher_id, SPEND, **values):
        _expect(coupon, VoucherState.REDEEMED)


def _expect(coupon: WeChatCoupon, state: VoucherState) -> None:
    """That the voucher stands there already; anything else is an alarm in the log, and changes nothing."""
    found = find_voucher(coupon.voucher_id)
    if found.state != state:
        log.error(
            "wechat-coupon-differs", zone=current_zone().slug, voucher=str(found.id), ours=found.state, wechats=state
        )


def _zone_of(coupon_id: str) -> ZoneFacts | None:
    zone_id: UUID | None = db.session.scalar(select(func.zone_of_wechat_coupon(coupon_id)))
    zone = platform().registry.by_id(zone_id) if zone_id else None
    end_reading()
    return zone


def _payload(notice: Notice) -> dict[str, str]:
    standing = notice.standing
    used_at = standing.used_at.isoformat() if standing.used_at else ""
    return {"coupon_id": standing.coupon_id, "status": standing.status, "used_at": used_at}

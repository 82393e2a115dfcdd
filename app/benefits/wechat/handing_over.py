"""Hands vouchers over to WeChat Pay, in the background: what is about to be asked is committed before, the answer after.

WeChat knows a repetition by the number, which is the voucher's: whoever asks again, and after whatever death of a worker, the member has
one coupon. A voucher that was handed over is WeChat's: only what WeChat says of it changes it.
"""

import random
from collections.abc import Iterable
from datetime import timedelta
from typing import NoReturn
from uuid import UUID

import structlog
from sqlalchemy.dialects.postgresql import insert

from app.benefits.vouchers.models import Voucher
from app.benefits.vouchers.states import HAND_OVER as HAND_OVER_STEP
from app.benefits.vouchers.states import TURN_DOWN
from app.benefits.vouchers.steps import find_voucher, take
from app.benefits.wechat.answers import Answer
from app.benefits.wechat.coupons import (
    OPENID,
    change,
    find_coupon,
    is_one_of_many,
    move,
    openid_of,
    stock_of,
    without_known,
)
from app.benefits.wechat.models import WeChatCoupon
from app.benefits.wechat.pay import wechat_pay
from app.benefits.wechat.states import DOUBT, LOSE, PERHAPS, RECEIVE, REFUSE, SEND, UNDER_WAY, HandOver
from app.benefits.wechat.telling import ask_to_connect, tell_refused
from app.benefits.wechat.words import TOO_LATE, reason_of
from app.core.clock import now, today_in_china
from app.core.jobs import Postpone, checkpoint
from app.core.outbox import emit
from app.core.platform import platform
from app.identity.official_account import official_account
from app.identity.operations import openid_of_member
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

HAND_OVER = "benefits.hand_over_coupon"
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 3600.0  # seconds
UNKNOWN_AFTER = 5
"""Attempts without a certain answer after which nobody says any more that a coupon is on its way."""
ASKED_ON = timedelta(days=3)
"""For so long after a coupon's last day WeChat is asked for it again where a call is unanswered."""
log = structlog.get_logger()


def order(batch_id: UUID, vouchers: Iterable[tuple[UUID, UUID]]) -> None:
    """Have vouchers (each with its member) handed over, in the transaction that gives them out of a batch of WeChat's."""
    rows = [
        {"zone_id": current_zone().id, "id": uuid7(), "voucher_id": voucher_id, "batch_id": batch_id, "member_id": member_id,
         "state": HandOver.WAITING, "out_request_no": voucher_id.hex}
        for voucher_id, member_id in vouchers
    ]  # fmt: skip
    db.session.execute(insert(WeChatCoupon).values(rows).on_conflict_do_nothing())
    for row in rows:
        emit_hand_over(row["voucher_id"])


def emit_hand_over(voucher_id: UUID) -> None:
    """Order one hand-over; ordered twice it does no harm."""
    emit(HAND_OVER, dedupe_key=f"{HAND_OVER}:{voucher_id}:{uuid7()}", payload={"voucher_id": str(voucher_id)})


def hand_over(actor: Actor, voucher_id: UUID) -> None:
    """Hand one voucher over, or find out what became of it. On the worker plane; raises `Postpone` until WeChat has said so."""
    coupon = find_coupon(voucher_id)
    if coupon is None or coupon.state not in {HandOver.WAITING, *UNDER_WAY}:
        return
    if coupon.state == HandOver.WAITING and not _begin(actor, coupon):
        return
    # The call counts as unanswered before it is made, so that whoever dies over it leaves that behind.
    counted = {"attempts": WeChatCoupon.attempts + 1, "unanswered": WeChatCoupon.unanswered + 1, "asked_at": now()}
    if not change(coupon.id, WeChatCoupon.state.in_(UNDER_WAY), **counted):
        return
    coupon, stock = find_coupon(voucher_id), stock_of(coupon.batch_id)
    if coupon is None or stock is None:
        return
    asked = (openid_of(coupon), stock.stock_id, coupon.out_request_no, official_account().app_id)
    checkpoint()
    answer = wechat_pay().give(*asked)
    if answer.is_certain:
        change(coupon.id, WeChatCoupon.state.in_(PERHAPS), unanswered=WeChatCoupon.unanswered - 1)
    _settle(actor, find_coupon(voucher_id) or coupon, answer)


def _begin(actor: Actor, coupon: WeChatCoupon) -> bool:
    """Take the voucher out of everybody else's hands, once it is good and where its member has a WeChat; whether that was done."""
    if find_voucher(coupon.voucher_id).valid_from > today_in_china():
        return False
    openid = openid_of_member(coupon.member_id)
    if openid is None:
        ask_to_connect(find_voucher(coupon.voucher_id))
        return False
    if not take(actor, coupon.voucher_id, HAND_OVER_STEP, Voucher.last_day >= today_in_china()):
        return False
    cipher = platform().cipher.encrypt(openid, row=coupon.id, **OPENID)
    return move(coupon.id, SEND, openid_cipher=cipher, handed_over_at=now())


def _settle(actor: Actor, coupon: WeChatCoupon, answer: Answer) -> None:
    if answer.word == "received":
        move(coupon.id, RECEIVE, coupon_id=answer.coupon_id, code="", heard_at=now())
    elif answer.word == "refused":
        _end(actor, coupon, answer.code, str(reason_of(answer.code)))
    elif _is_late(coupon, answer):
        _end(actor, coupon, answer.code, str(TOO_LATE))
    else:
        _wait(coupon, answer)


def _is_late(coupon: WeChatCoupon, answer: Answer) -> bool:
    """Whether WeChat would not give it any more. While it may have given it before, and says nothing of it, it is asked some days longer."""
    over = today_in_china() - find_voucher(coupon.voucher_id).last_day
    is_open = coupon.unanswered > 0 and answer.word != "not_now"
    return over > (ASKED_ON if is_open else timedelta(0))


def _end(actor: Actor, coupon: WeChatCoupon, code: str, reason: str) -> None:
    """WeChat gives it no more: void where it is certain that no call has given it, and else as WeChat shows it, or for people to say."""
    if coupon.unanswered == 0:
        turn_down(actor, coupon, code, reason)
    elif not look_for(coupon) and move(coupon.id, DOUBT, code=code):
        log.error("wechat-coupon-uncertain", zone=current_zone().slug, voucher=str(coupon.voucher_id), code=code)


def look_for(coupon: WeChatCoupon) -> bool:
    """Whether WeChat shows the coupon in its member's WeChat, where it is received then: the one of its stock, which is of its batch alone, that is
    no other voucher's. With another one of the batch as open as this, nothing says which of them it is."""
    stock = stock_of(coupon.batch_id)
    if stock is None or is_one_of_many(coupon):
        return False
    asked = (openid_of(coupon), stock.stock_id, official_account().app_id)
    checkpoint()
    given = wechat_pay().list_given(*asked)
    if given is None:
        return False
    new = without_known([each.coupon_id for each in given])
    return len(new) == 1 and move(coupon.id, RECEIVE, coupon_id=new[0], code="", heard_at=None)


def turn_down(actor: Actor, coupon: WeChatCoupon, code: str, reason: str) -> None:
    """WeChat does not take it: the voucher is void, its piece back in the stock and out of the register of gifts."""
    if move(coupon.id, REFUSE, code=code, heard_at=now()) and take(actor, coupon.voucher_id, TURN_DOWN, reason=reason):
        tell_refused(find_voucher(coupon.voucher_id), reason)


def _wait(coupon: WeChatCoupon, answer: Answer) -> NoReturn:
    """Come again, at least twice as late as the last time."""
    if answer.word == "unknown" and coupon.attempts >= UNKNOWN_AFTER:
        move(coupon.id, LOSE, code=answer.code)
    else:
        change(coupon.id, WeChatCoupon.state.in_(UNDER_WAY), code=answer.code)
    checkpoint()
    pause = FIRST_PAUSE * 2 ** min(coupon.attempts - 1, 16) * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load
    raise Postpone(timedelta(seconds=min(LONGEST_PAUSE, pause)), f"wechat: {answer.code}")

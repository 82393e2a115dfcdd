"""What WeChat tells of coupons: taken once, by nobody else's word, in whatever order it comes."""

import json
import time
from datetime import timedelta

import pytest
import time_machine
from structlog.testing import capture_logs

from app.benefits import api
from app.benefits.rules.models import BenefitGift
from app.benefits.vouchers.batch_lists import find_batch
from app.benefits.vouchers.expiry import expire
from app.benefits.vouchers.reconciling import by_batch
from app.benefits.wechat.answers import Standing
from app.benefits.wechat.hearing import HEAR
from app.benefits.wechat.models import WeChatStock
from app.core.clock import now, today_in_china
from app.core.jobs import inline
from app.core.jobs.execution import Outcome
from app.core.outbox import OutboxEvent
from sandbox.wechat.notices import Notice
from sandbox.wechat.signing import sealed
from tenants.context import SYSTEM
from tenants.database import db
from tests.contracts.planting import connect_as_owner, planting
from tests.fixtures.wechat import deliver


@pytest.fixture(autouse=True)
def _nobody_was_refused_before():
    api.REFUSED._seen.clear()


def events(till) -> list[dict]:
    """What was taken at the door."""
    with till.market.work():
        return list(db.session.scalars(db.select(OutboxEvent.payload).where(OutboxEvent.kind == HEAR)))


def used(till, voucher_id) -> Notice:
    """Pay with a coupon; what WeChat tells of it."""
    coupon = till.wechat.coupons.use(till.coupon(voucher_id).coupon_id)
    assert coupon
    till.wechat.notices.tell(coupon)
    return till.wechat.notices.kept[-1]


def expired(till, voucher_id) -> Notice:
    coupon = till.wechat.coupons.expire(till.coupon(voucher_id).coupon_id)
    assert coupon
    till.wechat.notices.tell(coupon)
    return till.wechat.notices.kept[-1]


def test_a_coupon_that_was_used_is_redeemed_when_wechat_says_so(till):
    voucher_id = till.received()
    notice = used(till, voucher_id)
    assert deliver(till.client(), till.wechat, notice).status_code == 204
    inline.run_due_events()
    found = till.voucher(voucher_id)
    assert (found.state, found.amount_cents, found.shop_id, found.action) == ("redeemed", 1000, None, "spend")
    assert found.redeem_key == f"wechat:{till.coupon(voucher_id).coupon_id}"
    assert till.faults() == {}


def test_a_coupon_that_expired_at_wechat_is_not_back_in_the_stock_for_wechats_does_not_refill(till):
    voucher_id = till.received(stock=1)
    assert deliver(till.client(), till.wechat, expired(till, voucher_id)).status_code == 204
    inline.run_due_events()
    found = till.voucher(voucher_id)
    assert (found.state, till.market.batch(found.batch_id).taken, till.faults()) == ("expired", 1, {})
    till.connect(till.market.members[1])
    assert till.market.give(found.batch_id, till.market.members[1])[0].outcome == "none-left"
    with till.market.staff():
        assert db.session.scalars(db.select(BenefitGift.id)).all() == [], "its member has used none"
        row = find_batch(found.batch_id)
        assert row
        [side] = by_batch([row])
    assert (side.given, side.lapsed, side.difference) == (1, 1, 0)


def test_what_expired_before_it_was_handed_over_is_back_in_the_stock(till):
    voucher_id = till.give(name=None, stock=1, grace_days=0, expires_on=today_in_china())
    with time_machine.travel(today_in_china() + timedelta(days=2)), till.market.work():
        assert expire(SYSTEM) == 1
        db.session.commit()
    assert till.market.batch(till.voucher(voucher_id).batch_id).taken == 0


def test_what_is_told_twice_changes_nothing_the_second_time(till):
    voucher_id = till.received()
    till.wechat.notices.faults.order("twice", 1, 0)
    notice, client = used(till, voucher_id), till.client()
    assert list(till.wechat.notices.kept) == [notice, notice]
    assert [deliver(client, till.wechat, notice).status_code for _ in range(3)] == [204] * 3
    assert len(events(till)) == 1
    inline.run_due_events()
    redeemed = till.voucher(voucher_id)
    second = used_again(till, notice)
    assert deliver(client, till.wechat, second).status_code == 204
    assert set(inline.run_due_events()) == {Outcome.DONE}
    assert till.voucher(voucher_id).version == redeemed.version
    assert till.faults() == {}


def used_again(till, notice: Notice) -> Notice:
    """The same under another id, as another event of WeChat's."""
    told = json.loads(notice.body) | {"id": "another"}
    return Notice("another", json.dumps(told).encode())


def test_a_replay_of_the_very_same_bytes_is_nothing_new(till):
    voucher_id, client = till.received(), till.client()
    notice = used(till, voucher_id)
    headers = till.wechat.notices.headers(notice)
    for _ in range(2):
        assert client.post("/api/wechat/notices", data=notice.body, headers=headers).status_code == 204
    assert len(events(till)) == 1


def test_what_comes_out_of_order_settles_right(till):
    """It was used; that it was good still, and that it has expired, are said late or in error."""
    voucher_id = till.received()
    coupon_id = str(till.coupon(voucher_id).coupon_id)
    till.hear(Standing(coupon_id, "USED", now()))
    till.hear(Standing(coupon_id, "SENDED", None))
    till.hear(Standing(coupon_id, "EXPIRED", None))
    assert (till.states(voucher_id), till.faults()) == (("received", "redeemed"), {})


def test_a_use_told_before_our_own_answer_is_found_by_asking(till):
    """The answer was lost and the coupon used at once: nobody here knows the coupon yet."""
    voucher_id, client = till.give(), till.client()
    till.wechat.faults.order("lost", 1, 0)
    assert till.hand_over(voucher_id)
    [coupon] = till.at_wechat()
    paid = till.wechat.coupons.use(coupon.coupon_id)
    assert paid
    till.wechat.notices.tell(paid)
    assert deliver(client, till.wechat, till.wechat.notices.kept[-1]).status_code == 204
    assert events(till) == []
    assert not till.hand_over(voucher_id)
    with time_machine.travel(now() + timedelta(days=2), tick=True):
        till.ask()
    assert (till.states(voucher_id), till.faults()) == (("received", "redeemed"), {})


def test_what_was_never_told_is_asked_for(till):
    spent, over, good = (till.received(member_id=each) for each in till.market.members)
    till.wechat.notices.faults.order("never", 2, 0)
    for voucher_id, change in ((spent, till.wechat.coupons.use), (over, till.wechat.coupons.expire)):
        coupon = change(till.coupon(voucher_id).coupon_id)
        assert coupon
        till.wechat.notices.tell(coupon)
    assert list(till.wechat.notices.kept) == []
    till.ask()
    assert till.voucher(spent).state == "handed_over"
    with time_machine.travel(now() + timedelta(days=2), tick=True):
        till.ask()
    assert [till.voucher(each).state for each in (spent, over, good)] == ["redeemed", "expired", "handed_over"]


@pytest.mark.parametrize("wrong", [
    {"Wechatpay_Signature": "AAAA"}, {"Wechatpay_Signature": "not base64"}, {"Wechatpay_Signature": ""},
    {"Wechatpay_Serial": "PUB_KEY_ID_1"}, {"Wechatpay_Nonce": "another"}, {"Wechatpay_Timestamp": "1"}, {"Wechatpay_Timestamp": "x"},
])  # fmt: skip
def test_what_wechat_did_not_sign_is_refused(till, wrong):
    voucher_id = till.received()
    assert deliver(till.client(), till.wechat, used(till, voucher_id), **wrong).status_code == 403
    assert events(till) == []


def test_what_was_changed_on_its_way_is_refused(till):
    voucher_id = till.received()
    notice = used(till, voucher_id)
    headers = till.wechat.notices.headers(notice)
    answer = till.client().post("/api/wechat/notices", data=notice.body.replace(b"COUPON", b"COUPOM"), headers=headers)
    assert (answer.status_code, events(till)) == (403, [])


@pytest.mark.parametrize("seconds", [-301, -3600, 310])
def test_what_is_signed_for_another_time_is_refused(till, seconds):
    voucher_id = till.received()
    notice = used(till, voucher_id)
    headers = till.wechat.notices.headers(notice, at=int(time.time()) + seconds)
    answer = till.client().post("/api/wechat/notices", data=notice.body, headers=headers)
    assert (answer.status_code, events(till)) == (403, [])


def test_what_is_sealed_under_another_key_is_refused(till):
    voucher_id = till.received()
    used(till, voucher_id)
    keys = till.wechat.keys
    resource = sealed(
        type(keys)(keys.merchant, keys.merchant_serial, keys.own, keys.own_id, b"0" * 32), {"coupon_id": "1"}
    )
    notice = Notice("x", json.dumps({"id": "x", "resource": resource}).encode())
    assert deliver(till.client(), till.wechat, notice).status_code == 403


def test_a_coupon_that_nobody_here_knows_is_taken_and_an_alarm_in_the_log(till):
    coupon = till.wechat.coupons.give("1", "o" * 28, "somebody-elses")
    assert coupon
    till.wechat.notices.tell(till.wechat.coupons.use(coupon.coupon_id) or coupon)
    with capture_logs() as logs:
        assert deliver(till.client(), till.wechat, till.wechat.notices.kept[-1]).status_code == 204
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["wechat-coupon-unknown"]
    assert events(till) == []


def test_what_is_too_large_is_not_read(till):
    answer = till.client().post("/api/wechat/notices", data=b"x" * (api.MOST_BYTES + 1))
    assert answer.status_code == 413


def test_whoever_sends_false_ones_again_and_again_waits(till):
    client = till.client()
    statuses = [client.post("/api/wechat/notices", data=b"{}").status_code for _ in range(61)]
    assert set(statuses[:60]) == {403}
    assert statuses[60] == 429
    voucher_id = till.received()
    assert deliver(client, till.wechat, used(till, voucher_id)).status_code == 204


def test_no_other_host_takes_notices(till):
    voucher_id = till.received()
    notice = used(till, voucher_id)
    for host in (till.market.zone, "id.hall.test", "city.hall.test"):
        client = till.market.world.client(host)
        assert deliver(client, till.wechat, notice).status_code in {403, 404}
    assert events(till) == []


def test_used_coupons_are_settled_by_wechat_and_by_no_statement_of_ours(till):
    voucher_id = till.received()
    till.hear(Standing(str(till.coupon(voucher_id).coupon_id), "USED", now()))
    batch_id = till.voucher(voucher_id).batch_id
    with till.market.staff():
        row = find_batch(batch_id)
        assert row
        [side] = by_batch([row])
    assert (side.redeemed.pieces, side.by_wechat.pieces, side.waiting.pieces, side.difference) == (1, 1, 0, 0)


def test_where_wechat_gave_another_number_it_is_a_fault(till):
    voucher_id = till.received()
    till.ask()
    batch_id = till.voucher(voucher_id).batch_id
    with till.market.staff():
        stock = db.session.scalars(db.select(WeChatStock).where(WeChatStock.batch_id == batch_id)).one()
    assert (stock.distributed, stock.received, stock.under_way, till.faults()) == (1, 1, 0, {})
    till.wechat.coupons.give(stock.stock_id, "o" * 28, "by-somebody-else")
    with time_machine.travel(now() + timedelta(hours=7), tick=True):
        till.ask()
    assert till.faults() == {"stocks of which WeChat gave another number than it was handed over": 1}


def test_what_is_under_way_while_wechat_counts_is_no_fault(till):
    till.received()
    other = till.give(till.market.members[1])
    till.wechat.faults.order("lost", 1, 0)
    assert till.hand_over(other)
    till.ask()
    assert (len(till.at_wechat()), till.faults()) == (2, {})


def test_a_voucher_that_nobody_hands_over_is_a_fault(till, settings):
    voucher_id = till.give()
    with connect_as_owner(settings.database_owner_url) as owner:
        owner.execute("DELETE FROM voucher_wechat_coupons WHERE voucher_id = %s", [voucher_id])
    assert till.faults() == {"vouchers for WeChat that nobody hands over": 1}


def test_a_coupon_that_stands_elsewhere_than_its_voucher_is_a_fault(till, settings):
    voucher_id = till.received()
    with connect_as_owner(settings.database_owner_url) as owner, planting(owner):
        owner.execute(
            "UPDATE voucher_wechat_coupons SET state = 'refused', coupon_id = NULL WHERE voucher_id = %s", [voucher_id]
        )
    assert till.faults() == {"WeChat coupons that stand elsewhere than their voucher": 1}

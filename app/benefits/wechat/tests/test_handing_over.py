"""Handing coupons over to WeChat Pay: each is there once, whatever happens on the way."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy.exc import IntegrityError

from app.benefits.rules.models import BenefitGift
from app.benefits.vouchers import batches, extending, redeeming, voiding
from app.benefits.vouchers.batch_errors import NotExtended, StockMissing
from app.benefits.vouchers.errors import VoucherMovedOn, WrongShop
from app.benefits.vouchers.expiry import expire
from app.benefits.vouchers.models import VoucherEvent
from app.benefits.wechat import asking, handing_over
from app.benefits.wechat.handing_over import UNKNOWN_AFTER
from app.benefits.wechat.models import WeChatCoupon
from app.benefits.wechat.pay import WeChatPay
from app.core.clock import today_in_china
from app.core.jobs import inline
from app.core.outbox import OutboxEvent
from app.notifications.models import Message
from sandbox.wechat.calls import CODES
from tenants.context import SYSTEM, Plane, Scope, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import at_once

MANY = 6


def told(market, member_id: UUID) -> list[str]:
    """What a member was told, by kind."""
    with market.work():
        return list(db.session.scalars(db.select(Message.kind).where(Message.member_id == member_id)))


def test_a_coupon_that_is_given_goes_into_its_members_wechat(till):
    member_id = till.market.members[0]
    openid = till.connect(member_id)
    stock_id = till.stock()
    [given] = till.market.give(till.batch(stock_id=stock_id), member_id)
    inline.run_due_events()
    [coupon] = till.at_wechat()
    assert (coupon.openid, coupon.stock_id, coupon.status) == (openid, stock_id, "SENDED")
    assert till.states(given.voucher_id) == ("received", "handed_over")
    assert till.coupon(given.voucher_id).coupon_id == coupon.coupon_id
    assert till.faults() == {}
    with till.market.staff():
        steps = db.session.scalars(db.select(VoucherEvent.action).order_by(VoucherEvent.version)).all()
    assert steps == ["give", "hand_over"]


def test_no_transaction_is_open_while_wechat_is_asked(till, monkeypatch):
    give, seen = WeChatPay.give, []

    def watched(*asked):
        seen.append(db.session().in_transaction())
        return give(*asked)

    monkeypatch.setattr(WeChatPay, "give", watched)
    till.received()
    assert seen == [False]


def test_vouchers_of_other_kinds_are_handed_over_to_nobody(till):
    voucher_id = till.market.one()
    inline.run_due_events()
    assert (till.voucher(voucher_id).state, till.at_wechat()) == ("issued", [])


def test_whose_account_has_no_wechat_is_asked_for_it_once_and_has_it_as_soon_as_it_is_connected(till):
    member_id = till.market.members[0]
    voucher_id = till.give(name=None)
    inline.run_due_events()
    assert not till.hand_over(voucher_id)
    assert (till.states(voucher_id), till.at_wechat()) == (("waiting", "issued"), [])
    assert told(till.market, member_id) == ["benefits.connect_wechat"]
    till.connect(member_id)
    till.ask()
    inline.run_due_events()
    assert till.states(voucher_id) == ("received", "handed_over")
    assert len(till.at_wechat()) == 1


def test_a_coupon_that_waits_expires_as_vouchers_do_and_is_handed_over_no_more(till):
    voucher_id = till.give(name=None, grace_days=0, expires_on=today_in_china())
    with time_machine.travel(today_in_china() + timedelta(days=2)):
        with till.market.work():
            assert expire(SYSTEM) == 1
            db.session.commit()
        till.connect(till.market.members[0])
        till.ask()
        assert not till.hand_over(voucher_id)
    assert (till.states(voucher_id), till.at_wechat()) == (("waiting", "expired"), [])
    assert till.faults() == {}


def test_before_its_first_day_it_is_not_handed_over_and_on_it_the_turn_comes(till):
    first_day = today_in_china() + timedelta(days=3)
    voucher_id = till.give(valid_from=first_day)
    assert not till.hand_over(voucher_id)
    with till.market.work():
        assert asking.hand_over_waiting() == 0
    assert (till.states(voucher_id), till.at_wechat()) == (("waiting", "issued"), [])
    with time_machine.travel(first_day, tick=True):
        with till.market.work():
            assert asking.hand_over_waiting() == 1
            db.session.rollback()
        assert not till.hand_over(voucher_id)
    assert till.states(voucher_id) == ("received", "handed_over")


def test_on_the_day_after_its_last_one_it_is_not_handed_over_though_nothing_has_swept_it(till):
    voucher_id = till.give(grace_days=0, expires_on=today_in_china())
    with time_machine.travel(today_in_china() + timedelta(days=2)):
        assert not till.hand_over(voucher_id)
    assert (till.states(voucher_id), till.at_wechat()) == (("waiting", "issued"), [])


def test_what_wechat_has_never_expires_by_our_clock(till):
    voucher_id = till.received(grace_days=0, expires_on=today_in_china())
    with time_machine.travel(today_in_china() + timedelta(days=2)), till.market.work():
        assert expire(SYSTEM) == 0
    assert till.voucher(voucher_id).state == "handed_over"


@pytest.mark.parametrize("code", ["RULE_LIMIT", "USER_ACCOUNT_ABNORMAL", "REQUEST_BLOCKED"])
def test_what_wechat_refuses_for_good_is_void_and_back_in_the_stock_and_the_register_and_its_member_reads_why(
    till, code
):
    voucher_id = till.give()
    till.wechat.faults.order(code, 1, 0)
    assert not till.hand_over(voucher_id)
    assert till.states(voucher_id) == ("refused", "void")
    found, member_id = till.voucher(voucher_id), till.market.members[0]
    assert (found.action, bool(found.reason), till.coupon(voucher_id).code) == ("turn_down", True, code)
    assert till.market.batch(found.batch_id).taken == 0
    with scope(Plane.STAFF, zone=till.market.zone):
        assert db.session.scalars(db.select(BenefitGift.id)).all() == []
    assert told(till.market, member_id) == ["benefits.coupon_refused"]
    assert (till.at_wechat(), till.faults()) == ([], {})
    assert till.market.give(found.batch_id, member_id, key="list:2")[0].outcome == "given"


@pytest.mark.parametrize("code", sorted(CODES.keys() - {"RULE_LIMIT", "USER_ACCOUNT_ABNORMAL", "REQUEST_BLOCKED"}))
def test_what_wechat_says_of_our_account_takes_no_coupon_from_anybody(till, code):
    voucher_id = till.give()
    till.wechat.faults.order(code, 1, 0)
    assert till.hand_over(voucher_id)
    assert till.states(voucher_id) == ("sent", "handed_over")
    assert till.coupon(voucher_id).code == code
    assert not till.hand_over(voucher_id)
    assert till.states(voucher_id) == ("received", "handed_over")
    assert till.coupon(voucher_id).code == ""


def test_what_wechat_would_not_take_through_its_last_day_is_void(till):
    voucher_id = till.give(grace_days=0, expires_on=today_in_china())
    till.wechat.faults.order("NOT_ENOUGH", 2, 0)
    assert till.hand_over(voucher_id)
    with time_machine.travel(today_in_china() + timedelta(days=2), tick=True):
        assert not till.hand_over(voucher_id)
    assert (till.states(voucher_id), till.faults()) == (("refused", "void"), {})


def test_what_wechat_may_have_by_a_lost_answer_is_not_void_because_it_wants_fewer_calls(till):
    voucher_id = till.give(grace_days=0, expires_on=today_in_china())
    till.wechat.faults.order("lost", 1, 0)
    assert till.hand_over(voucher_id)
    till.wechat.faults.order("FREQUENCY_LIMITED", 1, 0)
    with time_machine.travel(today_in_china() + timedelta(days=2), tick=True):
        assert till.hand_over(voucher_id)
        assert till.states(voucher_id) == ("sent", "handed_over")
        assert not till.hand_over(voucher_id)
    assert (till.states(voucher_id), len(till.at_wechat())) == (("received", "handed_over"), 1)


def test_an_answer_that_is_lost_is_asked_for_again_and_brings_no_second_coupon(till):
    voucher_id = till.give()
    till.wechat.faults.order("lost", 1, 0)
    assert till.hand_over(voucher_id)
    assert (till.states(voucher_id), len(till.at_wechat())) == (("sent", "handed_over"), 1)
    assert not till.hand_over(voucher_id)
    assert till.states(voucher_id) == ("received", "handed_over")
    [coupon] = till.at_wechat()
    assert till.coupon(voucher_id).coupon_id == coupon.coupon_id


def test_under_a_new_number_each_time_a_lost_answer_brings_a_second_coupon(till, monkeypatch):
    """The negative control: what keeps it to one is the number alone."""
    give = WeChatPay.give
    monkeypatch.setattr(
        WeChatPay, "give", lambda pay, openid, stock, _number, app_id: give(pay, openid, stock, uuid7().hex, app_id)
    )
    voucher_id = till.give(per_member=2)
    till.wechat.faults.order("lost", 1, 0)
    assert till.hand_over(voucher_id)
    assert not till.hand_over(voucher_id)
    assert len(till.at_wechat()) == 2


def test_an_answer_under_a_false_signature_is_none(till):
    voucher_id = till.give()
    till.wechat.faults.order("unsigned", 1, 0)
    assert till.hand_over(voucher_id)
    assert (till.states(voucher_id), till.coupon(voucher_id).code) == (("sent", "handed_over"), "bad_answer")


def test_where_wechat_never_answers_the_coupon_is_unknown_and_still_nobody_elses_until_it_does(till):
    voucher_id = till.give()
    till.wechat.faults.order("timeout", UNKNOWN_AFTER, 0)
    assert all(till.hand_over(voucher_id) for _ in range(UNKNOWN_AFTER))
    assert till.states(voucher_id) == ("unknown", "handed_over")
    assert till.faults() == {}
    assert not till.hand_over(voucher_id)
    assert till.states(voucher_id) == ("received", "handed_over")
    assert len(till.at_wechat()) == 1


def test_a_worker_that_dies_between_its_call_and_its_commit_leaves_one_coupon(till, monkeypatch):
    voucher_id = till.give()

    def die(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(handing_over, "_settle", die)
        with pytest.raises(KeyboardInterrupt):
            till.hand_over(voucher_id)
    assert (till.states(voucher_id), len(till.at_wechat())) == (("sent", "handed_over"), 1)
    assert not till.hand_over(voucher_id)
    assert (till.states(voucher_id), len(till.at_wechat())) == (("received", "handed_over"), 1)


def test_many_workers_at_the_same_moment_bring_one_coupon(till, app):
    voucher_id, here = till.give(), Scope(Plane.WORKER, zone=till.market.zone)
    at_once(app, [(here, lambda: handing_over.hand_over(SYSTEM, voucher_id))] * MANY)
    assert (till.states(voucher_id), len(till.at_wechat())) == (("received", "handed_over"), 1)
    assert till.faults() == {}
    with till.market.staff():
        actions = db.session.scalars(db.select(VoucherEvent.action).order_by(VoucherEvent.version)).all()
    assert actions == ["give", "hand_over"]


def test_it_goes_to_the_wechat_that_was_connected_when_it_was_first_sent(till):
    voucher_id = till.give(name="first")
    till.wechat.faults.order("timeout", 1, 0)
    assert till.hand_over(voucher_id)
    till.connect(till.market.members[0], "second")
    assert not till.hand_over(voucher_id)
    [coupon] = till.at_wechat()
    assert coupon.openid == till.connect(till.market.members[1], "first")


def test_staff_make_void_what_waits_and_nothing_that_was_handed_over(till):
    voucher_id = till.received()
    with till.market.staff(), pytest.raises(VoucherMovedOn):
        voiding.make_void(till.market.checker, voucher_id, reason="有误")
    waits = till.give(till.market.members[1], name=None)
    with till.market.staff():
        voiding.make_void(till.market.checker, waits, reason="有误")
        db.session.commit()
    till.connect(till.market.members[1])
    assert not till.hand_over(waits)
    assert (till.states(waits), len(till.at_wechat())) == (("waiting", "void"), 1)


def test_no_shop_redeems_it(till):
    for voucher_id in (till.give(name=None), till.received(member_id=till.market.members[1])):
        with till.market.staff(), pytest.raises((WrongShop, VoucherMovedOn)):
            redeeming.redeem(till.market.clerks[0], voucher_id, till.market.shops[0], "key:1")


def test_it_runs_no_longer_by_our_word(till):
    batch_id = till.batch()
    with till.market.staff(), pytest.raises(NotExtended):
        extending.propose(
            till.market.maker, uuid7(), batch_id=batch_id, voucher_id=None, until=today_in_china() + timedelta(days=90), ground="延期"
        )  # fmt: skip


@pytest.mark.parametrize("stock_id", ["", "98a", "9" * 21, "９８５"])
def test_a_batch_says_of_which_stock_at_wechat_it_is(till, stock_id):
    with pytest.raises(StockMissing):
        till.market.drafted(kind="wechat", goods="food", shops=(), stock_id=stock_id)
    assert batches.STOCK_ID.fullmatch("9856000")


@pytest.mark.parametrize("other", [{"state": "sent", "coupon_id": None}, {"coupon_id": "1"}, {"state": "refused"}])
def test_the_database_refuses_steps_that_there_are_not(till, other):
    voucher_id = till.received()
    change = db.update(WeChatCoupon).where(WeChatCoupon.voucher_id == voucher_id).values(**other)
    with till.market.work(), pytest.raises(IntegrityError, match="no such step"):
        db.session.execute(change)


def test_the_event_names_the_voucher_and_nobody(till):
    voucher_id = till.give()
    with till.market.work():
        payloads = db.session.scalars(
            db.select(OutboxEvent.payload).where(OutboxEvent.kind == handing_over.HAND_OVER)
        ).all()
    assert payloads == [{"voucher_id": str(voucher_id)}]

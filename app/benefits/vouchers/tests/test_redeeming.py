"""A voucher is redeemed once, in the right shop, in time, and says where and when it was."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.benefits.vouchers import redeeming
from app.benefits.vouchers.checking import faults
from app.benefits.vouchers.errors import (
    AlreadyRedeemed,
    KeyReused,
    NotTheClerk,
    NotYetGood,
    PurchaseMissing,
    PurchaseTooSmall,
    ReasonMissing,
    ReverseTooLate,
    VoucherMovedOn,
    VoucherOver,
    WrongShop,
)
from app.benefits.vouchers.expiry import expire
from app.benefits.vouchers.models import Voucher, VoucherEvent
from app.core.clock import now, today_in_china
from tenants.context import Actor
from tenants.database import db

CLERK = Actor(name="测试")


def reverse(market, actor, voucher_id, reason="给错了"):
    with market.staff():
        done = redeeming.reverse(actor, voucher_id, reason=reason)
        db.session.commit()
    return done


def test_a_voucher_is_redeemed_once_and_says_where_and_when(market):
    voucher_id = market.one()
    done = market.redeem(voucher_id)
    assert (done.state, done.amount_cents, done.shop_id) == ("redeemed", 20000, market.shops[0])
    with pytest.raises(AlreadyRedeemed) as told:
        market.redeem(voucher_id, shop=1)
    assert told.value.details == {"shop": market.shops[0], "at": done.redeemed_at}


def test_the_same_confirmation_again_changes_nothing(market):
    voucher_id = market.one()
    first, again = (market.redeem(voucher_id, key="phone:1") for _ in range(2))
    assert (first.version, again.version) == (2, 2)
    with pytest.raises(KeyReused):
        market.redeem(market.one(), key="phone:1")


def test_only_in_a_shop_of_the_batch_and_by_its_clerk(market):
    voucher_id = market.one(shops=(market.shops[0],))
    with pytest.raises(WrongShop):
        market.redeem(voucher_id, shop=1)
    with market.staff(), pytest.raises(NotTheClerk):
        redeeming.redeem(market.clerks[1], voucher_id, market.shops[0], "key:1")
    with market.staff(), pytest.raises(IntegrityError, match="vouchers_right_shop"):
        db.session.execute(update(Voucher).where(Voucher.id == voucher_id).values(
            state="redeemed", action="redeem", version=2, shop_id=market.shops[1], redeemed_at=now(), redeem_key="k",
            amount_cents=1))  # fmt: skip


def test_only_from_the_first_day_through_the_days_of_grace(market):
    today = today_in_china()
    voucher_id = market.one(valid_from=today + timedelta(days=2), expires_on=today + timedelta(days=4), grace_days=1)
    with pytest.raises(NotYetGood):
        market.redeem(voucher_id)
    with time_machine.travel(now() + timedelta(days=6), tick=False), pytest.raises(VoucherOver):
        market.redeem(voucher_id)
    with time_machine.travel(now() + timedelta(days=5), tick=False):
        assert market.redeem(voucher_id).state == "redeemed"


def test_the_database_keeps_the_days_by_itself(market):
    voucher_id = market.one()
    with market.staff(), pytest.raises(IntegrityError, match="vouchers_in_time"):
        db.session.execute(update(Voucher).where(Voucher.id == voucher_id).values(
            state="redeemed", action="redeem", version=2, shop_id=market.shops[0], redeemed_at=now() + timedelta(days=99),
            redeem_key="k", amount_cents=1))  # fmt: skip


@pytest.mark.parametrize("facts", [{"action": "settle", "state": "settled"}, {"action": "redeem", "state": "issued"}])
def test_the_database_takes_no_step_that_there_is_not(market, facts):
    voucher_id = market.one()
    with market.staff(), pytest.raises(IntegrityError, match="no such step"):
        db.session.execute(update(Voucher).where(Voucher.id == voucher_id).values(
            version=2, shop_id=market.shops[0] if facts["state"] == "settled" else None,
            **({"redeemed_at": now(), "redeem_key": "k", "amount_cents": 1} if facts["state"] == "settled" else {}), **facts))  # fmt: skip


def test_an_amount_voucher_asks_what_the_purchase_comes_to(market):
    voucher_id = market.one(kind="amount", value_cents=3000, threshold_cents=2000)
    for purchase, refusal in ((None, PurchaseMissing), (1999, PurchaseTooSmall)):
        with pytest.raises(refusal):
            market.redeem(voucher_id, purchase_cents=purchase)
    done = market.redeem(voucher_id, purchase_cents=2500)
    assert (done.purchase_cents, done.amount_cents) == (2500, 2500)


def test_a_redemption_is_taken_back_on_its_day_by_the_shop_and_later_by_who_approves(market):
    voucher_id = market.one()
    market.redeem(voucher_id)
    with pytest.raises(ReasonMissing):
        reverse(market, market.clerks[0], voucher_id, reason="")
    with pytest.raises(NotTheClerk):
        reverse(market, market.clerks[1], voucher_id)
    assert reverse(market, market.clerks[0], voucher_id).state == "issued"
    market.redeem(voucher_id, shop=1)
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        with pytest.raises(ReverseTooLate):
            reverse(market, market.clerks[1], voucher_id)
        assert reverse(market, market.checker, voucher_id).state == "issued"
        with pytest.raises(VoucherMovedOn):
            reverse(market, market.checker, voucher_id)
    with market.staff():
        actions = select(VoucherEvent.action).order_by(VoucherEvent.version)
        assert db.session.scalars(actions).all() == ["give", "redeem", "reverse", "redeem", "reverse"]
        assert faults() == {}


def test_who_redeemed_does_not_take_back_as_the_second_person(market):
    voucher_id = market.one()
    with market.staff():
        both = Actor(market.clerks[0].account_id, name="店员", permissions=market.checker.permissions)
    market.redeem(voucher_id)
    with time_machine.travel(now() + timedelta(days=1), tick=False), pytest.raises(ReverseTooLate):
        reverse(market, both, voucher_id)


def test_what_nobody_used_expires_after_its_last_day_and_is_back_in_the_stock(market):
    batch_id = market.approved()
    used, unused = (each.voucher_id for each in market.give(batch_id, *market.members[:2]))
    market.redeem(used)
    for days, expired in ((37, 0), (38, 1), (38, 0)):
        with time_machine.travel(now() + timedelta(days=days), tick=False), market.work():
            assert expire(CLERK) == expired
            db.session.commit()
    assert (market.voucher(used).state, market.voucher(unused).state) == ("redeemed", "expired")
    assert market.batch(batch_id).taken == 1
    with market.staff():
        assert faults() == {}

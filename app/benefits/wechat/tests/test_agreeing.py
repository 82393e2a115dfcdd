"""A batch of WeChat coupons and its stock at WeChat: of one batch alone, over all zones, and worth what the batch says."""

from datetime import timedelta

import pytest

from app.benefits.vouchers import batches
from app.benefits.vouchers.batch_errors import BatchMovedOn, OwnBatch
from app.benefits.vouchers.batch_states import APPROVE, CLOSE, REFUSE, RETURN, SUBMIT, WITHDRAW
from app.benefits.vouchers.tests.market import Market
from app.benefits.vouchers.tests.test_pages import BATCHES, hidden, send
from app.benefits.wechat.errors import StockAsleep, StockDiffers, StockTaken, StockUnknown, WeChatSilent
from app.benefits.wechat.pay import WeChatPay
from app.benefits.wechat.tests.till import Till
from app.core.clock import today_in_china
from app.core.i18n import speaking
from sandbox.wechat.calls import CODES
from tenants.context import Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import at_once

TODAY = today_in_china()


@pytest.fixture
def elsewhere(world, wechat) -> Till:
    """A till in another zone, at the same merchant."""
    return Till(Market(world.zone(), world), wechat)


def drafted(till: Till, **facts):
    return till.market.drafted(**till.facts(**facts))


def state(till: Till, batch_id) -> str:
    return till.market.batch(batch_id).state


def test_no_second_batch_is_of_a_stock_in_this_zone_or_in_any_other(till, elsewhere):
    stock_id = till.stock()
    till.batch(stock_id=stock_id)
    messages = set()
    for other in (till, elsewhere):
        with pytest.raises(StockTaken) as refused:
            drafted(other, stock_id=stock_id)
        assert refused.value.field == "stock_id"
        messages.add(str(refused.value.message))
    assert len(messages) == 1, "it is told nowhere who has it"
    assert till.market.zone.name not in messages.pop()


def test_of_two_zones_that_name_a_stock_at_the_same_moment_one_has_it(app, till, elsewhere):
    stock_id = till.stock()

    def draft(other: Till):
        facts = {"category": "birthday", "terms": "", "threshold_cents": 0, "stock": 3, "per_member": 1, "valid_from": TODAY,
                 "expires_on": TODAY, "grace_days": 0} | other.facts(stock_id=stock_id)  # fmt: skip
        return lambda: batches.draft_batch(other.market.maker, uuid7(), **facts)

    refusals = at_once(app, [(Scope(Plane.STAFF, zone=each.market.zone), draft(each)) for each in (till, elsewhere)])
    assert sorted(type(each).__name__ for each in refusals) == ["NoneType", "StockTaken"]


def test_a_draft_that_is_returned_and_a_batch_that_is_over_keep_their_stock(till, elsewhere):
    stock_id = till.stock()
    batch_id = drafted(till, stock_id=stock_id)
    for step in (SUBMIT, RETURN, SUBMIT, APPROVE, CLOSE):
        till.market.take(batch_id, step)
        with pytest.raises(StockTaken):
            drafted(elsewhere, stock_id=stock_id)


@pytest.mark.parametrize("steps", [(WITHDRAW,), (SUBMIT, WITHDRAW), (SUBMIT, REFUSE)])
def test_a_batch_of_which_nothing_can_have_been_given_lets_its_stock_go(till, elsewhere, steps):
    stock_id = till.stock()
    batch_id = drafted(till, stock_id=stock_id)
    for step in steps:
        till.market.take(batch_id, step)
    elsewhere.batch(stock_id=stock_id)


def test_a_batch_that_agrees_is_approved_and_wechat_was_asked_at_both_steps(till):
    calls = till.wechat.counts["calls"]
    batch_id = till.batch()
    assert (state(till, batch_id), till.wechat.counts["calls"] - calls) == ("approved", 2)


@pytest.mark.parametrize(("ours", "theirs", "field", "figures"), [
    ({"value_cents": 1000}, {"value_cents": 500}, "value", ("¥10.00", "¥5.00")),
    ({"threshold_cents": 0}, {"threshold_cents": 3000}, "threshold", ("¥0.00", "¥30.00")),
    ({"stock": 4}, {"most": 3}, "stock", ("4", "3")),
    ({"per_member": 2}, {"most_each": 1}, "per_member", ("2", "1")),
    ({"valid_from": TODAY}, {"first_day": f"{TODAY + timedelta(days=1)}"}, "valid_from", ()),
    ({"expires_on": TODAY + timedelta(days=30), "grace_days": 7}, {"last_day": f"{TODAY + timedelta(days=36)}"}, "expires_on", ()),
])  # fmt: skip
def test_what_differs_from_the_stock_is_refused_with_both_figures_and_nothing_is_lost(
    till, ours, theirs, field, figures
):
    batch_id = drafted(till, stock_id=till.stock(**theirs), **ours)
    with speaking("zh_CN"), pytest.raises(StockDiffers) as refused:
        till.market.take(batch_id, SUBMIT)
    assert refused.value.field == field
    for figure in figures:
        assert figure in str(refused.value.message)
    assert state(till, batch_id) == "draft"


def test_what_wechat_gives_more_of_or_longer_agrees(till):
    stock_id = till.stock(
        most=99, most_each=9, first_day=f"{TODAY - timedelta(days=9)}", last_day=f"{TODAY + timedelta(days=99)}"
    )
    assert state(till, till.batch(stock_id=stock_id)) == "approved"


def test_what_was_changed_at_wechat_after_it_was_submitted_is_found_before_it_is_approved(till):
    stock_id = till.stock()
    batch_id = drafted(till, stock_id=stock_id)
    till.market.take(batch_id, SUBMIT)
    till.wechat.make_stock({"stock_id": stock_id, "value_cents": 100})
    with pytest.raises(StockDiffers):
        till.market.take(batch_id, APPROVE)
    assert state(till, batch_id) == "submitted"


def test_a_stock_of_which_somebody_has_given_already_is_not_taken(till):
    stock_id = till.stock()
    till.wechat.coupons.give(stock_id, "o" * 28, "somebody-elses")
    with pytest.raises(StockDiffers):
        till.batch(stock_id=stock_id)


@pytest.mark.parametrize("status", ["unactivated", "audit", "paused", "stoped"])
def test_of_a_stock_that_gives_nothing_no_batch_is_approved(till, status):
    with pytest.raises(StockAsleep):
        till.batch(stock_id=till.stock(status=status))


def test_a_stock_that_wechat_does_not_know_is_refused(till):
    with pytest.raises(StockUnknown) as refused:
        till.batch(stock_id="404404")
    assert refused.value.field == "stock_id"


@pytest.mark.parametrize("fault", ["timeout", "lost", "unsigned", *sorted(CODES.keys() - {"RESOURCE_NOT_EXISTS"})])
def test_where_wechat_does_not_say_nothing_is_decided_and_nothing_is_lost(till, fault):
    batch_id = drafted(till)
    till.wechat.faults.order(fault, 1, 0)
    with pytest.raises(WeChatSilent):
        till.market.take(batch_id, SUBMIT)
    assert state(till, batch_id) == "draft"
    till.market.take(batch_id, SUBMIT)
    assert state(till, batch_id) == "submitted"


def test_no_transaction_is_open_while_wechat_is_asked(till, monkeypatch):
    find_stock, seen = WeChatPay.find_stock, []

    def watched(*asked):
        seen.append(db.session().in_transaction())
        return find_stock(*asked)

    monkeypatch.setattr(WeChatPay, "find_stock", watched)
    till.batch()
    assert seen == [False, False]


def test_what_another_has_done_while_wechat_was_asked_counts(till, monkeypatch):
    batch_id, find_stock = drafted(till), WeChatPay.find_stock
    till.market.take(batch_id, SUBMIT)

    def slow(*asked):
        monkeypatch.undo()
        till.market.take(batch_id, WITHDRAW)
        return find_stock(*asked)

    monkeypatch.setattr(WeChatPay, "find_stock", slow)
    with pytest.raises(BatchMovedOn):
        till.market.take(batch_id, APPROVE)


def test_wechat_is_asked_nothing_for_whoever_may_not_take_the_step(till):
    batch_id = drafted(till)
    till.market.take(batch_id, SUBMIT)
    calls = till.wechat.counts["calls"]
    with pytest.raises(OwnBatch):
        till.market.take(batch_id, APPROVE, by=till.market.maker)
    assert till.wechat.counts["calls"] == calls


def test_on_the_desk_what_differs_is_said_and_what_was_typed_of_a_taken_stock_stays(till, world):
    desk = world.client(till.market.zone, world.staff(till.market.zone))
    taken = till.stock()
    till.batch(stock_id=taken)
    typed = {
        "kind": "wechat", "category": "birthday", "goods": "food", "title": "生日立减金", "value": "5", "stock": "50", "per_member": "1",
        "valid_from": TODAY, "expires_on": TODAY + timedelta(days=30), "grace_days": "7",
    }  # fmt: skip
    refused = send(desk, f"{BATCHES}/new", **typed, stock_id=taken)
    assert refused.status_code == 409
    assert "该批次已用于另一批券" in refused.text
    assert 'value="生日立减金"' in refused.text
    place = send(desk, f"{BATCHES}/new", **typed, stock_id=till.stock(value_cents=300, most=50)).location
    differs = send(desk, f"{place}/steps/submit_batch", _seen=hidden(desk.get(place).text, "_seen"))
    assert differs.status_code == 409
    assert "面值：此处 ¥5.00，微信 ¥3.00" in differs.text

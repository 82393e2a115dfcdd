"""A WeChat coupon on the member's phone and on the desk."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from app.benefits.vouchers.tests.test_pages import BATCHES, MINE, hidden, send
from app.benefits.wechat.answers import Standing
from app.benefits.wechat.pay import EXTENSION, WeChatPay
from app.core.clock import now, today_in_china
from tests.fixtures.world import Browser, Person


@pytest.fixture
def person(till, world) -> Person:
    return world.member(till.market.zone)


@pytest.fixture
def phone(till, world, person) -> Browser:
    return world.client(till.market.zone, person)


@pytest.fixture
def desk(till, world) -> Browser:
    return world.client(till.market.zone, world.staff(till.market.zone))


def shown(phone: Browser, voucher_id: UUID) -> str:
    page = phone.get(f"{MINE}/{voucher_id}")
    assert page.status_code == 200
    assert "hall-qr" not in page.text
    return page.text


def test_a_member_reads_where_the_coupon_is_and_how_to_get_it(till, person, phone):
    voucher_id = till.give(person.member_id, name=None)
    page = shown(phone, voucher_id)
    assert f'href="http://id.hall.test/account/wechat?to={till.market.zone.host.replace(":", "%3A")}&amp;next=' in page
    till.connect(person.member_id)
    till.wechat.faults.order("timeout", 1, 0)
    assert till.hand_over(voucher_id)
    assert "正在发放到您的微信" in shown(phone, voucher_id)
    assert not till.hand_over(voucher_id)
    assert "已进入您的微信卡包" in shown(phone, voucher_id)
    assert str(voucher_id) in phone.get(f"{MINE}?part=good").text
    till.hear(Standing(str(till.coupon(voucher_id).coupon_id), "USED", now()))
    page = shown(phone, voucher_id)
    assert "已在微信支付使用" in page
    assert "已进入您的微信卡包" not in page
    assert str(voucher_id) in phone.get(f"{MINE}?part=used").text


def test_in_english_too(till, person, phone):
    voucher_id = till.give(person.member_id, name=None)
    page = phone.get(f"{MINE}/{voucher_id}", headers={"Accept-Language": "en"}).text
    assert "Connect my WeChat" in page


def test_others_find_nothing_of_it(till, person, world):
    voucher_id = till.give(person.member_id)
    stranger = world.client(till.market.zone, world.member(till.market.zone))
    assert stranger.get(f"{MINE}/{voucher_id}").status_code == 404


def test_a_batch_without_its_stock_is_not_begun_and_what_was_typed_stays(till, desk):
    today = today_in_china()
    typed = {
        "kind": "wechat", "category": "birthday", "goods": "food", "title": "生日立减金", "value": "5", "stock": "50", "per_member": "1",
        "valid_from": today, "expires_on": today + timedelta(days=30), "grace_days": "7",
    }  # fmt: skip
    refused = send(desk, f"{BATCHES}/new", **typed, stock_id="批次")
    assert refused.status_code == 422
    assert "请填写微信支付的批次号" in refused.text
    assert 'value="生日立减金"' in refused.text
    stock_id = till.stock(value_cents=500, most=50)
    made = send(desk, f"{BATCHES}/new", **typed, stock_id=stock_id)
    assert made.status_code == 303, made.text
    place = made.location
    assert stock_id in desk.get(place).text
    done = send(desk, f"{place}/steps/submit_batch", _seen=hidden(desk.get(place).text, "_seen"))
    assert done.status_code == 303, "it needs no shop"


def test_the_desk_reads_how_many_have_come_where_and_why_some_do_not(till, desk):
    first, second, third = till.market.members
    voucher_id = till.received(member_id=first)
    batch_id = till.voucher(voucher_id).batch_id
    place = f"{BATCHES}/{batch_id}"
    [given, waits] = [each.voucher_id for each in till.market.give(batch_id, second, third)]
    till.connect(second)
    till.wechat.faults.order("NOT_ENOUGH", 1, 0)
    assert till.hand_over(given)
    assert not till.hand_over(waits)
    till.ask()
    page = desk.get(place).text
    assert "微信的批次已发完，或余额不足" in page
    assert [figure(page, title) for title in ("待会员绑定微信", "发放中", "已进入微信", "微信未发放")] == [1, 1, 1, 0]
    assert till.coupon(voucher_id).out_request_no in desk.get(f"{BATCHES}/pieces/{voucher_id}").text
    assert desk.get("/console/benefits/reconciliation/").status_code == 200


def test_where_there_is_no_merchant_the_kind_is_not_offered(till, desk, app):
    assert 'value="wechat"' in desk.get(f"{BATCHES}/new").text
    app.extensions[EXTENSION] = WeChatPay("", Path())
    assert 'value="wechat"' not in desk.get(f"{BATCHES}/new").text


def figure(page: str, title: str) -> int:
    """What stands under a title in the row of figures."""
    after = page[page.index(f">{title}<") :]
    digits = [part for part in after.replace("<", ">").split(">") if part.strip().isdigit()]
    return int(digits[0])

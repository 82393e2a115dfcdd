"""A voucher from the desk to the member's phone and the shop's, through the pages."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO

import pytest
import time_machine
from sqlalchemy import select

from app.benefits.rules.tests.book import rule_in_force
from app.benefits.vouchers import queries, redeeming, shops
from app.benefits.vouchers.batch_states import SUBMIT
from app.benefits.vouchers.models import Voucher, VoucherBatch, VoucherClerk, VoucherShop
from app.benefits.vouchers.shops import CLERK_ROLE
from app.core.clock import now, today_in_china
from app.core.jobs.inline import run_due_events
from app.core.rotating_codes import LASTS
from app.core.sheets import write_sheet
from app.identity.models import RoleGrant
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import csrf_token

REDEEM, BATCHES, SHOPS, MINE = (
    "/console/benefits/redeem", "/console/benefits/vouchers", "/console/benefits/shops", "/me/benefits/vouchers"
)  # fmt: skip


def send(client, path, **form):
    return client.post(path, data={"csrf_token": csrf_token(client), **form})


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return unescape(found[1])


@pytest.fixture
def holder(market, world):
    """A member with a voucher, at their phone."""
    person = world.member(market.zone, "李小红")
    voucher_id = market.give(market.approved(), person.member_id)[0].voucher_id
    return voucher_id, world.client(market.zone, person)


@pytest.fixture
def counter(market, world):
    """A clerk of the first shop, at their phone."""
    person = world.staff(market.zone, "clerk")
    with market.staff():
        db.session.add(
            VoucherClerk(shop_id=market.shops[0], account_id=person.account_id, name="店员", given_by_name="测试")
        )
        db.session.commit()
    return world.client(market.zone, person)


def shown_code(page: str) -> str:
    found = re.search(r'hall-qr__code">([^<]+)<', page)
    assert found
    return found[1]


def test_from_the_desk_over_the_member_s_phone_to_the_shop(market, world, counter):
    desk, second = (world.client(market.zone, world.staff(market.zone)) for _ in range(2))
    person = world.member(market.zone, "李小红")
    phone, today = world.client(market.zone, person), today_in_china()
    made = send(desk, f"{BATCHES}/new", kind="amount", category="birthday", goods="food", title="满减券", value="20", threshold="100", stock="50", per_member="1",
                valid_from=today, expires_on=today + timedelta(days=30), grace_days="7", shops=market.shops)  # fmt: skip
    assert made.status_code == 303, made.text
    place = made.location
    for client, step, said in ((desk, "submit_batch", "等待另一人审核"), (second, "approve_batch", "可以发放给会员")):
        done = send(client, f"{place}/steps/{step}", _seen=hidden(client.get(place).text, "_seen"))
        assert done.status_code == 303, done.text
        assert said in client.get(place).text
    counted = send(desk, f"{place}/give", audience="open")
    assert counted.status_code == 200, counted.text
    assert "李*红" in counted.text
    given = send(desk, f"{place}/give", audience="open", _seen=hidden(counted.text, "_seen"))
    assert given.status_code == 303, given.text
    run_due_events()
    page = phone.get(MINE).text
    voucher = re.search(rf'href="({MINE}/[0-9a-f-]+)"', page)
    assert voucher
    assert "满减券" in page
    answer = phone.get(voucher[1])
    assert answer.headers["Refresh"] == "30"
    looked = counter.get(f"{REDEEM}/check", query_string={"code": shown_code(answer.text)}).text
    assert "李*红" in looked
    assert "李小红" not in looked
    refused = send(counter, f"{REDEEM}/", shown=hidden(looked, "shown"), purchase="99.99")
    assert refused.status_code == 422
    assert "99.99" in refused.text
    for _twice in range(2):
        assert send(counter, f"{REDEEM}/", shown=hidden(looked, "shown"), purchase="150").status_code == 303
    assert "¥20.00" in counter.get(f"{REDEEM}/").text
    used = phone.get(voucher[1])
    assert "人民路店" in used.text
    assert "Refresh" not in used.headers


def test_batches_are_found_by_state_and_kind_and_those_never_given_are_not_reconciled(market, world):
    desk = world.client(market.zone, world.staff(market.zone))
    market.drafted(title="草稿券")
    market.approved(title="生日礼券", kind="cake")
    market.approved(title="月饼券")
    found = lambda path: [title for title in ("草稿券", "生日礼券", "月饼券") if title in desk.get(path).text]  # noqa: E731
    assert found(f"{BATCHES}/") == found(f"{BATCHES}/?state=all&kind=none") == ["草稿券", "生日礼券", "月饼券"]
    assert found(f"{BATCHES}/?state=approved") == ["生日礼券", "月饼券"]
    assert found(f"{BATCHES}/?state=approved&kind=cake") == ["生日礼券"]
    assert found(f"{BATCHES}/?state=refused") == []
    assert found("/console/benefits/reconciliation/") == ["生日礼券", "月饼券"]


def test_a_reason_that_is_refused_stands_at_the_step_that_was_tried(market, world):
    desk, batch_id = world.client(market.zone, world.staff(market.zone)), market.drafted()
    seen = market.take(batch_id, SUBMIT).mark
    refused = send(desk, f"{BATCHES}/{batch_id}/steps/refuse_batch", reason="太" * 201, _seen=seen)
    assert refused.status_code == 422
    assert refused.text.count("太" * 201) == 1
    tried = refused.text.partition("steps/refuse_batch")[2].partition("</form>")[0]
    assert "太" * 201 in tried
    assert 'id="error-reason"' in tried


def test_nobody_is_given_a_voucher_who_was_not_counted(market, world):
    desk, batch_id = world.client(market.zone, world.staff(market.zone)), market.approved(stock=2)
    give, once = f"{BATCHES}/{batch_id}/give", str(uuid7())
    ask = lambda **form: send(desk, give, _once=once, **form)  # noqa: E731
    assert (nobody := ask(audience="targeted", tags="劳模")).status_code == 422
    assert 'name="_seen"' not in nobody.text
    counted = ask(audience="open")
    assert counted.status_code == 200
    assert "对象共 3 人" in counted.text
    assert "其中 1 人领不到" in counted.text
    seen = hidden(counted.text, "_seen")
    assert ask(audience="open", count="1", _seen=seen).status_code == 200
    world.member(market.zone, "李小红")
    others = ask(audience="open", _seen=seen)
    assert others.status_code == 409
    assert "对象共 4 人" in others.text
    assert "李*红" in others.text
    assert ask(audience="targeted", verified="no", _seen=hidden(others.text, "_seen")).status_code == 409
    assert market.batch(batch_id).taken == 0
    for _twice in range(2):
        assert ask(audience="open", _seen=hidden(others.text, "_seen")).status_code == 303
    run_due_events()
    assert market.batch(batch_id).taken == 2


def test_the_desk_is_told_whom_a_rule_refuses_a_voucher_and_what_is_left_out_of_the_count(market, world):
    desk, batch_id = world.client(market.zone, world.staff(market.zone)), market.approved(value_cents=20000)
    lucky, full = world.member(market.zone, "李小红"), world.member(market.zone, "欧阳小明")
    market.give(market.approved(value_cents=15000), full.member_id)
    market.give(batch_id, lucky.member_id)
    rule_in_force(market.zone.union_path, 30000, category="birthday")
    give = f"{BATCHES}/{batch_id}/give"
    counted = send(desk, give, audience="open")
    refused = send(desk, give, audience="open", _seen=hidden(counted.text, "_seen"))
    assert refused.status_code == 409
    table = refused.text.partition("超出标准的会员")[2].partition("</table>")[0]
    assert "欧" in table
    assert "李*红" not in table
    assert "¥50.00" in table
    assert 'name="_seen"' not in refused.text


def test_the_other_shop_is_told_when_and_where(market, holder, counter):
    voucher_id, phone = holder
    code = shown_code(phone.get(f"{MINE}/{voucher_id}").text)
    looked = counter.get(f"{REDEEM}/check", query_string={"code": code}).text
    market.redeem(voucher_id, shop=1)
    late = send(counter, f"{REDEEM}/", shown=hidden(looked, "shown"))
    assert late.status_code == 409
    assert "海滨店" in late.text
    again = counter.get(f"{REDEEM}/check", query_string={"code": code}).text
    assert "海滨店" in again
    assert 'name="shown"' not in again


def test_a_clerk_whose_shop_is_the_wrong_one_is_told_where_the_voucher_is_good(market, world, counter):
    person = world.member(market.zone, "李小红")
    elsewhere = market.give(market.approved(shops=(market.shops[1],)), person.member_id)[0].voucher_id
    kept = market.give(market.approved(kind="cake"), person.member_id)[0].voucher_id
    phone = world.client(market.zone, person)
    day = today_in_china() + timedelta(days=2)
    assert send(phone, f"{MINE}/{kept}/pick-up", shop=market.shops[1], day=day).status_code == 303
    for voucher_id, where in ((elsewhere, "可在以下门店使用："), (kept, "已预约在")):
        code = shown_code(phone.get(f"{MINE}/{voucher_id}").text)
        page = counter.get(f"{REDEEM}/check", query_string={"code": code}).text
        assert 'name="shown"' not in page
        assert re.search(rf"{where}甜心蛋糕\d+号 · 海滨店", page), page


def test_what_is_pressed_twice_at_the_counter_and_on_the_phone_is_done_once_and_said_twice(market, world, counter):
    person = world.member(market.zone, "李小红")
    voucher_id = market.give(market.approved(kind="cake"), person.member_id)[0].voucher_id
    phone, day = world.client(market.zone, person), today_in_china() + timedelta(days=2)
    place = f"{MINE}/{voucher_id}"
    for _twice in range(2):
        assert send(phone, f"{place}/pick-up", shop=market.shops[0], day=day).location == place
    assert send(phone, f"{place}/pick-up", shop=market.shops[0], day=day + timedelta(days=1)).status_code == 409
    looked = counter.get(f"{REDEEM}/check", query_string={"code": shown_code(phone.get(place).text)}).text
    assert send(counter, f"{REDEEM}/", shown=hidden(looked, "shown")).status_code == 303
    for _twice in range(2):
        back = send(counter, f"{REDEEM}/{voucher_id}/reverse", reason="给错了")
        assert (back.status_code, back.location) == (303, f"{REDEEM}/?shop={market.shops[0]}")
    with market.staff():
        steps = [event.action for event in queries.list_events(voucher_id)]
    assert steps == ["give", "lock", "redeem", "reverse"]


def test_nobody_else_is_told_that_they_took_a_redemption_back(market, world, holder, counter):
    voucher_id, _phone = holder
    market.redeem(voucher_id)
    with market.staff():
        redeeming.reverse(market.clerks[0], voucher_id, reason="给错了")
        db.session.commit()
    assert send(counter, f"{REDEEM}/{voucher_id}/reverse", reason="给错了").status_code == 404


def test_a_busy_shop_s_page_counts_all_of_today_and_shows_the_latest(market, world, counter, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    for given in market.give(market.approved(value_cents=100000)):
        market.redeem(given.voucher_id)
    page = counter.get(f"{REDEEM}/").text
    assert "¥3,000.00" in page
    assert page.count('/reverse"') == 2
    assert "仅列出最近 2 张" in page


def test_what_was_shown_once_redeems_once_also_when_that_is_taken_back(market, holder, counter):
    voucher_id, phone = holder
    code = shown_code(phone.get(f"{MINE}/{voucher_id}").text)
    shown = hidden(counter.get(f"{REDEEM}/check", query_string={"code": code}).text, "shown")
    assert send(counter, f"{REDEEM}/", shown=shown).status_code == 303
    assert send(counter, f"{REDEEM}/{voucher_id}/reverse", reason="给错了").status_code == 303
    assert send(counter, f"{REDEEM}/", shown=shown).status_code == 409
    assert market.voucher(voucher_id).state == "issued"


def test_a_code_is_good_for_its_half_minute_and_the_next(market, holder, counter):
    voucher_id, phone = holder
    begins = datetime.fromtimestamp(int(now().timestamp()) // LASTS * LASTS, UTC)
    with time_machine.travel(begins + timedelta(seconds=10), tick=False):
        code = shown_code(phone.get(f"{MINE}/{voucher_id}").text)
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    for seconds, status in ((10, 200), (59, 200), (60, 422)):
        with time_machine.travel(begins + timedelta(seconds=seconds), tick=False):
            assert counter.get(f"{REDEEM}/check", query_string={"code": code}).status_code == status
            assert counter.get(f"{REDEEM}/check", query_string={"code": wrong}).status_code == 422


def test_nothing_is_redeemed_without_what_was_shown(market, holder, counter):
    assert send(counter, f"{REDEEM}/", shown=str(holder[0])).status_code == 422
    assert market.voucher(holder[0]).state == "issued"


def test_a_code_of_one_zone_is_nothing_in_another(market, holder, world):
    other = world.zone()
    person = world.staff(other, "clerk")
    assert world.client(other, person).get(f"{REDEEM}/").status_code == 403
    code = shown_code(holder[1].get(f"{MINE}/{holder[0]}").text)
    elsewhere = type(market)(other, world)
    with elsewhere.staff():
        db.session.add(
            VoucherClerk(shop_id=elsewhere.shops[0], account_id=person.account_id, name="店员", given_by_name="测试")
        )
        db.session.commit()
    assert world.client(other, person).get(f"{REDEEM}/check", query_string={"code": code}).status_code == 422


def test_a_redemption_is_taken_back_with_a_reason_in_the_clerk_s_own_shop(market, holder, counter):
    voucher_id = holder[0]
    market.redeem(voucher_id)
    assert send(counter, f"{REDEEM}/{voucher_id}/reverse", reason="").status_code == 422
    assert send(counter, f"{REDEEM}/{voucher_id}/reverse", reason="给错了").status_code == 303
    market.redeem(voucher_id, shop=1)
    assert counter.get(f"{REDEEM}/{voucher_id}/reverse").status_code == 404
    assert send(counter, f"{REDEEM}/{voucher_id}/reverse", reason="给错了").status_code == 404


def test_a_member_has_a_cake_kept_and_changes_their_mind(market, world):
    person = world.member(market.zone)
    voucher_id = market.give(market.approved(kind="cake"), person.member_id)[0].voucher_id
    phone, day = world.client(market.zone, person), today_in_china() + timedelta(days=1)
    past = send(phone, f"{MINE}/{voucher_id}/pick-up", shop=market.shops[0], day=day - timedelta(days=2))
    assert past.status_code == 422
    elsewhere = send(phone, f"{MINE}/{voucher_id}/pick-up", shop=uuid7(), day=day)
    assert (elsewhere.status_code, 'name="day"' in elsewhere.text) == (409, True)
    kept = send(phone, f"{MINE}/{voucher_id}/pick-up", shop=market.shops[0], day=day)
    assert kept.status_code == 303
    assert market.voucher(voucher_id).state == "locked"
    with pytest.raises(redeeming.WrongShop):
        market.redeem(voucher_id, shop=1)
    again = send(phone, f"{MINE}/{voucher_id}/pick-up", shop=market.shops[1], day=day)
    assert (again.status_code, "此券的状态已变更" in again.text) == (409, True)
    for _twice in range(2):
        assert send(phone, f"{MINE}/{voucher_id}/release").status_code == 303
    assert market.redeem(voucher_id, shop=1).state == "redeemed"
    assert send(phone, f"{MINE}/{voucher_id}/release").status_code == 409


def test_others_find_nothing_of_a_member_s_voucher(market, holder, world):
    stranger = world.client(market.zone, world.member(market.zone))
    assert stranger.get(f"{MINE}/{holder[0]}").status_code == 404
    assert send(stranger, f"{MINE}/{holder[0]}/release").status_code == 404
    assert "生日蛋糕" not in stranger.get(MINE).text


@pytest.mark.parametrize("field", ["valid_from", "expires_on"])
def test_a_batch_is_good_on_days_of_this_century(market, world, field):
    days = {"valid_from": "2027-01-01", "expires_on": "2027-12-31"} | {field: "9999-12-31"}
    answer = send(world.client(market.zone, world.staff(market.zone)), f"{BATCHES}/new", kind="goods", category="birthday", goods="cake", title="长期券",
                  value="20", stock="5", per_member="1", grace_days="366", shops=market.shops, **days)  # fmt: skip
    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.text


def test_a_sheet_of_codes_is_taken_whole_or_its_bad_rows_are_named(market, world):
    maker = world.staff(market.zone)
    desk, today = world.client(market.zone, maker), today_in_china()
    place = send(desk, f"{BATCHES}/new", kind="ticket_code", category="sports_culture", goods="culture", title="电影票", value="35", per_member="1", valid_from=today,
                 expires_on=today, grace_days="0").location  # fmt: skip

    def upload(*rows):
        data = BytesIO()
        write_sheet(data, ["券码"], [[row] for row in rows])
        data.seek(0)
        seen = hidden(desk.get(place).text, "_seen")
        return send(desk, f"{place}/codes", codes=(data, "codes.xlsx"), _seen=seen)

    refused = upload("A1", "B2", "A1")
    assert refused.status_code == 422
    assert "A4" in refused.text
    market.drafted(kind="ticket_code", codes=("C3",))
    refused = upload("A1", "C3")
    assert refused.status_code == 422
    assert "A3" in refused.text
    assert "其他批次" in refused.text
    for _twice in range(2):
        assert upload("A1", "B2").status_code == 303
    with market.staff():
        assert db.session.scalars(select(VoucherBatch.stock).where(VoucherBatch.title == "电影票")).one() == 2


def test_a_shop_s_clerk_has_the_role_for_as_long_as_the_shop_says(market, world, app):
    desk = world.client(market.zone, world.staff(market.zone))
    added = send(desk, f"{SHOPS}/", merchant="甜心蛋糕", name="南桥店", address="南桥路1号")
    assert added.status_code == 303, added.text
    assert send(desk, f"{SHOPS}/", merchant="甜心蛋糕", name="南桥店").status_code == 409
    for _twice in range(2):
        assert send(desk, f"{added.location}/clerks", name="小林", phone="15900009999").status_code == 303
    with market.staff():
        clerk = db.session.scalars(select(VoucherClerk).where(VoucherClerk.name == "小林")).one()
        roles = select(RoleGrant.role).where(RoleGrant.account_id == clerk.account_id)
        assert db.session.scalars(roles).all() == [CLERK_ROLE]
        assert db.session.get_one(VoucherShop, (market.zone.id, clerk.shop_id)).name == "南桥店"
    assert send(desk, f"{SHOPS}/clerks/{clerk.id}/end").status_code == 303
    with market.staff():
        assert db.session.scalars(roles).all() == []


def test_nobody_makes_themselves_a_clerk(market):
    with market.staff(), pytest.raises(shops.OwnClerk):
        shops.add_clerk(market.maker, market.shops[0], market.maker.account_id, "自己")


def test_the_clerk_s_role_is_not_given_by_hand(market, world):
    desk = world.client(market.zone, world.staff(market.zone))
    assert "核销员" not in re.findall(r"<option[^>]*>([^<]*)", desk.get("/console/staff/").text)


def test_pages_of_the_desk_ask_for_their_rights(market, world):
    clerk = world.client(market.zone, world.staff(market.zone, "clerk"))
    editor = world.client(market.zone, world.staff(market.zone, "editor"))
    for path in (f"{BATCHES}/", f"{BATCHES}/new", f"{SHOPS}/"):
        assert clerk.get(path).status_code == 404
    assert editor.get(f"{REDEEM}/").status_code == 404
    with market.staff():
        assert db.session.scalars(select(Voucher)).all() == []

"""A shop without network takes vouchers by a list that it took along, and hands them in later: each once, and no conflict is lost."""

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine

from app.benefits.vouchers import handing_in, taking_along
from app.benefits.vouchers.checking import faults
from app.benefits.vouchers.conflicts import list_conflicts, resolve
from app.benefits.vouchers.errors import ListOfAnother, NotTheClerk
from app.benefits.vouchers.expiry import expire
from app.benefits.vouchers.handing_in import Use
from app.benefits.vouchers.listed import TO_HAND_IN
from app.benefits.vouchers.models import VoucherClerk, VoucherOfflineUse
from app.benefits.vouchers.offline_words import Hourly, hash_of, hour_of, words_of
from app.benefits.vouchers.picking_up import keep_at
from app.benefits.vouchers.redeeming import reverse
from app.benefits.vouchers.voiding import make_void
from app.benefits.vouchers.words import number_of
from app.core.audit import AuditEntry
from app.core.clock import CHINA, now, today_in_china
from app.core.errors import NotFound
from app.core.i18n import moment
from tenants.context import SYSTEM, Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import at_once
from tests.fixtures.forms import csrf_token

NONCE, PAGE, DESK, MINE = (
    "n" * 32,
    "/console/benefits/redeem/offline",
    "/console/benefits/offline",
    "/me/benefits/vouchers",
)


class Phone:
    """A clerk's phone: what it keeps of the list, and what it would take."""

    def __init__(self, market, shop: int = 0, nonce: str = NONCE) -> None:
        self.market, self.shop, self.nonce, self.list_id = market, shop, nonce, uuid7()

    def take_along(self) -> taking_along.Listed:
        with self.market.staff():
            listed = taking_along.take_along(
                self.market.clerks[self.shop], self.list_id, self.market.shops[self.shop], self.nonce
            )
            db.session.commit()
        return listed

    def use(self, voucher_id, at: datetime | None = None, key: str = "", **other) -> Use:
        return Use(key or str(uuid7()), shown(self.market, voucher_id, at or now()), at or now(), **other)

    def hand_in(self, *uses: Use) -> list[str]:
        with self.market.staff():
            done = handing_in.hand_in(self.market.clerks[self.shop], self.list_id, self.nonce, uses)
            db.session.commit()
            return [each.refusal for each in done]


def shown(market, voucher_id, at: datetime) -> str:
    serial = market.voucher(voucher_id).serial
    with market.staff():
        return f"{serial}.{words_of([Hourly(serial, hour_of(at))])[0]}"


def knows(market, listed, voucher_id, at: datetime) -> tuple[int, bool] | None:
    """What the phone finds for the code of a voucher, as its script looks."""
    serial, word = shown(market, voucher_id, at).split(".")
    return listed.hashes.get(hash_of(listed.paper.salt, Hourly(serial, hour_of(at)), word))


def swept(market) -> int:
    with market.work():
        done = expire(SYSTEM)
        db.session.commit()
    return done


@pytest.fixture
def phone(market) -> Phone:
    return Phone(market)


def test_the_list_knows_what_is_good_in_its_shop_and_time_and_nothing_else(market, phone):
    here, only_here = market.one(title="蛋糕"), market.one(shops=market.shops[:1])
    strangers = [
        market.one(shops=market.shops[1:]),
        market.one(valid_from=today_in_china() + timedelta(days=1)),
        market.one(kind="ticket_code", codes=("A1",), shops=()),
        market.one(kind="cake"),
    ]
    with market.staff():
        keep_at(market.maker, strangers[3], market.shops[1], today_in_china())
        db.session.commit()
    listed, at = phone.take_along(), now()
    assert (listed.paper.vouchers, listed.of, len(listed.batches)) == (2, 2, 2)
    place, is_only_here = knows(market, listed, here, at) or (-1, None)
    assert (listed.batches[place].title, is_only_here) == ("蛋糕", False)
    assert (knows(market, listed, only_here, at) or (0, False))[1] is True
    assert [knows(market, listed, each, at) for each in strangers] == [None] * 4
    assert knows(market, listed, here, listed.paper.good_until + timedelta(hours=1)) is None
    told = json.dumps(list(listed.hashes))
    assert market.voucher(here).serial not in told


def test_the_list_ends_with_a_voucher_s_last_day(market, phone):
    with time_machine.travel(datetime.combine(today_in_china(), datetime.min.time(), CHINA) + timedelta(hours=20)):
        voucher_id = market.one(expires_on=today_in_china(), grace_days=0)
        listed = phone.take_along()
        assert knows(market, listed, voucher_id, now() + timedelta(hours=3))
        assert knows(market, listed, voucher_id, now() + timedelta(hours=5)) is None


def test_the_list_is_bounded_and_begins_with_what_is_kept_here(market, phone, monkeypatch):
    monkeypatch.setattr(taking_along, "MOST", 1)
    market.one(expires_on=today_in_china() + timedelta(days=1))
    kept = market.one(kind="cake")
    with market.staff():
        keep_at(market.maker, kept, market.shops[0], today_in_china())
        db.session.commit()
    listed = phone.take_along()
    assert (listed.paper.vouchers, listed.of) == (1, 2)
    assert knows(market, listed, kept, now()) == (0, True)


def test_what_was_taken_is_redeemed_once_at_the_time_it_was_taken(market, phone):
    voucher_id = market.one()
    phone.take_along()
    use = phone.use(voucher_id)
    with time_machine.travel(now() + timedelta(days=2)):
        assert [phone.hand_in(use) for _twice in range(2)] == [[""], [""]]
        assert phone.hand_in(Use("another key", use.code, use.used_at)) == ["vouchers-already-redeemed"]
    voucher = market.voucher(voucher_id)
    assert (voucher.state, voucher.redeemed_at, voucher.shop_id) == ("redeemed", use.used_at, market.shops[0])
    with market.staff():
        assert faults() == {}
        assert db.session.scalar(db.select(db.func.count()).select_from(VoucherOfflineUse)) == 2


def test_what_was_redeemed_elsewhere_meanwhile_says_when_and_where(market, phone):
    voucher_id = market.one()
    phone.take_along()
    use = phone.use(voucher_id)
    elsewhere = market.redeem(voucher_id, shop=1)
    assert phone.hand_in(use) == ["vouchers-already-redeemed"]
    with market.staff():
        (row,) = list_conflicts(9, shop_id=market.shops[0])
        assert list_conflicts(9, shop_id=market.shops[1]) == []
    assert (row.VoucherOfflineUse.other_shop_id, row.VoucherOfflineUse.other_at) == (
        market.shops[1],
        elsewhere.redeemed_at,
    )
    assert row.title == "生日蛋糕"
    assert market.voucher(voucher_id).shop_id == market.shops[1]


def test_two_shops_hand_the_same_voucher_in_and_one_wins(market, app):
    voucher_id = market.one()
    phones = [Phone(market, 0), Phone(market, 1)]
    uses = []
    for each in phones:
        each.take_along()
        uses.append(each.use(voucher_id))
    here, got = Scope(Plane.STAFF, zone=market.zone), []

    def hand_in(place: int) -> None:
        each = phones[place]
        (done,) = handing_in.hand_in(market.clerks[place], each.list_id, each.nonce, [uses[place]])
        got.append((done.refusal, done.other_shop_id))

    done = at_once(app, [(here, lambda place=place: hand_in(place)) for place in (0, 1)])
    assert done == [None, None]
    winner = market.voucher(voucher_id).shop_id
    assert sorted(got, key=str) == sorted([("", None), ("vouchers-already-redeemed", winner)], key=str)
    with market.staff():
        assert faults() == {}


def test_one_phone_hands_in_twice_at_the_same_moment(market, phone, app):
    voucher_id = market.one()
    phone.take_along()
    use, here, got = phone.use(voucher_id), Scope(Plane.STAFF, zone=market.zone), []

    def hand_in() -> None:
        got.extend(each.refusal for each in handing_in.hand_in(market.clerks[0], phone.list_id, NONCE, [use]))

    assert at_once(app, [(here, hand_in)] * 3) == [None] * 3
    assert got == [""] * 3


@pytest.mark.parametrize("how", ["void", "expired"])
def test_what_is_good_no_more_is_kept_with_why(market, phone, how):
    voucher_id = market.one(expires_on=today_in_china(), grace_days=0)
    phone.take_along()
    use = phone.use(voucher_id)
    if how == "void":
        with market.staff():
            make_void(market.maker, voucher_id, reason="发错了")
            db.session.commit()
        assert phone.hand_in(use) == ["vouchers-moved-on"]
        return
    with time_machine.travel(now() + timedelta(days=2)):
        assert swept(market) == 1
        assert phone.hand_in(use) == ["vouchers-over"]
    assert market.voucher(voucher_id).state == "expired"


def test_what_was_taken_on_the_last_day_counts_through_the_day_after(market, phone):
    here, elsewhere, kept_elsewhere = (
        market.one(expires_on=today_in_china(), grace_days=0, **facts)
        for facts in ({}, {"shops": market.shops[1:]}, {"kind": "cake"})
    )
    with market.staff():
        keep_at(market.maker, kept_elsewhere, market.shops[1], today_in_china())
        db.session.commit()
    phone.take_along()
    use = phone.use(here)
    with time_machine.travel(now() + timedelta(days=1)):
        assert swept(market) == 2
        assert phone.hand_in(use, phone.use(here)) == ["", "vouchers-not-in-time"]
    assert [market.voucher(each).state for each in (here, elsewhere, kept_elsewhere)] == [
        "redeemed",
        "expired",
        "expired",
    ]


def test_a_list_of_the_day_after_keeps_nothing_from_expiring(market, phone):
    voucher_id = market.one(expires_on=today_in_china(), grace_days=0)
    with time_machine.travel(now() + timedelta(days=1)):
        phone.take_along()
        assert swept(market) == 1
    assert market.voucher(voucher_id).state == "expired"


def test_codes_of_other_hours_and_made_up_ones_are_refused(market, phone):
    voucher_id, at = market.one(), now()
    phone.take_along()
    late = Use("late", shown(market, voucher_id, at - timedelta(hours=2)), at)
    made_up = Use("made up", "ABCDEFGHJK.ABCDEFGHJK", at)
    assert phone.hand_in(late, made_up) == ["vouchers-code-not-good"] * 2
    assert market.voucher(voucher_id).state == "issued"


@pytest.mark.parametrize("hours", [-1, 13])
def test_a_time_at_which_the_list_was_not_good_is_refused(market, phone, hours):
    voucher_id = market.one()
    phone.take_along()
    use = phone.use(voucher_id, now() + timedelta(hours=hours))
    with time_machine.travel(now() + timedelta(hours=14)):
        assert phone.hand_in(use) == ["vouchers-not-in-time"]


def test_what_was_taken_back_can_be_taken_again(market, phone):
    voucher_id = market.one()
    phone.take_along()
    assert phone.hand_in(phone.use(voucher_id)) == [""]
    with market.staff():
        reverse(market.clerks[0], voucher_id, reason="拿错了")
        db.session.commit()
    assert phone.hand_in(phone.use(voucher_id)) == [""]


def test_the_purchase_is_asked_as_with_network(market, phone):
    vouchers = [market.one(kind="amount", threshold_cents=10000) for _ in range(2)]
    phone.take_along()
    small, large = (phone.use(each, purchase_cents=cents) for each, cents in zip(vouchers, (9999, 10000), strict=True))
    assert phone.hand_in(small, large) == ["vouchers-purchase-too-small", ""]


def test_only_the_phone_that_took_it_along_and_a_clerk_of_its_shop_hand_a_list_in(market, phone):
    voucher_id = market.one()
    phone.take_along()
    use = phone.use(voucher_id)
    with market.staff():
        for clerk, nonce in ((market.clerks[1], NONCE), (market.clerks[0], "m" * 32)):
            with pytest.raises((ListOfAnother, NotTheClerk)):
                handing_in.hand_in(clerk, phone.list_id, nonce, [use])
            with pytest.raises((ListOfAnother, NotTheClerk)):
                taking_along.take_along(clerk, phone.list_id, market.shops[0], nonce)
        db.session.execute(db.update(VoucherClerk).values(ended_at=now()))
        with pytest.raises(NotTheClerk):
            handing_in.hand_in(market.clerks[0], phone.list_id, NONCE, [use])


def test_who_follows_on_the_phone_hands_in_what_a_clerk_took_who_left(market, phone):
    voucher_id = market.one()
    phone.take_along()
    use, left = phone.use(voucher_id), market.clerks[0]
    with market.staff():
        db.session.execute(
            db.update(VoucherClerk).values(ended_at=now()).where(VoucherClerk.account_id == left.account_id)
        )
        next_one = market.clerks[0] = market.clerk_of(market.shops[0])
        db.session.commit()
    assert phone.hand_in(use) == [""]
    assert market.voucher(voucher_id).acted_by == next_one.account_id
    with market.staff():
        entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "vouchers.hand_in")).one()
    assert entry.detail["taken_along_by"] == str(left.account_id)


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


def test_from_the_member_s_page_over_the_phone_to_the_desk(market, world, counter):
    person = world.member(market.zone, "李小红")
    voucher_id = market.give(market.approved(), person.member_id)[0].voucher_id
    page = world.client(market.zone, person).get(f"{MINE}/{voucher_id}").text
    code = re.search(r"([0-9A-Z]{10}) ([0-9A-Z]{10})</p>", page)
    assert code
    form = {"csrf_token": csrf_token(counter), "list": str(uuid7()), "nonce": NONCE}
    told = counter.post(f"{PAGE}/lists", data={**form, "shop": str(market.shops[0])}).json
    assert hash_of(told["salt"], Hourly(code[1], hour_of(now())), code[2]) in told["hashes"]
    assert "李" not in json.dumps(told, ensure_ascii=False)
    uses = [
        {"key": str(number), "code": f"{code[1]}.{code[2]}", "at": int(now().timestamp() * 1000)} for number in (1, 2)
    ]
    answer = counter.post(f"{PAGE}/hand-in", data={**form, "uses": json.dumps(uses)})
    assert answer.status_code == 200, answer.text
    done = answer.json["uses"]
    assert [each["is_redeemed"] for each in done] == [True, False]
    assert "人民路店" in done[1]["why"]
    assert "人民路店" in counter.get(f"{PAGE}/").text
    desk = world.client(market.zone, world.staff(market.zone)).get(f"{DESK}/").text
    assert "人民路店" in desk
    other = world.zone()
    assert "人民路店" not in world.client(other, world.staff(other)).get(f"{DESK}/").text


def test_what_was_agreed_with_the_shop_is_noted_once_and_read_by_it(market, phone, counter, world):
    voucher_id = market.one()
    phone.take_along()
    use = phone.use(voucher_id)
    market.redeem(voucher_id, shop=1)
    phone.hand_in(use)
    with market.staff():
        (row,) = list_conflicts(9)
    page, desk = f"{DESK}/{row.VoucherOfflineUse.id}", world.client(market.zone, world.staff(market.zone))
    assert f"pieces/{voucher_id}" in desk.get(page).text

    def note(client, words: str):
        return client.post(page, data={"csrf_token": csrf_token(client), "resolution": words})

    reader = world.client(market.zone, world.staff(market.zone, "approver"))
    assert "无效原因" in reader.get(page).text
    assert note(reader, "门店自行承担").status_code == 404
    other = world.zone()
    assert note(world.client(other, world.staff(other)), "门店自行承担").status_code == 404
    refused = note(desk, "无")
    assert (refused.status_code, 'value="无"' in refused.text) == (422, True)
    assert "人民路店" in desk.get(f"{DESK}/").text
    assert note(desk, "工会补付三十元").status_code == 303
    assert note(desk, "门店自行承担").status_code == 409
    assert "人民路店" not in desk.get(f"{DESK}/").text
    assert "工会补付三十元" in desk.get(f"{DESK}/?show=all").text
    assert "工会补付三十元" in counter.get(f"{PAGE}/").text
    with market.staff():
        entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "vouchers.resolve_conflict")).one()
        assert entry.object_id == str(row.VoucherOfflineUse.id)


def test_codes_that_are_no_vouchers_are_told_apart_and_the_desk_sees_on_its_home_how_many_are_open(
    market, phone, world
):
    desk = world.client(market.zone, world.staff(market.zone))
    assert figures(desk.get("/console/").text)["离线核销待商定"] == 0
    phone.take_along()
    uses = [phone.use(market.one(), key=key) for key in ("a", "b")]
    uses = [
        replace(each, code="ZZZZ-ZZZZ", purchase_cents=cents) for each, cents in zip(uses, (4_100, 5_200), strict=True)
    ]
    phone.hand_in(*uses)
    with market.staff():
        rows = list_conflicts(9)
    numbers = {number_of(row.VoucherOfflineUse) for row in rows}
    assert len(numbers) == 2
    page = desk.get(f"{DESK}/").text
    for told in (*numbers, "¥41.00", "¥52.00", "人民路店"):
        assert told in page
    one = desk.get(f"{DESK}/{rows[0].VoucherOfflineUse.id}").text
    assert "¥52.00" in one
    assert f"人民路店 · {moment(rows[0].VoucherOfflineUse.used_at)}" in one
    home = desk.get("/console/").text
    assert figures(home)["离线核销待商定"] == 2
    assert f'href="{DESK}/"' in home


def figures(page: str) -> dict[str, int]:
    """The figures of the desk's home, by title."""
    found = re.findall(r'desk-stat__label">(.*?)</span><span class="desk-stat__value">([^<]*)<', page)
    return {re.sub(r"<.*?>", "", title): int(value) for title, value in found if value.isdigit()}


def test_what_was_good_has_nothing_to_agree_about(market, phone):
    phone.take_along()
    phone.hand_in(phone.use(market.one()))
    with market.staff():
        use_id = db.session.scalars(db.select(VoucherOfflineUse.id)).one()
        with pytest.raises(NotFound):
            resolve(market.maker, use_id, "门店自行承担")


def test_what_cannot_be_read_or_is_another_s_is_answered_in_words(market, counter):
    form = {"csrf_token": csrf_token(counter), "list": str(uuid7()), "nonce": NONCE}
    assert counter.post(f"{PAGE}/lists", data={**form, "shop": str(market.shops[1])}).status_code == 403
    use = {"code": "X", "at": int(now().timestamp() * 1000)}
    unkeepable = [json.dumps([use | {"key": key}]) for key in ("1\0", "\ud800", "", "é" * 3)]
    for uses in ("[", "{}", "[" * 100_000, json.dumps([{"key": "1"}]), *unkeepable):
        assert counter.post(f"{PAGE}/hand-in", data={**form, "uses": uses}).status_code == 422
    assert counter.post(f"{PAGE}/hand-in", data={**form, "uses": "[]"}).status_code == 404
    assert "JavaScript" in counter.get(f"{PAGE}/").text
    assert counter.get(f"{PAGE}/worker.js").mimetype == "text/javascript"


def test_who_makes_one_void_reads_until_when_a_shop_may_hand_it_in(market, phone, world):
    voucher_id, staff = market.one(), world.client(market.zone, world.staff(market.zone, "zone_admin"))
    path = f"/console/benefits/vouchers/pieces/{voucher_id}"
    assert "正在离线核销" not in staff.get(path).text
    until = phone.take_along().paper.good_until + TO_HAND_IN
    page = staff.get(path).text
    assert "正在离线核销" in page
    assert moment(until) in page

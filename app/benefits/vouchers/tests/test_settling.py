"""A merchant's redeemed vouchers are settled: each in one statement, confirmed by another person, and the three sides agree."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.benefits.vouchers import checking, redeeming, settling
from app.benefits.vouchers.batch_lists import find_batch
from app.benefits.vouchers.errors import ReasonMissing, VoucherMovedOn
from app.benefits.vouchers.models import Merchant, VoucherSettlement, VoucherSettlementLine
from app.benefits.vouchers.reconciling import NONE, Sum, by_batch, by_merchant, differences
from app.benefits.vouchers.settlement_errors import (
    DayToCome,
    NothingToSettle,
    NotTheSettlementMaker,
    OwnSettlement,
    RedemptionsChanged,
    SettlementMovedOn,
    SettlementWaiting,
)
from app.benefits.vouchers.settlement_states import CONFIRM, REFUSE, WITHDRAW
from app.benefits.vouchers.words import FAULTS
from app.core.clock import now, today_in_china
from app.core.sheets import read_sheet
from tenants.context import Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.contracts.planting import connect_as_owner, planting
from tests.fixtures.at_once import at_once
from tests.fixtures.forms import csrf_token

DESK = "/console/benefits/settlements"


@pytest.fixture
def redeemed(market):
    """Three vouchers of a batch, two of them redeemed."""
    batch_id = market.approved()
    ids = [each.voucher_id for each in market.give(batch_id)]
    for shop, voucher_id in enumerate(ids[:2]):
        market.redeem(voucher_id, shop)
    return batch_id, ids


def merchant_of(market):
    with market.staff():
        return db.session.scalars(select(Merchant.id)).one()


def drawn(market, settlement_id=None, through=None):
    merchant_id = merchant_of(market)
    with market.staff():
        made = settling.draw_up(market.maker, settlement_id or uuid7(), merchant_id, through or today_in_china())
        db.session.commit()
    return made.id


def take(market, settlement_id, step, *, by=None, reason="数量不符"):
    with market.staff():
        seen = db.session.get_one(VoucherSettlement, (market.zone.id, settlement_id)).mark
        done = settling.take_step(by or market.checker, settlement_id, step, seen=seen, reason=reason)
        db.session.commit()
    return done


def merchant_side(market):
    with market.staff():
        (side,) = by_merchant()
    return side


def test_a_statement_holds_what_was_redeemed_and_settles_it_when_another_confirms(market, redeemed):
    batch_id, ids = redeemed
    settlement_id = drawn(market)
    assert drawn(market, settlement_id) == settlement_id
    assert merchant_side(market).drafted == Sum(2, 40000)
    done = take(market, settlement_id, CONFIRM)
    assert (done.pieces, done.amount_cents) == (2, 40000)
    assert [market.voucher(each).state for each in ids] == ["settled", "settled", "issued"]
    with market.staff():
        settling.pay(market.maker, settlement_id, seen=done.mark, reference="回单0001")
        db.session.commit()
    side = merchant_side(market)
    assert (side.redeemed, side.waiting, side.settled, side.paid) == (Sum(2, 40000), NONE, NONE, Sum(2, 40000))
    with market.staff():
        (of_batch,) = by_batch([find_batch(batch_id)])  # type: ignore[list-item]
        assert (of_batch.given, of_batch.with_members, of_batch.difference) == (3, 1, 0)
        assert of_batch.paid == Sum(2, 40000)
        assert checking.faults() == {}
    with market.staff(), pytest.raises(NothingToSettle):
        settling.draw_up(market.maker, uuid7(), merchant_of(market), today_in_china())


def test_whoever_drew_it_up_does_not_confirm_it_and_nobody_else_withdraws_it(market, redeemed):
    settlement_id = drawn(market)
    with pytest.raises(OwnSettlement):
        take(market, settlement_id, CONFIRM, by=market.maker)
    with pytest.raises(NotTheSettlementMaker):
        take(market, settlement_id, WITHDRAW)
    with pytest.raises(ReasonMissing):
        take(market, settlement_id, REFUSE, reason="")
    with market.staff(), pytest.raises(IntegrityError):
        db.session.execute(
            db.update(VoucherSettlement).values(
                state="confirmed", checked_by=market.maker.account_id, checked_at=now(), version=2
            )
        )


def test_the_desk_says_which_statement_became_what(market, redeemed, world):
    settlement_id = drawn(market)
    with market.staff():
        seen = db.session.get_one(VoucherSettlement, (market.zone.id, settlement_id)).mark
        name = db.session.scalars(select(Merchant.name)).one()
    desk = world.client(market.zone, world.staff(market.zone, "zone_admin"))
    form = {"csrf_token": csrf_token(desk), "_seen": seen}
    assert desk.post(f"{DESK}/{settlement_id}/confirm_settlement", data=form).status_code == 303
    today = today_in_china()
    assert f"{name}，{today}至{today}，共 2 张，" in (page := desk.get(f"{DESK}/{settlement_id}").text)
    assert "：已确认，待付款。" in page


@pytest.mark.parametrize("step", [REFUSE, WITHDRAW])
def test_what_was_refused_or_withdrawn_lets_its_vouchers_go(market, redeemed, step):
    take(market, drawn(market), step, by=market.maker if step is WITHDRAW else None)
    with market.staff():
        assert db.session.scalars(select(VoucherSettlementLine.id)).all() == []
    again = drawn(market)
    take(market, again, CONFIRM)
    with pytest.raises(SettlementMovedOn):
        take(market, again, CONFIRM)


def test_no_statement_goes_beyond_today(market, redeemed):
    with pytest.raises(DayToCome):
        drawn(market, through=today_in_china() + timedelta(days=1))


def test_one_draft_of_a_merchant_at_a_time(market, redeemed):
    drawn(market)
    with pytest.raises((SettlementWaiting, NothingToSettle)):
        drawn(market)
    _batch, ids = redeemed
    market.redeem(ids[2])
    with pytest.raises(SettlementWaiting):
        drawn(market)


def test_of_two_who_draw_up_at_once_one_does(market, redeemed, app):
    merchant_id = merchant_of(market)

    here = Scope(Plane.STAFF, zone=market.zone, actor=market.maker)
    draw = lambda: settling.draw_up(market.maker, uuid7(), merchant_id, today_in_china())  # noqa: E731
    assert at_once(app, [(here, draw)] * 2).count(None) == 1
    with market.staff():
        assert len(db.session.scalars(select(VoucherSettlementLine.id)).all()) == 2


def test_a_redemption_taken_back_from_a_draft_must_be_drawn_up_anew(market, redeemed):
    _batch, ids = redeemed
    settlement_id = drawn(market)
    with market.staff():
        redeeming.reverse(market.checker, ids[0], reason="核销错误")
        db.session.commit()
    assert merchant_side(market).waiting.pieces == -1
    with pytest.raises(RedemptionsChanged):
        take(market, settlement_id, CONFIRM)
    market.redeem(ids[0])
    with pytest.raises(RedemptionsChanged):
        take(market, settlement_id, CONFIRM)
    take(market, settlement_id, WITHDRAW, by=market.maker)
    take(market, drawn(market), CONFIRM)
    with market.staff(), pytest.raises(VoucherMovedOn):
        redeeming.reverse(market.checker, ids[0], reason="核销错误")


def test_what_was_redeemed_after_the_day_is_in_the_next_statement(market, redeemed):
    _batch, ids = redeemed
    yesterday = today_in_china()
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        market.redeem(ids[2])
        first = take(market, drawn(market, through=yesterday), CONFIRM)
        second = take(market, drawn(market), CONFIRM)
    assert (first.pieces, second.pieces) == (2, 1)
    assert second.since == yesterday + timedelta(days=1)


BREAKS = {
    "settled vouchers in no confirmed statement": "DELETE FROM voucher_settlement_lines WHERE zone_id = %s",
    "vouchers that differ from their statement": "UPDATE vouchers SET amount_cents = 1 WHERE state = 'settled' AND zone_id = %s",
    "statements that do not come to the sum of their vouchers": "UPDATE voucher_settlements SET amount_cents = 1 WHERE zone_id = %s",
    "redeemed vouchers of which the shop is due more than they are worth": "UPDATE vouchers SET amount_cents = 20001 WHERE state = 'settled' AND zone_id = %s",
}


@pytest.mark.parametrize("rule", BREAKS)
def test_what_does_not_reconcile_is_found(market, redeemed, settings, rule):
    take(market, drawn(market), CONFIRM)
    with connect_as_owner(settings.database_owner_url) as owner, planting(owner):
        owner.execute(BREAKS[rule], [market.zone.id])  # type: ignore[arg-type]
    with market.staff():
        assert checking.faults()[rule] >= 1


def test_every_fault_there_is_has_words():
    assert set(FAULTS) == set(checking._rules() | differences())


def test_from_the_desk_to_the_workbook(market, redeemed, world):
    maker, checker = (world.client(market.zone, world.staff(market.zone)) for _ in range(2))
    send = lambda client, path, **form: client.post(path, data={"csrf_token": csrf_token(client), **form})  # noqa: E731
    assert "¥400.00" in maker.get(f"{DESK}/").text
    bad = send(maker, f"{DESK}/", merchant=merchant_of(market), through="明天")
    assert bad.status_code == 422
    assert "明天" in bad.text
    place = send(maker, f"{DESK}/", merchant=merchant_of(market), through=today_in_china()).location
    page = maker.get(place).text
    assert "须由其他有审批权限的人员确认" in page
    settlement_id = place.rsplit("/", 1)[1]
    with market.staff():
        mark = db.session.get_one(VoucherSettlement, (market.zone.id, settlement_id)).mark
    assert send(maker, f"{place}/confirm_settlement", _seen=mark).status_code == 403
    assert send(checker, f"{place}/confirm_settlement", _seen="draft.9").status_code == 409
    assert send(checker, f"{place}/confirm_settlement", _seen=mark).status_code == 303
    assert send(maker, f"{place}/pay", _seen="confirmed.2", reference="").status_code == 422
    assert send(maker, f"{place}/pay", _seen="confirmed.2", reference="回单0001").status_code == 303
    with send(checker, f"{place}/export") as answer:
        sheet = read_sheet(BytesIO(answer.data), "a.xlsx")
    assert [float(str(row[4])) for _line, row in sheet.rows] == [200, 200]
    told = checker.get("/console/benefits/reconciliation/").text
    assert "甜心蛋糕" in told
    assert "尚未核对" in told
    assert "福利账目异常" in checker.get("/console/").text
    stranger = world.client(market.zone, world.staff(market.zone, "caseworker"))
    assert stranger.get(place).status_code == 404

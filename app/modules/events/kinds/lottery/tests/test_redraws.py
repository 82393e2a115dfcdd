"""Redraws: asked by one and agreed to by another; the piece goes to the next in the drawn order, and everybody can read that."""

import pytest
import time_machine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.benefits import proposals
from app.benefits.rules.errors import OwnProposal
from app.benefits.rules.tests.book import rule_in_force
from app.benefits.vouchers.batch_states import CLOSE
from app.benefits.vouchers.models import Voucher, VoucherBatch
from app.benefits.vouchers.states import HAND_OVER
from app.benefits.vouchers.steps import take
from app.core.clock import now
from app.members.models import Member
from app.modules.events.draws.checking import faults
from app.modules.events.kinds.lottery.tests.tombola import Tombola
from app.modules.events.prizes.errors import GivenUp, NotDrawn, NothingToPassOn, PrizeUsed, RedrawWaiting
from app.modules.events.prizes.models import Redraw
from app.modules.events.prizes.redrawing import carry_out
from app.modules.events.states import ARCHIVE
from app.modules.events.tests.fair import A_DAY, SOON, SYSTEM
from app.modules.events.tests.test_pages import desk, post
from app.notifications.models import Message
from tenants.context import Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import at_once


@pytest.fixture
def tombola(fair) -> Tombola:
    return Tombola(fair)


@pytest.fixture
def drawn(fair, tombola):
    """A lottery of two prizes of two kinds among five, settled: the campaign, and the members in their order."""
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id = tombola.announced(tombola.prize("一等奖"), tombola.prize("二等奖"))
        clock.shift(SOON)
        tombola.register(campaign_id, [person.member_id for person in fair.people(5)])
        clock.shift(A_DAY)
        fair.tick()
        yield campaign_id, tombola.drawn(campaign_id)


def record_of(fair, campaign_id) -> dict:
    return fair.world.client(fair.zone).get(f"/events/draws/{campaign_id}/record.json").json


def test_a_winner_keeps_what_nobody_else_could_be_given(fair, tombola, drawn):
    """Its batch was closed, between asking and agreeing or before: nothing is taken back."""
    campaign_id, order = drawn
    asked = tombola.ask(campaign_id, order[0])
    with fair.staff():
        batches = db.session.scalars(db.select(VoucherBatch.id)).all()
    for batch_id in batches:
        fair.take(batch_id, CLOSE)
    assert tombola.carry(asked).outcome == "kept"
    assert tombola.wins(campaign_id)[0] == ("一等奖", order[0], "given", True)
    with pytest.raises(NothingToPassOn):
        tombola.ask(campaign_id, order[1])


def test_what_a_winner_declines_goes_to_the_next_in_order(fair, tombola, drawn):
    campaign_id, order = drawn
    assert tombola.redraw(campaign_id, order[0]).outcome == "passed"
    assert tombola.wins(campaign_id) == [
        ("一等奖", order[0], "given", False), ("二等奖", order[1], "given", True), ("一等奖", order[2], "given", True)
    ]  # fmt: skip
    with fair.staff():
        states = {each.member_id: each.state for each in db.session.scalars(db.select(Voucher))}
    assert states == {order[0]: "void", order[1]: "issued", order[2]: "issued"}
    with fair.work():
        told = db.session.scalars(db.select(Message.member_id).where(Message.kind == "events.prize"))
        assert order[2] in set(told)
    assert faults(record_of(fair, campaign_id)) == []


def test_the_log_is_public_with_masked_names_and_without_the_reason(fair, tombola, drawn):
    campaign_id, order = drawn
    tombola.redraw(campaign_id, order[0])
    page = fair.world.client(fair.zone).get(f"/events/prizes/{campaign_id}").text
    assert "获奖者放弃奖品" in page
    assert "重新抽取记录" in page
    assert tombola.GROUND not in page
    with fair.staff():
        names = db.session.scalars(db.select(Member.name).where(Member.id.in_(order))).all()
    assert not [name for name in names if name in page]
    with fair.as_member(order[3]), pytest.raises(DBAPIError, match="permission denied"):
        db.session.scalars(db.select(Redraw.ground)).all()


def test_again_and_again_until_nobody_is_next(fair, tombola, drawn):
    campaign_id, order = drawn
    for place in (0, 2, 3):
        assert tombola.redraw(campaign_id, order[place]).outcome == "passed"
    assert tombola.redraw(campaign_id, order[4]).outcome == "nobody"
    assert [(each, holds) for _prize, each, _outcome, holds in tombola.wins(campaign_id)] == [
        (order[0], False), (order[1], True), (order[2], False), (order[3], False), (order[4], False)
    ]  # fmt: skip
    record = record_of(fair, campaign_id)
    assert faults(record) == []
    for tampered in ({"redraws": record["redraws"][:-1]}, {"redraws": []}, {"redraws": record["redraws"][::-1][:1]}):
        assert faults(record | tampered), tampered


def test_whom_a_rule_refuses_is_passed_over_where_the_campaign_says_so(fair, tombola):
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id = tombola.announced(tombola.prize("一等奖", category="birthday"), passes_on=True)
        clock.shift(SOON)
        tombola.register(campaign_id, [person.member_id for person in fair.people(3)])
        clock.shift(A_DAY)
        fair.tick()
        order = tombola.drawn(campaign_id)
        rule_in_force(fair.zone.union_path, 100, category="birthday")
        assert tombola.redraw(campaign_id, order[0]).outcome == "nobody"
    assert [(outcome, holds) for _prize, _each, outcome, holds in tombola.wins(campaign_id)] == [
        ("given", False), ("capped", False), ("capped", False)
    ]  # fmt: skip
    assert faults(record_of(fair, campaign_id)) == []


def test_who_asked_does_not_agree_and_the_database_says_the_same(fair, tombola, drawn):
    campaign_id, order = drawn
    redraw = tombola.ask(campaign_id, order[0])
    with fair.staff(), pytest.raises(OwnProposal):
        tombola.decide(redraw, by=fair.maker)
    with fair.staff():
        kept = db.session.get_one(Redraw, (fair.zone.id, redraw.id))
        kept.state, kept.checked_by, kept.checked_at = "approved", kept.made_by, now()
        with pytest.raises(IntegrityError, match="events_redraws_two_people"):
            db.session.flush()
    assert [holds for *_win, holds in tombola.wins(campaign_id)] == [True, True]


def test_what_nobody_agreed_to_changes_nothing(fair, tombola, drawn):
    campaign_id, order = drawn
    redraw = tombola.ask(campaign_id, order[0])
    with fair.work(), pytest.raises(StaleDataError):
        carry_out(SYSTEM, redraw.id)
    with pytest.raises(RedrawWaiting):
        tombola.ask(campaign_id, order[0])
    with fair.staff():
        tombola.decide(redraw, step=proposals.REFUSE)
        db.session.commit()
    assert [holds for *_win, holds in tombola.wins(campaign_id)] == [True, True]


def test_it_is_asked_of_what_holds_is_not_used_and_not_archived(fair, tombola, drawn):
    campaign_id, order = drawn
    tombola.redraw(campaign_id, order[0])
    with pytest.raises(GivenUp):
        tombola.ask(campaign_id, order[0])
    with fair.staff():
        voucher_id = db.session.scalars(db.select(Voucher.id).where(Voucher.member_id == order[1])).one()
    asked = tombola.ask(campaign_id, order[1])
    fair.redeem(voucher_id)
    assert tombola.carry(asked).outcome == "kept"
    with pytest.raises(PrizeUsed):
        tombola.ask(campaign_id, order[1])
    late = tombola.ask(campaign_id, order[2])
    fair.step(campaign_id, ARCHIVE)
    with pytest.raises(NotDrawn):
        tombola.ask(campaign_id, order[2])
    with fair.staff(), pytest.raises(NotDrawn):
        tombola.decide(late)
    assert faults(record_of(fair, campaign_id)) == []


def test_what_is_in_the_winner_s_wechat_stays_there(fair, tombola, drawn):
    campaign_id, order = drawn
    asked = tombola.ask(campaign_id, order[0])
    with fair.work():
        voucher_id = db.session.scalars(db.select(Voucher.id).where(Voucher.member_id == order[0])).one()
        assert take(SYSTEM, voucher_id, HAND_OVER)
        db.session.commit()
    assert tombola.carry(asked).outcome == "kept"
    with pytest.raises(PrizeUsed):
        tombola.ask(campaign_id, order[0])
    assert [holds for *_win, holds in tombola.wins(campaign_id)] == [True, True]


def test_done_by_two_workers_at_once_it_is_done_once(app, fair, tombola, drawn):
    campaign_id, order = drawn
    redraw = tombola.ask(campaign_id, order[0])
    with fair.staff():
        tombola.decide(redraw)
        db.session.commit()
    here = Scope(Plane.WORKER, zone=fair.zone, actor=SYSTEM)
    assert at_once(app, [(here, lambda: carry_out(SYSTEM, redraw.id))] * 3) == [None] * 3
    assert [each for *_win, each in tombola.wins(campaign_id)] == [False, True, True]


def test_from_the_list_of_winners_to_the_second_person(fair, tombola, drawn):
    campaign_id, order = drawn
    writer, reviewer = desk(fair), desk(fair, "approver")
    here = f"/console/events/{campaign_id}"
    win_id = tombola.win_of(campaign_id, order[0])
    assert f"{here}/redraws?win={win_id}" in writer.get(f"{here}/winners").text
    asking = writer.get(f"{here}/redraws?win={win_id}").text
    assert all(told in asking for told in ("获奖者放弃奖品", "一等奖", tombola.masked_name(win_id)))
    facts = {"win": str(win_id), "why": "declined", "_once": str(uuid7())}
    assert post(writer, f"{here}/redraws", **facts, ground="").status_code == 422
    assert post(writer, f"{here}/redraws", **facts | {"why": "void"}, ground=tombola.GROUND).status_code == 422
    assert post(writer, f"{here}/redraws", **facts, ground=tombola.GROUND).status_code == 303
    assert post(writer, f"{here}/redraws", **facts, ground=tombola.GROUND).status_code == 303
    with fair.staff():
        redraw = db.session.scalars(db.select(Redraw)).one()
    decide = f"/console/events/redraws/{redraw.id}/approve"
    assert post(writer, decide, _seen=redraw.mark).status_code == 403
    waiting = reviewer.get("/console/events/redraws").text
    assert tombola.GROUND in waiting
    assert fair.campaign(campaign_id).title in waiting
    assert post(reviewer, decide, _seen=redraw.mark).status_code == 303
    assert post(reviewer, f"{here}/redraws", **facts, ground="别的").status_code == 404
    assert tombola.GROUND not in reviewer.get("/console/events/redraws").text


def test_what_nobody_holds_is_not_asked_for(fair, tombola, drawn):
    campaign_id, order = drawn
    writer, page = desk(fair), f"/console/events/{campaign_id}/redraws"
    for held, asks in ((order[0], True), (order[4], False)):
        assert ('name="ground"' in writer.get(f"{page}?win={tombola.win_of(campaign_id, held)}").text) is asks
    tombola.redraw(campaign_id, order[0])
    for nothing in (tombola.win_of(campaign_id, order[0]), uuid7(), "", "x"):
        assert 'name="ground"' not in writer.get(f"{page}?win={nothing}").text
    elsewhere = tombola.announced(tombola.prize("别处"))
    theirs = f"/console/events/{elsewhere}/redraws?win={tombola.win_of(campaign_id, order[1])}"
    assert 'name="ground"' not in writer.get(theirs).text


def test_whoever_gave_a_prize_up_reads_so(fair, tombola):
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id = tombola.announced(tombola.prize("一等奖"))
        clock.shift(SOON)
        people = {person.member_id: person for person in fair.people(2)}
        tombola.register(campaign_id, list(people))
        clock.shift(A_DAY)
        fair.tick()
        before, after = tombola.drawn(campaign_id)
        tombola.redraw(campaign_id, before)
        page = f"/events/lottery/{campaign_id}"
        given_up = fair.world.client(fair.zone, people[before]).get(page).text
        assert "不再归您所有" in given_up
        assert f"/events/prizes/{campaign_id}" in given_up
        assert "不再归您所有" not in fair.world.client(fair.zone, people[after]).get(page).text

"""The waiting list behind a draw: in the drawn order, what comes back goes to the next, and anybody can compute it again."""

from contextlib import closing
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.benefits.proposals import APPROVE
from app.benefits.rules.tests.book import SOURCE, rule_in_force
from app.core.clock import now, today_in_china
from app.core.sheets import read_sheet
from app.members.operations import end_membership
from app.modules.events.draws.checking import faults
from app.modules.events.draws.drawing import draw
from app.modules.events.draws.models import DrawPlace
from app.modules.events.entering import add_entries
from app.modules.events.errors import NotReady
from app.modules.events.kinds.claim.tests.drawing import Drawing
from app.modules.events.operations import follow_the_clock
from app.modules.events.prizes.models import Redraw, Why
from app.modules.events.prizes.redrawing import carry_out, may_redraw, propose
from app.modules.events.prizes.redrawing import take_step as decide
from app.modules.events.queries import find_campaign
from app.modules.events.states import STOP, SUBMIT, State
from app.modules.events.tests.fair import A_DAY, SOON, SYSTEM
from app.modules.events.tests.test_pages import post
from app.notifications.models import Message
from tenants.context import Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import at_once

STOCK, MANY = 2, 6


@pytest.fixture
def drawn(fair, clock) -> Drawing:
    """Two vouchers, drawn among six; four wait."""
    found = Drawing(fair, clock, stock=STOCK)
    found.draw([person.member_id for person in fair.people(MANY)])
    return found


def state_of(drawn) -> str:
    return drawn.fair.campaign(drawn.campaign_id).state


def words_of(drawn, member_id, kind: str) -> dict:
    with drawn.fair.as_member(member_id):
        return db.session.scalars(db.select(Message.params).where(Message.kind == kind)).one()


def redraws_of(drawn) -> list[tuple[str, str | None]]:
    with drawn.fair.staff():
        found = db.session.scalars(db.select(Redraw).order_by(Redraw.done_at, Redraw.id))
        return [(each.why, each.outcome) for each in found]


def test_who_was_not_drawn_waits_in_the_order_of_the_draw_and_is_told_where(drawn):
    assert drawn.holders() == drawn.order[:STOCK]
    assert drawn.line() == drawn.order[STOCK:]
    for number, member_id in enumerate(drawn.line(), start=1):
        assert drawn.told(member_id) == ["events.drawn_behind"]
        assert words_of(drawn, member_id, "events.drawn_behind")["place"] == number
    assert {kind for each in drawn.holders() for kind in drawn.told(each)} == {"events.prize"}
    assert state_of(drawn) == State.CLOSED
    assert faults(drawn.published()) == []


def test_what_is_made_void_goes_to_the_next_of_the_order_and_everybody_can_read_that(drawn, world):
    drawn.comes_back(drawn.order[0])
    assert drawn.fair.tick() == 1
    assert sorted(drawn.holders()) == sorted(drawn.order[1 : STOCK + 1])
    assert drawn.line() == drawn.order[STOCK + 1 :]
    assert drawn.told(drawn.order[STOCK]) == ["events.drawn_behind", "events.prize"]
    assert redraws_of(drawn) == [("void", "passed")]
    record = drawn.published()
    assert faults(record) == []
    assert len(record["waiting"]) == MANY - STOCK - 1
    page = world.client(drawn.fair.zone).get(f"/events/prizes/{drawn.campaign_id}").text
    assert "获奖者的电子券已作废" in page
    assert "发错了" not in page


def test_two_that_come_back_at_once_go_to_the_next_two(drawn):
    for each in drawn.order[:STOCK]:
        drawn.comes_back(each)
    drawn.fair.tick()
    assert drawn.holders() == drawn.order[STOCK : 2 * STOCK]
    assert drawn.line() == drawn.order[2 * STOCK :]
    assert faults(drawn.published()) == []


def test_whom_a_rule_refuses_is_passed_over_told_which_and_never_asked_again(drawn, fair):
    refused, following = drawn.line()[:2]
    fair.give(fair.approved(stock=5), refused, key="elsewhere")
    rule_in_force(fair.zone.union_path, 30000, category="birthday")
    drawn.comes_back(drawn.order[0])
    fair.tick()
    assert drawn.holders() == [drawn.order[1], refused, following], "the one refused has only what was given elsewhere"
    assert drawn.line() == drawn.order[STOCK + 2 :]
    assert SOURCE in words_of(drawn, refused, "events.prize_refused")["why"]
    drawn.comes_back(following)
    fair.tick()
    assert drawn.told(refused).count("events.prize_refused") == 1
    assert faults(drawn.published()) == []


def test_who_is_drawn_and_refused_by_a_rule_makes_room_for_the_next(fair, clock, world):
    rule_in_force(fair.zone.union_path, 100, category="birthday")
    drawn = Drawing(fair, clock, stock=1)
    person = world.member(fair.zone)
    drawn.draw([person.member_id])
    assert drawn.holders() == []
    assert state_of(drawn) == State.SETTLED, "nobody is left who could wait"
    assert SOURCE in world.client(fair.zone, person).get(f"/events/claim/{drawn.campaign_id}").text
    assert faults(drawn.published()) == []


def test_the_member_reads_where_they_wait_and_then_that_it_is_theirs(fair, clock, world):
    drawn = Drawing(fair, clock, stock=1)
    people = [world.member(fair.zone) for _ in range(3)]
    drawn.draw([each.member_id for each in people])
    last = next(each for each in people if each.member_id == drawn.order[2])
    path, phone = f"/events/claim/{drawn.campaign_id}", world.client(fair.zone, last)
    assert "您是候补第 2 位，共 2 人" in phone.get(path).text
    for number in (0, 1):
        drawn.comes_back(drawn.order[number])
        fair.tick()
    assert "恭喜中签" in phone.get(path).text
    drawn.comes_back(drawn.order[2])
    fair.tick()
    assert "您领到的电子券已作废" in phone.get(path).text


def test_everybody_reads_the_waiting_list_with_the_draw(drawn, world):
    page = world.client(drawn.fair.zone).get(f"/events/draws/{drawn.campaign_id}").text
    assert "候补第 1 位" in page
    assert f"候补第 {MANY - STOCK} 位" in page


@pytest.mark.parametrize("change", ["swapped", "winner", "forgotten"])
def test_a_waiting_list_that_was_tampered_with_is_found_out(drawn, change):
    record = drawn.published()
    waiting = record["waiting"]
    if change == "swapped":
        waiting[0], waiting[1] = waiting[1], waiting[0]
    elif change == "winner":
        waiting.insert(0, record["won"][-1])
    else:
        waiting.pop()
    assert faults(record)


def test_where_the_vouchers_are_given_no_more_the_waiting_is_over_and_told(drawn, fair, clock):
    drawn.comes_back(drawn.order[0])
    clock.shift(timedelta(days=31))
    fair.tick()
    assert drawn.line() == []
    assert drawn.holders() == [drawn.order[1]]
    assert state_of(drawn) == State.SETTLED
    for member_id in drawn.order[STOCK:]:
        assert drawn.told(member_id) == ["events.drawn_behind", "events.claim_over"]
    assert faults(drawn.published()) == []


def test_it_ends_when_its_hours_are_over(fair, clock):
    drawn = Drawing(fair, clock, stock=STOCK, waiting_hours=3)
    drawn.draw([person.member_id for person in fair.people(MANY)])
    clock.shift(timedelta(hours=2))
    drawn.comes_back(drawn.order[0])
    fair.tick()
    assert state_of(drawn) == State.CLOSED
    clock.shift(timedelta(hours=1))
    drawn.comes_back(drawn.order[1])
    fair.tick()
    assert state_of(drawn) == State.SETTLED
    assert drawn.holders() == [drawn.order[STOCK]]
    assert drawn.told(drawn.order[-1])[-1] == "events.claim_over"


def test_closed_early_it_is_drawn_and_the_others_wait_all_the_same(fair, clock):
    drawn = Drawing(fair, clock, stock=1, waiting_hours=3)
    people = [person.member_id for person in fair.people(3)]
    clock.shift(SOON)
    for each in people:
        drawn.claim(each)
    fair.tick()
    fair.step(drawn.campaign_id, STOP)
    fair.tick()
    assert (len(drawn.holders()), len(drawn.line())) == (1, 2)


def test_without_a_list_nobody_waits_and_what_comes_back_stays(fair, clock):
    drawn = Drawing(fair, clock, stock=STOCK, waiting="none")
    drawn.draw([person.member_id for person in fair.people(MANY)])
    assert state_of(drawn) == State.SETTLED
    assert drawn.line() == []
    assert {kind for each in drawn.order[STOCK:] for kind in drawn.told(each)} == {"events.drawn"}
    drawn.comes_back(drawn.order[0])
    fair.tick()
    assert drawn.holders() == [drawn.order[1]]


def test_what_two_people_draw_again_goes_to_the_first_who_waits(drawn, fair):
    entry = next(entry for entry, member_id in drawn.whose().items() if member_id == drawn.order[1])
    with fair.staff():
        asked = propose(fair.maker, uuid7(), drawn.campaign_id, win_id=entry, why=Why.INELIGIBLE, ground="不在名单内")
        decide(fair.checker, asked.id, APPROVE, seen="submitted.1")
        db.session.commit()
    with fair.work():
        carry_out(SYSTEM, asked.id)
        db.session.commit()
    assert drawn.holders() == [drawn.order[0], drawn.order[STOCK]]
    assert drawn.line() == drawn.order[STOCK + 1 :]
    fair.tick()
    assert redraws_of(drawn) == [("ineligible", "passed")], "its void voucher is not passed on again"
    assert faults(drawn.published()) == []


def test_done_by_two_workers_at_once_each_piece_goes_on_once(app, drawn, fair):
    for each in drawn.order[:STOCK]:
        drawn.comes_back(each)
    here = Scope(Plane.WORKER, zone=fair.zone, actor=SYSTEM)
    assert at_once(app, [(here, lambda: follow_the_clock(SYSTEM))] * 3) == [None] * 3
    assert drawn.holders() == drawn.order[STOCK : 2 * STOCK]
    assert redraws_of(drawn) == [("void", "passed")] * STOCK


@pytest.mark.parametrize("other", [{"why": "declined"}, {"done_at": None, "outcome": None}, {"state": "submitted"}])
def test_background_work_draws_nothing_again_but_what_was_made_void(drawn, fair, other):
    facts = {
        "id": uuid7(), "campaign_id": drawn.campaign_id, "win_id": drawn.places()[0], "why": "void", "ground": "作废", "version": 1,
        "state": "approved", "made_by": uuid7(), "made_by_name": "", "checked_by": uuid7(), "checked_at": now(), "outcome": "nobody", "done_at": now(),
    } | other  # fmt: skip
    with fair.work():
        db.session.add(Redraw(**facts))
        with pytest.raises(DBAPIError, match="row-level security"):
            db.session.flush()


def test_nobody_who_won_waits(drawn, fair):
    winner = drawn.places()[0]
    with fair.work():
        db.session.get_one(DrawPlace, (fair.zone.id, winner)).waits = True
        with pytest.raises(IntegrityError, match="events_draw_places_waits"):
            db.session.flush()


def test_the_waiting_ends_before_the_vouchers_do(fair):
    batch_id = fair.approved(expires_on=today_in_china() + timedelta(days=2))
    settings = {"batch_id": batch_id, "mode": "draw", "waiting_hours": 72}
    with pytest.raises(NotReady) as refused:
        fair.step(fair.drafted_campaign(fair.content(settings=settings)), SUBMIT)
    assert refused.value.field == "waiting_hours"


def test_nothing_is_drawn_that_is_worth_more_than_the_law_allows(fair):
    batch_id = fair.approved(value_cents=50_000_01)
    with pytest.raises(NotReady) as refused:
        fair.step(fair.drafted_campaign(fair.content(batch_id, mode="draw")), SUBMIT)
    assert refused.value.field == "batch_id"


def test_what_is_drawn_is_what_was_left_when_it_was_announced(fair, clock):
    drawn = Drawing(fair, clock, stock=3)
    assert "共 3 份" in fair.world.client(fair.zone).get(f"/events/prizes/{drawn.campaign_id}").text


def test_staff_read_and_take_out_who_waits(drawn, fair, world):
    desk = world.client(fair.zone, world.staff(fair.zone))
    here = f"/console/events/claim/{drawn.campaign_id}/line"
    assert here in desk.get(f"/console/events/{drawn.campaign_id}").text
    page = desk.get(here).text
    assert page.count('scope="row"') == MANY - STOCK
    with closing(desk.get(f"{here}.xlsx")) as sheet:
        rows = list(read_sheet(BytesIO(sheet.data), "waiting-list.xlsx").rows)
    assert len(rows) == MANY - STOCK
    winners = desk.get(f"/console/events/{drawn.campaign_id}/winners").text
    assert winners.count("重新抽取") >= STOCK


def test_there_is_no_list_where_nobody_may_wait(fair, clock, world):
    drawn = Drawing(fair, clock, waiting="none")
    desk = world.client(fair.zone, world.staff(fair.zone))
    assert desk.get(f"/console/events/claim/{drawn.campaign_id}/line").status_code == 404
    assert "查看候补名单" not in desk.get(f"/console/events/{drawn.campaign_id}").text


def test_vouchers_that_wait_for_the_next_are_promised_still(drawn, fair):
    drawn.comes_back(drawn.order[0])
    with pytest.raises(NotReady) as refused:
        fair.step(fair.drafted_campaign(fair.content(drawn.batch_id)), SUBMIT)
    assert "六一观影抢票" in str(refused.value.message)


def test_what_a_winner_gives_back_goes_to_the_next(fair, clock, world):
    drawn = Drawing(fair, clock, stock=1)
    people = [world.member(fair.zone) for _ in range(3)]
    drawn.draw([each.member_id for each in people])
    winner = next(each for each in people if each.member_id == drawn.order[0])
    path, phone = f"/events/claim/{drawn.campaign_id}", world.client(fair.zone, winner)
    assert f"{path}/give-back" in phone.get(path).text
    assert post(phone, f"{path}/give-back").location == path
    assert "您领到的电子券已作废" in phone.get(path).text
    assert f"{path}/give-back" not in phone.get(path).text
    fair.tick()
    assert drawn.holders() == [drawn.order[1]]
    assert not drawn.give_back(drawn.order[0])


def test_who_is_no_member_any_more_wins_nothing_and_holds_up_nobody(fair, clock):
    """Entries whose members were erased, before and behind the winner: the next who is there gets what comes back."""
    drawn = Drawing(fair, clock, stock=1)
    gone = [uuid7() for _ in range(8)]
    with fair.work():
        add_entries(drawn.campaign_id, gone)
        db.session.commit()
    drawn.draw([person.member_id for person in fair.people(3)])
    there = [each for each in drawn.order if each not in gone]
    assert drawn.holders() == there[:1]
    assert drawn.line() == drawn.order[drawn.order.index(there[0]) + 1 :]
    drawn.comes_back(there[0])
    fair.tick()
    assert drawn.holders() == there[1:2]
    assert drawn.line() == drawn.order[drawn.order.index(there[1]) + 1 :]
    record = drawn.published()
    before = drawn.places()[: drawn.order.index(there[1])]
    assert record["passed_over"] == {str(each): "gone" for each in before if drawn.whose()[each] in gone}
    assert faults(record) == []
    if record["passed_over"]:
        assert faults(record | {"passed_over": {}})


def test_a_draw_of_whose_members_none_is_left_is_as_it_was_published(fair, clock):
    drawn = Drawing(fair, clock, stock=1)
    with fair.work():
        add_entries(drawn.campaign_id, [uuid7() for _ in range(3)])
        db.session.commit()
    drawn.draw([])
    record = drawn.published()
    assert sorted(record["passed_over"].values()) == ["gone"] * 3
    assert faults(record) == []
    assert faults(record | {"passed_over": {}})


def test_who_has_left_the_zone_s_unions_when_it_is_drawn_is_given_none_and_that_is_published(fair, clock):
    drawn = Drawing(fair, clock, stock=1)
    people = [person.member_id for person in fair.people(3)]
    clock.shift(SOON)
    for each in people:
        drawn.claim(each)
    with fair.staff():
        for each in people[:2]:
            end_membership(fair.maker, each, "调离")
        db.session.commit()
    drawn.draw([])
    assert drawn.holders() == people[2:]
    record = drawn.published()
    before = drawn.order[: drawn.order.index(people[2])]
    assert [each["outcome"] for each in record["wins"]] == ["stranger"] * len(before) + ["given"]
    assert faults(record) == []


def test_as_long_as_a_voucher_is_left_nobody_waits(fair, clock):
    drawn = Drawing(fair, clock, stock=9)
    with fair.work():
        add_entries(drawn.campaign_id, [uuid7() for _ in range(6)])
        db.session.commit()
    drawn.draw([person.member_id for person in fair.people(2)])
    assert drawn.line() == []
    assert state_of(drawn) == State.SETTLED


def test_no_prize_is_drawn_again_before_all_are_given(fair, clock):
    drawn = Drawing(fair, clock, stock=1)
    clock.shift(SOON)
    drawn.claim(fair.members[0])
    clock.shift(A_DAY)
    with fair.work():
        for _opened_and_closed in range(2):
            assert follow_the_clock(SYSTEM)
            db.session.commit()
        assert not may_redraw(find_campaign(drawn.campaign_id))
        draw(drawn.campaign_id)
        db.session.commit()
        assert not may_redraw(find_campaign(drawn.campaign_id))
    fair.tick()
    with fair.staff():
        assert may_redraw(find_campaign(drawn.campaign_id))


def test_nobody_registers_for_a_draw_by_waiting(fair, clock, world):
    """Also where nothing of the batch is left for the moment: the button of a draw is to register."""
    drawn = Drawing(fair, clock, stock=1)
    clock.shift(SOON)
    page = world.client(fair.zone, world.member(fair.zone)).get(f"/events/claim/{drawn.campaign_id}/ask").text
    assert "登记抽签" in page
    assert "候补" in page
    assert "去候补" not in world.client(fair.zone).get(f"/events/claim/{drawn.campaign_id}/all-taken").text

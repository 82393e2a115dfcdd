"""Prizes: written with the campaign, fixed when it is announced, and given in the order of the draw."""

import pytest
import time_machine
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.benefits.rules.tests.book import SOURCE, rule_in_force
from app.benefits.vouchers.models import Voucher
from app.core.clock import now
from app.modules.events.draws.checking import faults
from app.modules.events.errors import NotReady
from app.modules.events.kinds.lottery.tests.tombola import Tombola
from app.modules.events.models import Campaign, Entry
from app.modules.events.operations import take_step
from app.modules.events.prizes.giving import give_prizes
from app.modules.events.prizes.limits import HIGHEST_CENTS
from app.modules.events.prizes.models import Prize, Win
from app.modules.events.states import SUBMIT, State
from app.modules.events.tests.fair import A_DAY, SOON, SYSTEM
from app.notifications.models import Message
from tenants.context import Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import at_once, one_in_the_other


@pytest.fixture
def tombola(fair) -> Tombola:
    return Tombola(fair)


@pytest.fixture
def clock():
    with time_machine.travel(now(), tick=False) as clock:
        yield clock


def play(fair, tombola, clock, campaign_id, people: int):
    """Let so many register and the campaign end; the members in the order of the draw."""
    clock.shift(SOON)
    tombola.register(campaign_id, [person.member_id for person in fair.people(people)])
    clock.shift(A_DAY)
    fair.tick()
    return tombola.drawn(campaign_id)


def test_the_prizes_go_to_the_first_in_the_order_of_the_draw(fair, tombola, clock):
    campaign_id = tombola.announced(tombola.prize("一等奖"), tombola.prize("二等奖", quantity=2))
    order = play(fair, tombola, clock, campaign_id, 5)
    assert fair.campaign(campaign_id).state == State.SETTLED
    prizes = ["一等奖", "二等奖", "二等奖"]
    assert tombola.wins(campaign_id) == [
        (prize, each, "given", True) for prize, each in zip(prizes, order, strict=False)
    ]
    with fair.staff():
        assert set(db.session.scalars(db.select(Voucher.member_id))) == set(order[:3])
    with fair.work():
        told = db.session.execute(db.select(Message.member_id, Message.kind).where(Message.kind.like("events.%"))).all()
    assert {tuple(each) for each in told} == {
        *((each, "events.prize") for each in order[:3]),
        *((each, "events.drawn") for each in order[3:]),
    }


def test_fewer_than_the_prizes_each_get_one(fair, tombola, clock):
    campaign_id = tombola.announced(tombola.prize("一等奖"), tombola.prize("二等奖", quantity=9))
    order = play(fair, tombola, clock, campaign_id, 2)
    assert [(prize, each) for prize, each, _outcome, _holds in tombola.wins(campaign_id)] == [
        ("一等奖", order[0]),
        ("二等奖", order[1]),
    ]


@pytest.mark.parametrize("passes_on", [False, True])
def test_a_prize_that_a_rule_refuses_stays_or_goes_on_as_the_rules_say(fair, tombola, clock, passes_on):
    big = tombola.prize("一等奖", quantity=1, category="birthday")
    campaign_id = tombola.announced(big, tombola.prize("二等奖", category="sports_culture"), passes_on=passes_on)
    rule_in_force(fair.zone.union_path, 100, category="birthday")
    order = play(fair, tombola, clock, campaign_id, 3)
    wins = tombola.wins(campaign_id)
    if passes_on:
        assert wins == [("一等奖", each, "capped", False) for each in order]
    else:
        assert wins == [("一等奖", order[0], "capped", True), ("二等奖", order[1], "given", True)]
    page = fair.world.client(fair.zone, fair.world.staff(fair.zone)).get(f"/console/events/{campaign_id}/winners")
    assert SOURCE in page.text
    with fair.work():
        refused = db.session.scalars(db.select(Message.member_id).where(Message.kind == "events.prize_refused"))
        assert set(refused) == {each for _prize, each, outcome, _holds in wins if outcome == "capped"}


@pytest.mark.parametrize("passes_on", [False, True])
def test_which_prize_each_place_won_can_be_computed_again(fair, tombola, clock, passes_on):
    capped = tombola.prize("一等奖", quantity=2, category="birthday")
    campaign_id = tombola.announced(capped, tombola.prize("二等奖", category="sports_culture"), passes_on=passes_on)
    rule_in_force(fair.zone.union_path, 100, category="birthday")
    play(fair, tombola, clock, campaign_id, 4)
    record = fair.world.client(fair.zone).get(f"/events/draws/{campaign_id}/record.json").json
    assert faults(record) == []
    assert [each["prize"] for each in record["wins"]] == ([1] * 4 if passes_on else [1, 1, 2])
    for tampered in (
        {"passes_on": not passes_on},
        {"prizes": record["prizes"][::-1], "wins": [each | {"prize": 2} for each in record["wins"]]},
        {"wins": record["wins"][1:]},
        {"wins": record["wins"][:1]},
        {"won": record["entries"][:1]},
    ):
        assert faults(record | tampered), tampered


def test_given_again_nobody_wins_twice(fair, tombola, clock):
    campaign_id = tombola.announced(tombola.prize(quantity=3))
    order = play(fair, tombola, clock, campaign_id, 2)
    with fair.work():
        again = give_prizes(SYSTEM, fair_campaign(campaign_id, fair), order, href="/")
        assert len(again) == 2
        db.session.commit()
    assert len(tombola.wins(campaign_id)) == 2
    with fair.staff():
        assert len(db.session.scalars(db.select(Voucher)).all()) == 2


def test_who_is_no_member_any_more_wins_nothing_and_holds_up_nobody(fair, tombola, clock):
    """An entry whose member was erased: the prize goes to the next."""
    campaign_id = tombola.announced(tombola.prize())
    clock.shift(SOON)
    tombola.register(campaign_id, [fair.people(1)[0].member_id])
    gone = uuid7()
    with fair.work():
        db.session.add(Entry(campaign_id=campaign_id, member_id=gone))
        db.session.commit()
        there = db.session.scalars(db.select(Entry.member_id).where(Entry.member_id != gone)).one()
        wins = give_prizes(SYSTEM, fair_campaign(campaign_id, fair), [gone, there], href="/")
        assert [(each.place, each.outcome) for each in wins] == [(1, "given")]
        db.session.commit()
    assert [member_id for _prize, member_id, *_rest in tombola.wins(campaign_id)] == [there]


def fair_campaign(campaign_id, fair) -> Campaign:
    return db.session.get_one(Campaign, (fair.zone.id, campaign_id))


def test_two_workers_at_once_give_each_piece_once(app, fair, tombola, clock):
    campaign_id = tombola.announced(tombola.prize(quantity=2, stock=4))
    clock.shift(SOON)
    people = [person.member_id for person in fair.people(4)]
    tombola.register(campaign_id, people)
    here = Scope(Plane.WORKER, zone=fair.zone, actor=SYSTEM)
    orders = (people, people[::-1])

    def go(order) -> None:
        give_prizes(SYSTEM, fair_campaign(campaign_id, fair), order, href="/")

    assert at_once(app, [(here, lambda order=order: go(order)) for order in orders]) == [None, None]
    assert len(tombola.wins(campaign_id)) == 2


def test_the_database_lets_no_piece_be_won_twice_nor_one_that_is_not_there(fair, tombola, clock):
    campaign_id = tombola.announced(tombola.prize(quantity=1, stock=4))
    play(fair, tombola, clock, campaign_id, 3)
    with fair.staff():
        win = db.session.scalars(db.select(Win)).one()
        facts = {column.name: getattr(win, column.name) for column in Win.__table__.columns if column.name != "zone_id"}
        other = db.session.scalars(db.select(Entry.id).where(Entry.id != win.id)).first()
    for number, refusal in ((1, "events_wins_piece_idx"), (2, "has no piece")):
        with fair.work():
            db.session.add(Win(**facts | {"id": other, "place": 2, "number": number}))
            with pytest.raises(IntegrityError, match=refusal):
                db.session.flush()


def test_a_win_stands(fair, tombola, clock):
    campaign_id = tombola.announced(tombola.prize())
    play(fair, tombola, clock, campaign_id, 2)
    for column, value in (("number", 2), ("masked_name", "某*"), ("outcome", "capped")):
        with fair.work():
            setattr(db.session.scalars(db.select(Win)).one(), column, value)
            with pytest.raises(DBAPIError, match=r"permission denied|stands"):
                db.session.flush()


@pytest.mark.parametrize("plane", [Plane.STAFF, Plane.WORKER, Plane.MEMBER])
def test_what_was_announced_stays_as_it_was_announced(fair, tombola, plane):
    campaign_id = tombola.announced(tombola.prize())
    with fair.staff():
        prize = db.session.scalars(db.select(Prize)).one()
        facts = {name: getattr(prize, name) for name in ("campaign_id", "title", "batch_id", "quantity", "value_cents")}
    with scope_of(fair, plane):
        db.session.get_one(Prize, (fair.zone.id, prize.id)).quantity = 9
        with pytest.raises(DBAPIError, match="permission denied"):
            db.session.flush()
    other = fair.approved()
    with scope_of(fair, plane):
        db.session.add(Prize(**facts | {"rank": 2, "batch_id": other}))
        with pytest.raises(DBAPIError, match=r"permission denied|row-level security"):
            db.session.flush()
    assert fair.campaign(campaign_id).state == State.FROZEN


def scope_of(fair, plane):
    return {Plane.STAFF: fair.staff, Plane.WORKER: fair.work, Plane.MEMBER: lambda: fair.as_member(fair.members[0])}[
        plane
    ]()


def test_vouchers_are_promised_by_one_campaign_whatever_its_kind(fair, tombola):
    prize = tombola.prize(stock=5)
    tombola.announced(prize)
    with pytest.raises(NotReady) as refused:
        fair.step(fair.drafted_campaign(fair.content(prize["batch_id"])), SUBMIT)
    assert "六一观影抢票" in str(refused.value.message)
    batch_id = fair.approved(stock=5)
    fair.announced(batch_id=batch_id)
    with pytest.raises(NotReady):
        fair.step(tombola.drafted({"title": "一等奖", "batch_id": batch_id, "quantity": 1}), SUBMIT)


def test_of_two_that_promise_the_same_at_once_one_is_refused(app, fair, tombola):
    prize = tombola.prize(stock=5)
    first, second = tombola.drafted(prize), tombola.drafted(prize)
    here = Scope(Plane.STAFF, zone=fair.zone, actor=fair.maker)
    refusals = one_in_the_other(
        app, (here, lambda: take_step(fair.maker, first, SUBMIT)), (here, lambda: take_step(fair.maker, second, SUBMIT))
    )
    assert [type(each).__name__ for each in refusals] == ["NoneType", "NotReady"]


def test_the_highest_prize_is_held_to_the_law(fair, tombola):
    tombola.announced(tombola.prize(value_cents=HIGHEST_CENTS))
    with pytest.raises(NotReady) as refused:
        fair.step(tombola.drafted(tombola.prize(value_cents=HIGHEST_CENTS + 1)), SUBMIT)
    assert "50,000" in str(refused.value.message)
    assert "反不正当竞争法" in str(refused.value.message)
    with fair.staff():
        found = db.session.scalars(db.select(Prize)).one()
        facts = {"campaign_id": found.campaign_id, "rank": 2, "title": "特等奖", "quantity": 1}
    with pytest.raises(IntegrityError, match="events_prizes_highest"):
        insert_as_owner(fair, facts | {"batch_id": fair.approved(), "value_cents": HIGHEST_CENTS + 1})


def insert_as_owner(fair, facts) -> None:
    """A prize in a campaign that is being announced."""
    with fair.staff():
        db.session.execute(db.update(Campaign).where(Campaign.id == facts["campaign_id"]).values(state=State.REVIEWED))
        db.session.add(Prize(id=uuid7(), **facts))
        db.session.flush()


@pytest.mark.parametrize("fault", ["none", "twice", "too_many"])
def test_prizes_that_can_t_be_given_are_not_announced(fair, tombola, fault):
    prize = tombola.prize(stock=2)
    prizes = {"none": [], "twice": [prize, prize], "too_many": [prize | {"quantity": 3}]}[fault]
    with pytest.raises(NotReady):
        fair.step(tombola.drafted(*prizes), SUBMIT)

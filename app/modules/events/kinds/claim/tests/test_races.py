"""Claims, people who line up, and pieces that come back, all at the same moment: in several processes, as far as a test has them."""

import threading

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app.benefits.vouchers import giving
from app.benefits.vouchers.models import Voucher
from app.benefits.vouchers.voiding import make_void
from app.core.early_posts import at_last
from app.modules.events.kinds.claim import claiming, lining_up, moving_up
from app.modules.events.kinds.claim.claiming import Claimed
from app.modules.events.kinds.claim.models import Waiting
from app.modules.events.kinds.claim.queries import IN_LINE
from app.modules.events.kinds.claim.states import State
from app.modules.events.kinds.claim.tests.queue import Queue
from app.modules.events.queries import find_announced
from app.modules.events.tests.fair import SOON
from tenants.context import Actor, Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import WAITS_FOR_ME, at_once

STOCK, WAITING, MORE, CLAIMING = 6, 20, 20, 20
BACK = 4
"""Pieces that come back before everybody presses, and as many while they do."""


@pytest.fixture
def crowd(fair, clock):
    """Six have one, twenty wait, and four pieces have just come back; forty more are about to press."""
    queue = Queue(fair, stock=STOCK)
    clock.shift(SOON)
    people = [person.member_id for person in fair.people(STOCK + WAITING + MORE + CLAIMING)]
    queue.take_all(people[:STOCK])
    for each in people[STOCK : STOCK + WAITING]:
        queue.line_up(each)
    for each in people[:BACK]:
        queue.comes_back(each)
    return queue, people


def press_together(app, crowd, *, with_movers: bool = True) -> dict:
    """Twenty join the line and twenty claim, half of each as in a process of its own, while pieces move up; what the claims came to."""
    queue, people = crowd
    fair, claims = queue.fair, {}
    joining, claimers = people[STOCK + WAITING : -CLAIMING], people[-CLAIMING:]
    working = Scope(Plane.WORKER, zone=fair.zone, actor=Actor(name="system"))
    claiming._gone.clear()

    def claim(member_id, press) -> None:
        claims[member_id] = press(member_id)

    def here(member_id) -> Scope:
        return Scope(Plane.MEMBER, zone=fair.zone, actor=Actor(uuid7(), name="", member_id=member_id))

    def elsewhere(member_id):
        return claiming._serve(queue.campaign_id, [member_id])[0]

    def give_back() -> None:
        for each in people[BACK:STOCK]:
            queue.comes_back(each)

    deeds = []
    for number, (joiner, claimer) in enumerate(zip(joining, claimers, strict=True)):
        if number % 2:
            deeds.append((here(joiner), lambda one=joiner: at_last(lining_up.line_up(one, queue.campaign_id))))
            deeds.append(
                (
                    here(claimer),
                    lambda one=claimer: claim(one, lambda who: at_last(claiming.claim(who, queue.campaign_id))),
                )
            )
        else:
            deeds.append((working, lambda one=joiner: lining_up._serve(queue.campaign_id, [one])))
            deeds.append((working, lambda one=claimer: claim(one, elsewhere)))
    movers = [(working, move_up)] * 3 if with_movers else []
    assert at_once(app, [*deeds, *movers]) == [None] * (len(deeds) + len(movers))
    give_back()
    queue.move_up()
    return claims


def move_up() -> None:
    while moving_up.move_up():
        db.session.commit()


def test_none_overtakes_none_has_two_and_there_is_one_for_each_piece(app, crowd):
    queue, people = crowd
    claims = press_together(app, crowd)
    assert set(claims.values()) == {Claimed.NOTHING_LEFT}
    assert sorted(queue.holders()) == sorted(people[STOCK : STOCK + STOCK]), "those who had waited longest"
    states = [state for _member, state in queue.standing()]
    assert states == [State.GIVEN] * STOCK + [State.WAITING] * (WAITING + MORE - STOCK)


def test_the_race_is_one_without_the_look_at_who_waits(app, crowd, monkeypatch):
    queue, people = crowd
    monkeypatch.setattr(
        claiming, "find_with_line", lambda campaign_id: (find_announced(campaign_id, kind="claim"), False)
    )
    claims = press_together(app, crowd, with_movers=False)
    assert Claimed.GOT in claims.values()
    assert set(queue.holders()) - set(people[: STOCK + WAITING]), "somebody was overtaken"


def test_without_taking_turns_two_would_stand_at_one_place(app, crowd, monkeypatch):
    monkeypatch.setattr(lining_up, "hold_line", lambda _campaign_id: None)
    with pytest.raises(DBAPIError, match="events_claim_waiting_place"):
        press_together(app, crowd, with_movers=False)


@pytest.fixture
def overtaking(app, fair, clock, monkeypatch):
    """One has the only voucher. Another claims; before they are given any, a third joins the line and the voucher comes back."""
    queue = Queue(fair, stock=1)
    clock.shift(SOON)
    holder, joiner, claimer = (person.member_id for person in fair.people(3))
    queue.take_all([holder])
    working = Scope(Plane.WORKER, zone=fair.zone, actor=Actor(name="system"))
    deciding = Scope(Plane.STAFF, zone=fair.zone, actor=fair.checker)
    claims, others = threading.current_thread(), []
    with fair.staff():
        voucher_id = db.session.scalars(select(Voucher.id)).one()

    def join() -> None:
        at_once(app, [(working, lambda: lining_up._serve(queue.campaign_id, [joiner]))])
        at_once(app, [(deciding, lambda: make_void(fair.checker, voucher_id, reason="发错了"))])

    def give(*facts, **named):
        if threading.current_thread() is claims:
            other = threading.Thread(target=join)
            other.start()
            others.append(other)
            while other.is_alive() and not db.session.scalar(WAITS_FOR_ME):
                other.join(0.01)
        return giving.give(*facts, **named)

    def claim() -> Claimed:
        with fair.work():
            answer = claiming._serve(queue.campaign_id, [claimer])[0]
            db.session.commit()
        for each in others:
            each.join()
        queue.move_up()
        return answer

    monkeypatch.setattr(claiming, "give", give)
    return queue, claim, joiner


def test_who_claims_while_another_joins_does_not_overtake_them(overtaking):
    queue, claim, joiner = overtaking
    assert claim() is Claimed.NOTHING_LEFT
    assert queue.holders() == [joiner]


def test_they_would_if_they_looked_without_the_line_s_turn(overtaking, monkeypatch):
    queue, claim, joiner = overtaking
    waits = select(select(Waiting.id).where(IN_LINE).exists())
    monkeypatch.setattr(
        claiming,
        "find_with_line",
        lambda campaign_id: (find_announced(campaign_id, kind="claim"), db.session.scalar(waits)),
    )
    assert claim() is Claimed.GOT
    assert queue.line() == [joiner]

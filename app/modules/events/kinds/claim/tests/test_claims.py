"""Claims, first come: as many as there are, to each one, in their time, for whom they are."""

from collections import Counter

import pytest
import time_machine

from app.benefits.rules.tests.book import SOURCE, rule_in_force
from app.benefits.vouchers import giving
from app.benefits.vouchers.models import Voucher
from app.benefits.vouchers.voiding import make_void
from app.core.clock import now
from app.core.early_posts import at_last
from app.core.errors import NotFound
from app.members.audience.choice import Audience
from app.modules.events.errors import NotOpen, NotReady
from app.modules.events.kinds.claim import claiming
from app.modules.events.kinds.claim.claiming import Claimed, claim
from app.modules.events.states import SUBMIT
from app.modules.events.tests.fair import SOON
from tenants.context import Actor, Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import at_once
from tests.fixtures.forms import csrf_token

STOCK = 3


@pytest.fixture
def opened(fair):
    """A campaign that is open, of `STOCK` vouchers, and the clock."""
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id = fair.announced(batch_id=fair.approved(stock=STOCK))
        clock.shift(SOON)
        yield campaign_id


def press(fair, campaign_id, member_id) -> Claimed:
    with fair.as_member(member_id):
        answer = at_last(claim(member_id, campaign_id))
        db.session.commit()
    return answer


def vouchers_of(fair) -> Counter:
    with fair.staff():
        return Counter(db.session.scalars(db.select(Voucher.member_id)))


def test_each_gets_one_as_long_as_there_are_any(fair, opened):
    people = [person.member_id for person in fair.people(STOCK + 2)]
    answers = [press(fair, opened, each) for each in people]
    assert answers == [Claimed.GOT] * STOCK + [Claimed.NOTHING_LEFT] * 2
    assert vouchers_of(fair) == Counter(people[:STOCK])
    assert fair.entrants(opened) == set(people[:STOCK])


def test_nobody_claims_in_a_campaign_that_is_not_announced(fair):
    with pytest.raises(NotFound):
        press(fair, fair.drafted_campaign(), fair.members[0])


def test_pressed_again_it_is_still_one(fair, opened):
    member_id = fair.members[0]
    assert [press(fair, opened, member_id) for _ in range(3)] == [Claimed.GOT, Claimed.HAD, Claimed.HAD]
    assert vouchers_of(fair) == {member_id: 1}


def test_who_has_one_is_told_so_also_when_nothing_is_left(fair, opened):
    people = [person.member_id for person in fair.people(STOCK + 1)]
    for each in people:
        press(fair, opened, each)
    assert press(fair, opened, people[0]) is Claimed.HAD


def test_that_nothing_is_left_is_remembered_for_a_moment_with_who_had_one(fair, opened, monkeypatch):
    people = [person.member_id for person in fair.people(STOCK + 2)]
    place = (fair.zone.id, opened)
    with fair.work():
        given = claiming._serve(opened, people)
        assert given == [Claimed.GOT] * STOCK + [Claimed.NOTHING_LEFT] * 2
        assert place not in claiming._gone, "what is not committed yet was remembered"
        db.session.commit()
    assert press(fair, opened, people[-1]) is Claimed.NOTHING_LEFT
    assert claiming._gone[place].had == set(people[:STOCK])
    with monkeypatch.context() as patched:
        patched.setattr(claiming, "_claims", None)  # asks nobody
        assert [press(fair, opened, each) for each in (people[0], people[-1])] == [Claimed.HAD, Claimed.NOTHING_LEFT]
    with fair.staff():
        own = db.select(Voucher.id).where(Voucher.member_id == people[0])
        make_void(fair.checker, db.session.scalars(own).one(), reason="发错了")
        db.session.commit()
    claiming._gone[place] = claiming._gone[place]._replace(until=0.0)
    assert press(fair, opened, people[-1]) is Claimed.GOT


def test_all_at_once_no_more_are_given_than_there_are_and_to_nobody_two(app, fair, opened):
    people = [person.member_id for person in fair.people(8)]
    answers: list = []

    def go(member_id) -> None:
        answers.append((member_id, at_last(claim(member_id, opened))))

    here = [
        (Scope(Plane.MEMBER, zone=fair.zone, actor=Actor(uuid7(), name="", member_id=each)), each) for each in people
    ]
    refusals = at_once(app, [(place, lambda each=each: go(each)) for place, each in here * 2])
    assert refusals == [None] * 16
    got = {member_id for member_id, answer in answers if answer in (Claimed.GOT, Claimed.HAD)}
    assert len(got) == STOCK
    assert vouchers_of(fair) == dict.fromkeys(got, 1)
    assert fair.entrants(opened) == got


def test_a_claim_that_was_acknowledged_is_committed(fair, opened, monkeypatch):
    """What is answered has been written: where the commit fails, nobody is told that they have one."""

    class Broken(Exception):
        pass

    def broken(*_args, **_kwargs):
        giving.give(*_args, **_kwargs)
        raise Broken

    monkeypatch.setattr(claiming, "give", broken)
    with pytest.raises(Broken):
        press(fair, opened, fair.members[0])
    assert vouchers_of(fair) == {}
    monkeypatch.undo()
    assert press(fair, opened, fair.members[0]) is Claimed.GOT


def test_before_its_time_and_after_it_nothing_is_given(fair):
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id = fair.announced()
        with pytest.raises(NotOpen):
            press(fair, campaign_id, fair.members[0])
        clock.shift(SOON * 26)
        with pytest.raises(NotOpen):
            press(fair, campaign_id, fair.members[0])
    assert vouchers_of(fair) == {}


def test_whom_it_is_not_for_gets_none(fair):
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id = fair.announced(audience=Audience(tags=("先进",)))
        clock.shift(SOON)
        assert press(fair, campaign_id, fair.members[0]) is Claimed.NOT_INVITED
        assert fair.is_for_others(f"/events/claim/{campaign_id}/ask")
    assert vouchers_of(fair) == {}


def test_the_writer_asks_for_the_time_again(fair):
    """Who was in time when they pressed and is served after the end gets none."""
    with time_machine.travel(now(), tick=False):
        campaign_id = fair.announced()
        with fair.work(), pytest.raises(NotOpen):
            claiming._serve(campaign_id, [fair.members[0]])


def test_vouchers_of_one_campaign_are_not_given_in_another(fair):
    batch_id = fair.approved()
    fair.announced(batch_id=batch_id)
    second = fair.drafted_campaign(fair.content(batch_id))
    with pytest.raises(NotReady):
        fair.step(second, SUBMIT)


@pytest.mark.parametrize("state", ["drafted", "empty"])
def test_vouchers_that_may_not_be_given_or_are_gone_can_t_be_offered(fair, state):
    batch_id = fair.drafted() if state == "drafted" else fair.approved(stock=1)
    if state == "empty":
        fair.give(batch_id, fair.members[0])
    with pytest.raises(NotReady):
        fair.step(fair.drafted_campaign(fair.content(batch_id)), SUBMIT)


def test_whom_a_spending_rule_refuses_is_told_which(fair, opened, world):
    rule_in_force(fair.zone.union_path, 100, category="birthday")
    person = world.member(fair.zone)
    phone = world.client(fair.zone, person)
    page = phone.post(f"/events/claim/{opened}", data={"csrf_token": csrf_token(phone)}, follow_redirects=True)
    assert SOURCE in page.text
    assert vouchers_of(fair) == {}


def test_who_has_one_is_led_to_it_instead_of_the_button(fair, opened, world):
    phone = world.client(fair.zone, world.member(fair.zone))
    assert phone.get(f"/events/claim/{opened}/ask").status_code == 200
    assert phone.post(f"/events/claim/{opened}", data={"csrf_token": csrf_token(phone)}).status_code == 303
    assert phone.get(f"/events/claim/{opened}/ask").location == f"/events/claim/{opened}"

"""Waiting for a voucher that comes back: in the order of coming, never overtaken, until it ends."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from app.benefits.rules.tests.book import SOURCE, rule_in_force
from app.benefits.vouchers.batch_errors import BatchPromised
from app.benefits.vouchers.batch_states import CLOSE
from app.benefits.vouchers.models import Voucher
from app.core.clock import now, today_in_china
from app.core.errors import NotFound
from app.members.operations import end_membership
from app.modules.events.errors import NotOpen, NotReady
from app.modules.events.kinds.claim.claiming import Claimed
from app.modules.events.kinds.claim.giving_back import find_way_back
from app.modules.events.kinds.claim.models import Waiting
from app.modules.events.kinds.claim.queries import count_line
from app.modules.events.kinds.claim.states import State
from app.modules.events.kinds.claim.tests.queue import Queue
from app.modules.events.queries import find_campaign
from app.modules.events.states import STOP, SUBMIT
from app.modules.events.states import State as CampaignState
from app.modules.events.tests.fair import A_DAY, SOON
from tenants.database import db
from tests.contracts.planting import connect_as_owner


@pytest.fixture
def people(fair):
    return [person.member_id for person in fair.people(5)]


@pytest.fixture
def full(queue, people):
    """All are taken, by the first of the people."""
    queue.take_all(people[:1])
    return queue


def test_who_finds_nothing_left_waits_in_the_order_of_coming(full, people):
    assert full.claim(people[1]) is Claimed.NOTHING_LEFT
    assert [full.line_up(each) for each in people[1:4]] == [Claimed.WAITING] * 3
    assert full.line() == people[1:4]
    assert full.fair.entrants(full.campaign_id) == set(people[:4])


def test_pressed_again_one_stands_where_one_stood(full, people):
    for each in (*people[1:3], people[1]):
        assert full.line_up(each) is Claimed.WAITING
    assert full.claim(people[1]) is Claimed.WAITING
    assert full.line() == people[1:3]


def test_what_comes_back_goes_to_who_has_waited_longest_and_they_are_told(full, people):
    for each in people[1:3]:
        full.line_up(each)
    full.comes_back(people[0])
    full.move_up()
    assert (full.holders(), full.line()) == ([people[1]], [people[2]])
    assert (full.told(people[1]), full.told(people[2])) == (["events.claim_given"], [])
    full.move_up()
    assert full.told(people[1]) == ["events.claim_given"]


def test_nobody_who_claims_later_overtakes_who_waits(full, people):
    full.line_up(people[1])
    full.comes_back(people[0])
    assert full.claim(people[2]) is Claimed.NOTHING_LEFT
    assert full.line_up(people[3]) is Claimed.WAITING
    full.move_up()
    assert full.holders() == [people[1]]
    assert full.line() == [people[3]]


def test_what_comes_back_while_nobody_waits_is_given_at_once_also_to_who_would_wait(full, people):
    full.comes_back(people[0])
    assert full.line_up(people[1]) is Claimed.GOT
    assert full.line() == []
    assert full.line_up(people[1]) is Claimed.HAD


def test_who_has_one_does_not_wait_for_another(full, people):
    assert full.line_up(people[0]) is Claimed.HAD
    assert full.line() == []


def test_who_leaves_is_passed_by_and_waits_again_behind_all_others(full, people):
    for each in people[1:3]:
        full.line_up(each)
    assert full.leave(people[1])
    assert not full.leave(people[1])
    full.line_up(people[1])
    assert full.line() == [people[2], people[1]]
    full.leave(people[2])
    full.comes_back(people[0])
    full.move_up()
    assert full.holders() == [people[1]]


def test_who_left_and_claims_one_that_nobody_waits_for_has_it(full, people):
    full.line_up(people[1])
    full.leave(people[1])
    full.comes_back(people[0])
    assert full.claim(people[1]) is Claimed.GOT
    assert full.standing() == [(people[1], State.GIVEN)]


def test_who_left_the_zone_s_unions_is_passed_over(full, people, fair):
    for each in people[1:3]:
        full.line_up(each)
    with fair.staff():
        end_membership(fair.maker, people[1], "调离")
        db.session.commit()
    full.comes_back(people[0])
    full.move_up()
    assert full.holders() == [people[2]]
    assert full.standing() == [(people[1], State.LEFT), (people[2], State.GIVEN)]
    assert full.told(people[1]) == []


def test_whom_a_rule_refuses_is_passed_over_and_told_why(full, people, fair):
    for each in people[1:3]:
        full.line_up(each)
    fair.give(fair.approved(stock=5), people[1], key="elsewhere")
    rule_in_force(fair.zone.union_path, 30000, category="birthday")
    full.comes_back(people[0])
    full.move_up()
    assert full.holders() == [people[1], people[2]]
    assert full.standing() == [(people[1], State.REFUSED), (people[2], State.GIVEN)]
    assert full.told(people[1]) == ["events.claim_refused"]


def test_the_refused_read_the_rule_and_may_come_again(full, fair, world):
    rule_in_force(fair.zone.union_path, 100, category="birthday")
    person = world.member(fair.zone)
    full.line_up(person.member_id)
    full.comes_back(full.holders()[0])
    full.move_up()
    page = world.client(fair.zone, person).get(f"/events/claim/{full.campaign_id}").text
    assert SOURCE in page
    assert f"/events/claim/{full.campaign_id}/ask" in page
    assert full.line_up(person.member_id) is Claimed.CAPPED


def test_who_waits_to_the_end_is_told_that_it_has_come(full, people, clock):
    full.line_up(people[1])
    clock.shift(A_DAY)
    full.fair.tick()
    assert full.fair.campaign(full.campaign_id).state == CampaignState.CLOSED
    assert full.told(people[1]) == []
    clock.shift(timedelta(hours=1))
    full.fair.tick()
    assert full.fair.campaign(full.campaign_id).state == CampaignState.SETTLED
    assert full.standing() == [(people[1], State.OVER)]
    assert full.told(people[1]) == ["events.claim_over"]
    full.comes_back(people[0])
    full.move_up()
    assert full.holders() == []


def test_between_the_close_and_the_end_what_comes_back_is_given_but_nobody_joins(full, people, clock):
    full.line_up(people[1])
    clock.shift(A_DAY)
    full.fair.tick()
    with pytest.raises(NotOpen):
        full.line_up(people[2])
    full.comes_back(people[0])
    full.move_up()
    assert full.holders() == [people[1]]
    full.fair.tick()
    assert full.fair.campaign(full.campaign_id).state == CampaignState.SETTLED


def test_at_the_last_moment_nothing_is_given_any_more(full, people, clock):
    full.line_up(people[1])
    full.comes_back(people[0])
    clock.shift(A_DAY + timedelta(hours=1))
    full.move_up()
    assert (full.holders(), full.line()) == ([], [people[1]])


def test_closed_early_the_waiting_ends_at_once(full, people):
    full.fair.tick()
    full.line_up(people[1])
    full.fair.step(full.campaign_id, STOP)
    full.fair.tick()
    assert full.standing() == [(people[1], State.OVER)]
    assert full.told(people[1]) == ["events.claim_over"]


def test_where_the_vouchers_are_given_no_more_the_waiting_ends_with_the_campaign(full, people, clock, settings):
    full.line_up(people[1])
    with pytest.raises(BatchPromised):
        full.fair.take(full.batch_id, CLOSE)
    with connect_as_owner(settings.database_owner_url) as owner:
        owner.execute("UPDATE voucher_batches SET state = 'closed' WHERE id = %s", [full.batch_id])
    assert full.line_up(people[2]) is Claimed.NOT_NOW
    assert full.line() == [people[1]]
    clock.shift(A_DAY)
    full.fair.tick()
    assert full.standing() == [(people[1], State.OVER)]
    assert full.told(people[1]) == ["events.claim_over"]


def test_without_a_line_nobody_waits_and_who_is_quicker_gets_what_comes_back(fair, people, clock):
    bare = Queue(fair, waiting="none")
    clock.shift(SOON)
    bare.take_all(people[:1])
    with pytest.raises(NotFound):
        bare.line_up(people[1])
    bare.comes_back(people[0])
    assert bare.claim(people[2]) is Claimed.GOT


def test_who_registers_for_a_draw_does_not_wait(fair, people, clock):
    drawn = Queue(fair, mode="draw")
    clock.shift(SOON)
    with pytest.raises(NotFound):
        drawn.line_up(people[0])
    assert drawn.holders() == []


def test_before_it_opens_nobody_waits(fair, people, clock):
    with pytest.raises(NotOpen):
        Queue(fair).line_up(people[0])


def test_the_waiting_ends_before_the_vouchers_do(fair):
    batch_id = fair.approved(expires_on=today_in_china() + timedelta(days=2))
    settings = {"batch_id": batch_id, "mode": "first_come", "waiting_hours": 72}
    with pytest.raises(NotReady) as refused:
        fair.step(fair.drafted_campaign(fair.content(settings=settings)), SUBMIT)
    assert refused.value.field == "waiting_hours"
    fair.step(fair.drafted_campaign(fair.content(settings=settings | {"waiting_hours": 1})), SUBMIT)


def test_a_member_reads_how_many_wait_and_no_other_place(full, people, fair):
    for each in people[1:4]:
        full.line_up(each)
    with fair.as_member(people[2]):
        assert count_line(full.campaign_id, 2) == (2, 3)
        assert [each.member_id for each in db.session.scalars(db.select(Waiting))] == [people[2]]


def test_whose_piece_was_made_void_waits_like_anybody_else(full, people):
    full.line_up(people[1])
    full.comes_back(people[0])
    full.move_up()
    full.line_up(people[2])
    assert full.line_up(people[0]) is Claimed.WAITING
    full.comes_back(people[1])
    assert full.line_up(people[1]) is Claimed.WAITING
    assert full.line() == [people[2], people[0], people[1]]


@pytest.mark.parametrize("change", [{"place": 1}, {"state": State.GIVEN}, {"state": State.WAITING, "place": 9}])
def test_a_member_moves_nobody_forward(full, people, fair, change):
    for each in people[1:3]:
        full.line_up(each)
    with fair.as_member(people[2]), pytest.raises(DBAPIError):
        db.session.execute(update(Waiting).values(ended_at=now(), **change))


def test_the_database_lets_nobody_stand_further_ahead(full, people, fair):
    for each in people[1:3]:
        full.line_up(each)
    with fair.work(), pytest.raises(DBAPIError, match="stands"):
        db.session.execute(update(Waiting).where(Waiting.member_id == people[2]).values(place=1))


def test_what_one_gives_back_goes_to_who_has_waited_longest(full, people):
    full.line_up(people[1])
    assert full.give_back(people[0])
    full.move_up()
    assert full.holders() == [people[1]]
    assert not full.give_back(people[0])


def test_what_is_used_is_not_given_back(full, people, fair):
    with fair.staff():
        voucher_id = db.session.scalars(db.select(Voucher.id)).one()
    fair.redeem(voucher_id)
    with fair.as_member(people[0]):
        assert not find_way_back(find_campaign(full.campaign_id), people[0]).may
    assert not full.give_back(people[0])
    assert full.holders() == [people[0]]


@pytest.mark.parametrize(
    ("written", "ticks"), [({"waiting": "none"}, False), ({}, False), ({"waiting_hours": 1}, True)]
)
def test_where_nobody_may_wait_any_more_nothing_is_given_back(fair, people, clock, written, ticks):
    """Without a list, once its time is over, and once the campaign is settled because nobody waited."""
    queue = Queue(fair, **written)
    clock.shift(SOON)
    queue.take_all(people[:1])
    if "waiting" not in written:
        clock.shift(A_DAY)
    if ticks:
        fair.tick()
    with pytest.raises(NotFound):
        queue.give_back(people[0])
    assert queue.holders() == [people[0]]

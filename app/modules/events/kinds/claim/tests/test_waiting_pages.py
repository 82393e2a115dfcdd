"""The pages of a waiting list: the one press to join it, one's place in it, and leaving it; and what staff write and read."""

import pytest
import time_machine

from app.core.clock import now
from app.core.early_posts import at_last
from app.core.errors import TooMany
from app.members.audience.choice import Audience
from app.modules.events.kinds.claim import lining_up
from app.modules.events.kinds.claim.claiming import Claimed
from app.modules.events.kinds.claim.tests.queue import Queue
from app.modules.events.tests.fair import SOON
from tests.fixtures.forms import csrf_token, send


@pytest.fixture
def full(fair):
    """A giveaway that is open, of one voucher, which is taken."""
    with time_machine.travel(now() - SOON, tick=False):
        queue = Queue(fair)
    queue.take_all(fair.members[:1])
    return queue


@pytest.fixture
def person(world, fair):
    return world.member(fair.zone)


@pytest.fixture
def phone(world, fair, person):
    return world.client(fair.zone, person)


def press(phone, path: str):
    return phone.post(path, data={"csrf_token": csrf_token(phone)})


def test_who_finds_all_taken_joins_with_one_press_reads_their_place_and_leaves(full, fair, phone):
    path = f"/events/claim/{full.campaign_id}"
    full.line_up(fair.members[1])
    assert press(phone, path).location == f"{path}/all-taken"
    assert f"{path}/ask" in phone.get(f"{path}/all-taken").text
    asked = phone.get(f"{path}/ask").text
    assert f'action="{path}/wait"' in asked
    assert "当前 1 人候补" in asked
    assert press(phone, f"{path}/wait").location == path
    assert "您是候补第 2 位，共 2 人" in phone.get(path).text
    assert phone.get(f"{path}/ask").location == path
    assert "六一观影抢票" in phone.get("/events/mine").text
    assert press(phone, f"{path}/leave").location == path
    assert "您已退出候补" in phone.get(path).text
    assert full.line() == [fair.members[1]]
    assert f'action="{path}/wait"' in phone.get(f"{path}/ask").text


def test_as_long_as_one_is_left_there_is_nothing_to_wait_for(fair, phone):
    with time_machine.travel(now() - SOON, tick=False):
        queue = Queue(fair)
    asked = phone.get(f"/events/claim/{queue.campaign_id}/ask").text
    assert f'action="/events/claim/{queue.campaign_id}"' in asked
    assert "加入候补" not in asked


def test_without_a_list_all_are_taken_and_that_is_all(fair, phone):
    with time_machine.travel(now() - SOON, tick=False):
        queue = Queue(fair, waiting="none")
    queue.take_all(fair.members[:1])
    path = f"/events/claim/{queue.campaign_id}"
    assert "去候补" not in phone.get(f"{path}/all-taken").text
    assert press(phone, f"{path}/wait").status_code == 404


def test_whom_it_is_not_for_does_not_wait(fair, phone, person):
    with time_machine.travel(now() - SOON, tick=False):
        queue = Queue(fair, audience=Audience(tags=("先进",)))
    assert press(phone, f"/events/claim/{queue.campaign_id}/wait").status_code == 403
    assert queue.line_up(person.member_id) is Claimed.NOT_INVITED
    assert queue.line() == []


def test_who_was_given_one_leaves_nothing(full, fair, person):
    full.line_up(person.member_id)
    full.comes_back(fair.members[0])
    full.move_up()
    assert not full.leave(person.member_id)
    assert full.standing() == [(person.member_id, "given")]


def test_who_presses_too_often_is_told_to_wait(full, fair, person):
    with time_machine.travel(now(), tick=False), fair.as_member(person.member_id):
        for _ in range(30):
            at_last(lining_up.line_up(person.member_id, full.campaign_id))
        with pytest.raises(TooMany):
            at_last(lining_up.line_up(person.member_id, full.campaign_id))


def test_who_leaves_again_and_again_is_told_to_wait(full, phone):
    with time_machine.travel(now(), tick=False):
        answers = [press(phone, f"/events/claim/{full.campaign_id}/leave").status_code for _ in range(31)]
    assert answers == [303] * 30 + [429]


def test_a_piece_that_was_made_void_is_told_as_such(full, fair, phone, person):
    full.comes_back(fair.members[0])
    full.claim(person.member_id)
    full.comes_back(person.member_id)
    assert "您领到的电子券已作废" in phone.get(f"/events/claim/{full.campaign_id}").text


def test_staff_read_how_many_wait_and_until_when(full, fair, world):
    full.line_up(fair.members[1])
    desk = world.client(fair.zone, world.staff(fair.zone))
    assert "1 人候补，截止" in desk.get(f"/console/events/{full.campaign_id}").text


def test_what_is_typed_wrong_stays_and_is_said_beside_it(fair, world):
    desk, campaign_id = world.client(fair.zone, world.staff(fair.zone)), fair.drafted_campaign()
    path = f"/console/events/{campaign_id}/edit"
    answer = send(desk, path, waiting="none", waiting_hours="9999")
    assert answer.status_code == 422
    assert 'value="9999"' in answer.text
    assert send(desk, path, waiting="none", waiting_hours="").status_code == 303
    assert fair.campaign(campaign_id).settings["waiting"] == "none"

"""What becomes of messages when providers are away, records are damaged and events are given up."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.core.clock import now
from app.core.jobs import Postpone, dead_letters
from app.core.jobs.inline import run_due_events
from app.core.tasks import Task, cancel_task
from app.notifications import broadcasting, delivering, fan_out
from app.notifications.adapters import Outcome
from app.notifications.addressing import Addressed
from app.notifications.models import Delivery
from app.notifications.operations import notify
from app.notifications.tests.desk import (
    broadcast_of,
    change,
    compose,
    deliveries_of,
    events_of,
    make_due,
    send,
)
from tenants.context import Actor, Plane, scope
from tenants.database import db

CHUNK_EVENT = "notifications.send_chunk"


@pytest.fixture
def few(monkeypatch):
    """Few attempts are many here, and chunks are small."""
    monkeypatch.setattr(delivering, "MOST_ATTEMPTS", 3)
    monkeypatch.setattr(fan_out, "CHUNK", 3)
    return 3


def let_a_day_pass(zone, ids=None):
    """As if all attempts so far (of some deliveries) were a day older."""
    earlier = update(Delivery).values(first_tried_at=Delivery.first_tried_at - delivering.PATIENCE)
    with scope(Plane.WORKER, zone=zone):
        db.session.execute(earlier if ids is None else earlier.where(Delivery.id.in_(ids)))
        db.session.commit()


def try_again(zone, times=1):
    for _ in range(times):
        make_due(zone)
        run_due_events()


def states(zone):
    return [delivery.state for delivery in deliveries_of(zone)]


def call_back(zone, kind):
    """Staff call every dead letter of a kind back, and it runs."""
    for event in events_of(zone, kind):
        with scope(Plane.STAFF, zone=zone, actor=Actor(name="staff")):
            dead_letters.call_back(event.id)
            db.session.commit()
    run_due_events()


def begin(desk, **fields):
    href = compose(desk, **{"channels": ["sms"]} | fields).location
    send(desk, href)
    return UUID(href.rsplit("/", 1)[1])


def test_a_provider_that_is_away_for_hours_costs_nobody_the_message(scene, provider):
    zone, members, desk, _ = scene
    provider.is_away = True
    begin(desk)
    run_due_events()
    try_again(zone, 60)
    assert len(provider.calls) == 61
    assert (states(zone), broadcast_of(zone).state) == (["queued"] * 5, "sending")
    provider.is_away = False
    try_again(zone)
    assert (states(zone), broadcast_of(zone).state) == (["accepted"] * 5, "sent")
    assert len(provider.calls[-1]) == len(members)


@pytest.mark.parametrize("attempts", [1, 2, 10, 5_000])
def test_the_pause_doubles_up_to_a_quarter_of_an_hour_and_not_beyond(attempts):
    tried = Addressed("x", "sms", None, attempts, now(), "", "zh_CN", False)
    with pytest.raises(Postpone) as asked:
        delivering._wait([(tried, Outcome("x", "retry", "timeout"))])
    most = min(900, 2 * 2 ** min(attempts - 1, 16))
    assert timedelta(seconds=most / 2) <= asked.value.delay <= timedelta(seconds=most)


def test_a_provider_that_asks_for_a_longer_pause_gets_it():
    tried = Addressed("x", "sms", None, 1, now(), "", "zh_CN", False)
    outcomes = [Outcome("x", "retry", "too_fast", 120.0), Outcome("y", "retry", "timeout")]
    with pytest.raises(Postpone) as asked:
        delivering._wait([(tried, outcome) for outcome in outcomes])
    assert asked.value.delay == timedelta(seconds=120)


@pytest.fixture
def dead(scene, provider, few):
    """A broadcast in two chunks of which the second was given up."""
    zone, _members, desk, world = scene
    provider.meanwhile = lambda: setattr(provider, "is_away", len(provider.calls) > 1)
    broadcast_id = begin(desk)
    run_due_events()
    try_again(zone, few - 1)
    assert states(zone).count("queued") == 2
    let_a_day_pass(zone)
    try_again(zone)
    provider.meanwhile = lambda: setattr(provider, "is_away", False)
    return zone, desk, broadcast_id, world


def test_patience_ends_after_a_day_with_a_dead_letter_and_a_broadcast_that_says_so(dead):
    zone, desk, broadcast_id, _ = dead
    events = events_of(zone, CHUNK_EVENT)
    assert sorted(event.state for event in events) == ["dead", "done"]
    assert "timeout" in next(event.last_error for event in events if event.state == "dead")
    found = broadcast_of(zone)
    assert (found.state, found.accepted, found.given_up) == ("failed", 3, 2)
    assert found.finished_at is not None
    assert sorted(states(zone)) == ["accepted"] * 3 + ["dead"] * 2
    assert "未全部发出" in desk.get(f"/console/broadcasts/{broadcast_id}").text


def test_a_day_alone_is_not_enough_when_hardly_anything_was_tried(scene, provider):
    zone, _members, desk, _ = scene
    provider.is_away = True
    begin(desk)
    run_due_events()
    let_a_day_pass(zone)
    try_again(zone)
    assert states(zone) == ["queued"] * 5


def test_a_chunk_that_is_called_back_reopens_the_broadcast_and_sends_what_was_given_up(dead, provider):
    zone, *_ = dead
    before = len(provider.calls)
    call_back(zone, CHUNK_EVENT)
    assert [len(call) for call in provider.calls[before:]] == [2]
    found = broadcast_of(zone)
    assert (found.state, found.accepted, found.given_up) == ("sent", 5, 0)
    assert states(zone) == ["accepted"] * 5


def test_a_chunk_that_is_called_back_has_its_whole_day_again(dead, provider):
    zone, *_ = dead
    provider.meanwhile = lambda: setattr(provider, "is_away", True)
    call_back(zone, CHUNK_EVENT)
    assert sorted(states(zone)) == ["accepted"] * 3 + ["queued"] * 2
    assert (broadcast_of(zone).state, broadcast_of(zone).given_up) == ("sending", 0)


def test_a_dead_chunk_of_a_broadcast_that_was_called_off_is_not_sent_when_it_is_called_back(scene, provider, few):
    zone, _members, desk, _ = scene
    provider.is_away = True
    broadcast_id = begin(desk)
    run_due_events()
    first_chunk = [delivery.id for delivery in deliveries_of(zone)][:3]
    try_again(zone, few - 1)
    let_a_day_pass(zone, first_chunk)
    try_again(zone)
    assert (broadcast_of(zone).state, broadcast_of(zone).given_up) == ("sending", 3)
    with scope(Plane.STAFF, zone=zone):
        assert broadcasting.call_off(Actor(name="staff"), broadcast_id)
        db.session.commit()
    provider.is_away, before = False, len(provider.calls)
    call_back(zone, CHUNK_EVENT)
    try_again(zone)
    assert (broadcast_of(zone).state, states(zone)) == ("cancelled", ["cancelled"] * 5)
    assert len(provider.calls) == before


def test_a_chunk_that_can_not_be_handled_at_all_ends_the_broadcast_too(scene, provider):
    zone, _members, desk, _ = scene

    def broken(_messages):
        raise RuntimeError("a defect of ours")

    send_batch, provider.send_batch = provider.send_batch, broken
    begin(desk)
    run_due_events()
    try_again(zone, 8)
    assert [event.state for event in events_of(zone, CHUNK_EVENT)] == ["dead"]
    assert (broadcast_of(zone).state, broadcast_of(zone).given_up) == ("failed", 5)
    provider.send_batch = send_batch
    call_back(zone, CHUNK_EVENT)
    assert (broadcast_of(zone).state, broadcast_of(zone).accepted) == ("sent", 5)


def test_one_message_that_was_given_up_can_be_called_back(scene, provider, few):
    zone, members, _desk, _ = scene
    provider.is_away = True
    change(members[0], email="ming@example.org")
    with scope(Plane.STAFF, zone=zone, actor=Actor(name="test")):
        notify("help.approved", members[0].member_id, {"number": "H1"}, dedupe_key="k")
        db.session.commit()
    run_due_events()
    try_again(zone, few - 1)
    let_a_day_pass(zone)
    try_again(zone)
    assert [event.state for event in events_of(zone, "notifications.deliver")] == ["dead"] * 2
    assert states(zone) == ["dead"] * 2
    provider.is_away = False
    call_back(zone, "notifications.deliver")
    assert states(zone) == ["accepted"] * 2


def test_a_damaged_phone_number_costs_its_own_member_the_message_and_nobody_else(scene, provider):
    zone, members, desk, _ = scene
    change(members[1], phone_cipher=b"\x01\x02not a cipher")
    begin(desk)
    run_due_events()
    [poisoned] = deliveries_of(zone, members[1])
    assert (poisoned.state, poisoned.provider_code) == ("unreachable", "bad_record")
    assert states(zone).count("accepted") == 4
    assert (broadcast_of(zone).state, broadcast_of(zone).refused) == ("sent", 1)


def test_a_number_moved_from_another_member_is_damaged_too(scene, provider):
    zone, members, desk, world = scene
    house = world.app.extensions["unionhall"]
    foreign = house.cipher.encrypt("+8613800000000", table="members", column="phone", row=members[0].member_id)
    change(members[1], phone_cipher=foreign)
    begin(desk)
    run_due_events()
    assert "+8613800000000" not in provider.phones
    assert [delivery.provider_code for delivery in deliveries_of(zone, members[1])] == ["bad_record"]


@pytest.fixture
def broken_task(scene, provider, monkeypatch):
    """A broadcast whose task dies before anything is handed out."""
    zone, _members, desk, _ = scene
    original = broadcasting.hand_out_chunks

    def broken(_broadcast_id):
        raise RuntimeError("a defect of ours")

    monkeypatch.setattr(broadcasting, "hand_out_chunks", broken)
    broadcast_id = begin(desk, channels=["inbox", "sms"])
    run_due_events()
    try_again(zone, 8)
    monkeypatch.setattr(broadcasting, "hand_out_chunks", original)
    return zone, desk, broadcast_id


def test_a_dead_task_ends_its_broadcast(broken_task):
    zone, desk, broadcast_id = broken_task
    found = broadcast_of(zone)
    assert (found.state, found.recipients, found.addressed) == ("failed", 5, 0)
    assert "hx-get" not in desk.get(f"/console/broadcasts/{broadcast_id}", headers={"HX-Request": "true"}).text


def test_a_task_that_is_called_back_reopens_its_broadcast(broken_task, provider):
    zone, *_ = broken_task
    call_back(zone, "notifications.broadcast")
    found = broadcast_of(zone)
    assert (found.state, found.recipients, found.accepted, len(provider.phones)) == ("sent", 5, 5, 5)


def test_a_task_that_dies_after_handing_out_its_chunks_leaves_the_end_to_them(scene, provider, monkeypatch):
    zone, _members, desk, _ = scene
    provider.is_away = True

    def broken(_broadcast_id):
        raise RuntimeError("a defect of ours")

    monkeypatch.setattr(broadcasting, "finish_if_all_left", broken)
    begin(desk)
    run_due_events()
    try_again(zone, 8)
    assert broadcast_of(zone).state == "sending"
    provider.is_away = False
    try_again(zone)
    assert broadcast_of(zone).state == "sent"


def test_calling_off_the_task_calls_off_the_broadcast(scene, provider):
    zone, _members, desk, _ = scene
    broadcast_id = begin(desk)
    with scope(Plane.STAFF, zone=zone):
        assert cancel_task(broadcast_id)
        db.session.commit()
    run_due_events()
    assert (broadcast_of(zone).state, provider.calls) == ("cancelled", [])
    with scope(Plane.WORKER, zone=zone):
        assert db.session.execute(select(Task.state).where(Task.id == broadcast_id)).scalar_one() == "cancelled"


def test_after_calling_off_what_a_dead_worker_had_marked_comes_to_an_end_as_unknown(scene, provider):
    zone, _members, desk, _ = scene
    broadcast_id = begin(desk)

    def die_in_the_middle():
        with scope(Plane.STAFF, zone=zone):
            broadcasting.call_off(Actor(name="staff"), broadcast_id)
            db.session.commit()
        raise RuntimeError("killed")

    provider.meanwhile = die_in_the_middle
    run_due_events()
    assert states(zone) == ["sending"] * 5
    try_again(zone)
    assert [(each.state, each.provider_code) for each in deliveries_of(zone)] == [("cancelled", "interrupted")] * 5
    assert all(delivery.finished_at for delivery in deliveries_of(zone))
    assert len(provider.calls) == 1

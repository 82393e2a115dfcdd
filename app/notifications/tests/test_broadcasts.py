"""Broadcasts from the zone's desk: whom they reach, how often, and what staff see of it."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from app.core.clock import now
from app.core.jobs.inline import run_due_events
from app.members.audience import Audience
from app.members.models import Membership
from app.notifications import broadcasting, fan_out
from app.notifications.models import Broadcast, Delivery, Message
from app.notifications.tests.desk import broadcast_of, change, compose, make_due, reached, send
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import fill, hidden_fields, typed


def test_staff_see_the_number_before_sending_and_the_result_after(scene, provider):
    zone, members, desk, _ = scene
    change(members[0], phone_cipher=None, phone_index=None)
    href = compose(desk).location
    page = desk.get(href).text
    assert "5" in page
    assert "1" in page
    assert reached(zone) == []
    send(desk, href)
    run_due_events()
    assert reached(zone) == sorted(member.member_id for member in members)
    assert sorted(provider.phones) == sorted(member.phone for member in members[1:])
    found = broadcast_of(zone)
    assert (found.state, found.recipients, found.addressed, found.accepted, found.unreachable) == ("sent", 5, 4, 4, 1)
    shown = desk.get(href, headers={"HX-Request": "true"}).text
    assert "hx-get" not in shown
    assert "<html" not in shown


def test_a_double_click_composes_once_and_sends_once(scene, provider):
    zone, _members, desk, _ = scene
    once = hidden_fields(desk, "/console/broadcasts/new")
    typed = {"title": "T", "body": "B", "channels": ["inbox", "sms"], "audience": "open"} | once
    first, second = (desk.post("/console/broadcasts/new", data=typed) for _ in range(2))
    assert first.location == second.location
    token = hidden_fields(desk, first.location)
    for _ in range(2):
        assert desk.post(f"{first.location}/send", data=token).status_code == 302
    run_due_events()
    desk.post(f"{first.location}/send", data=token)
    run_due_events()
    assert (len(reached(zone)), len(provider.phones)) == (5, 5)
    assert broadcast_of(zone).state == "sent"


def test_what_was_sent_can_not_be_changed(scene, provider):
    _zone, _members, desk, _ = scene
    once = hidden_fields(desk, "/console/broadcasts/new")
    typed = {"title": "T", "body": "B", "channels": ["inbox"], "audience": "open"} | once
    href = desk.post("/console/broadcasts/new", data=typed).location
    send(desk, href)
    answer = desk.post("/console/broadcasts/new", data=typed | {"title": "Other"})
    assert answer.status_code == 409


def test_only_what_was_confirmed_is_sent(scene, provider):
    """Two at one draft: whoever confirmed the first words does not send the second, nor to other people."""
    zone, _members, desk, _ = scene
    href = compose(desk, title="版本一", audience="targeted", union_names="东海").location
    confirmed = hidden_fields(desk, href)
    fill(
        desk,
        f"{href}/edit",
        post_to="/console/broadcasts/new",
        title="版本二",
        body="别的。",
        channels=["inbox"],
        audience="open",
    )
    late = desk.post(f"{href}/send", data=confirmed)
    assert late.status_code == 409
    assert "没有执行" in late.text
    assert "版本二" in late.text
    run_due_events()
    assert reached(zone) == []
    assert broadcast_of(zone).state == "draft"
    assert "版本二" in desk.get(href).text
    send(desk, href)
    run_due_events()
    assert len(reached(zone)) == 5


def test_of_two_who_change_a_draft_the_second_is_told(scene, provider):
    zone, _members, desk, _ = scene
    href = compose(desk).location
    stale = hidden_fields(desk, f"{href}/edit")
    change_draft = {"body": "别的。", "channels": ["inbox"], "audience": "open"}
    fill(desk, f"{href}/edit", post_to="/console/broadcasts/new", title="版本二", **change_draft)
    answer = desk.post("/console/broadcasts/new", data={**stale, "title": "版本三", **change_draft})
    assert answer.status_code == 409
    assert "没有执行" in answer.text
    assert "版本三" in answer.text
    assert "版本二" in answer.text
    assert broadcast_of(zone).title == "版本二"
    again = typed(answer.text, "/console/broadcasts/new")
    assert desk.post("/console/broadcasts/new", data=again).status_code == 302
    assert broadcast_of(zone).title == "版本三"


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"gender": "female"}, [0]),
        ({"verified": "yes"}, [1]),
        ({"verified": "no"}, [0, 2, 3, 4]),
        ({"union_names": "东海"}, [3, 4]),
        ({"joined_from": "2020-01-01", "joined_until": "2020-12-31"}, [2]),
    ],
    ids=["gender", "verified", "not verified", "union", "joined"],
)
def test_each_filter_narrows_the_audience(scene, provider, choice, expected):
    zone, members, desk, _ = scene
    change(members[0], gender="female")
    change(members[1], verified_at=now())
    with scope(Plane.WORKER):
        joined = update(Membership).where(Membership.member_id == members[2].member_id)
        db.session.execute(joined.values(joined_on=date(2020, 5, 1)))
        db.session.commit()
    href = compose(desk, audience="targeted", **choice).location
    send(desk, href)
    run_due_events()
    assert reached(zone) == sorted(members[place].member_id for place in expected)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": ""}, "title"),
        ({"body": "x" * 301}, "body"),
        ({"union_names": "东海\n没有", "audience": "targeted"}, "union_names"),
        ({"joined_from": "yesterday"}, "joined_from"),
        ({"joined_from": "2021-01-01", "joined_until": "2020-01-01"}, "joined_until"),
        ({"gender": "female", "audience": "targeted"}, "audience"),
        ({"verified": "no"}, "audience"),
        ({"audience": "targeted"}, "audience"),
        ({"audience": ""}, "audience"),
        ({"list_id": str(uuid7()), "audience": "targeted"}, "list_id"),
    ],
)
def test_a_mistake_is_shown_at_its_field_with_everything_typed(scene, fields, field):
    _zone, _members, desk, _ = scene
    answer = compose(desk, **fields)
    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.text
    assert "停水通知" in answer.text or "title" in fields


def test_a_broadcast_that_is_called_off_stops(scene, provider, monkeypatch):
    zone, _members, desk, _ = scene
    monkeypatch.setattr(fan_out, "CHUNK", 2)
    href = compose(desk).location
    send(desk, href)
    original = provider.send_batch

    def call_off_after_the_first(messages):
        if not provider.calls:
            with scope(Plane.STAFF, zone=zone):
                broadcasting.call_off(Actor(name="test"), UUID(href.rsplit("/", 1)[1]))
                db.session.commit()
        return original(messages)

    provider.send_batch = call_off_after_the_first
    run_due_events()
    found = broadcast_of(zone)
    assert (found.state, found.accepted) == ("cancelled", 2)
    with scope(Plane.WORKER, zone=zone):
        states = dict(db.session.execute(select(Delivery.state, func.count()).group_by(Delivery.state)).all())
    assert states == {"accepted": 2, "cancelled": 3}


def test_refused_numbers_are_counted_and_not_tried_again(scene, provider):
    zone, members, desk, world = scene
    phone = "+8613800000991"
    provider.blocked = {phone}
    house = world.app.extensions["unionhall"]
    cipher = house.cipher.encrypt(phone, table="members", column="phone", row=members[0].member_id)
    change(members[0], phone_cipher=cipher)
    href = compose(desk).location
    send(desk, href)
    run_due_events()
    assert (broadcast_of(zone).accepted, broadcast_of(zone).refused) == (4, 1)
    assert provider.phones.count(phone) == 1
    assert "<td" in desk.get(href).text


def test_a_chunk_the_provider_could_not_take_goes_again_under_the_same_ids(scene, provider):
    zone, _members, desk, _ = scene
    provider.retry = {1}
    href = compose(desk).location
    send(desk, href)
    run_due_events()
    assert broadcast_of(zone).state == "sending"
    make_due(zone)
    run_due_events()
    first, second = provider.calls
    assert {message.id for message in first} == {message.id for message in second}
    assert broadcast_of(zone).state == "sent"


def test_inbox_rows_written_twice_are_written_once(scene, provider):
    zone, members, desk, _ = scene
    href = compose(desk, channels=["inbox"]).location
    send(desk, href)
    with scope(Plane.WORKER, zone=zone):
        broadcast = db.session.execute(select(Broadcast)).scalar_one()
        assert [fan_out.fill_inboxes(broadcast, Audience()) for _ in range(2)] == [5, 0]
        db.session.commit()
    assert len(reached(zone)) == len(members)


def test_a_member_reads_the_notice_and_one_it_was_not_for_can_not(scene, provider):
    zone, members, desk, world = scene
    change(members[0], gender="female")
    href = compose(desk, channels=["inbox"], audience="targeted", gender="female").location
    send(desk, href)
    run_due_events()
    reader, other = world.client(zone, members[0]), world.client(zone, members[1])
    assert "停水通知" in reader.get("/inbox").text
    assert "停水通知" not in other.get("/inbox").text
    with scope(Plane.MEMBER, zone=zone, actor=Actor(account_id=members[1].account_id, member_id=members[1].member_id)):
        assert db.session.execute(select(func.count()).select_from(Broadcast)).scalar() == 0


def test_ids_of_messages_follow_the_time_of_sending(scene, provider):
    zone, _members, desk, _ = scene
    send(desk, compose(desk, channels=["inbox"]).location)
    run_due_events()
    with scope(Plane.WORKER, zone=zone):
        ids = db.session.execute(select(Message.id)).scalars().all()
    for each in ids:
        assert each.version == 7
        assert abs((each.int >> 80) / 1000 - now().timestamp()) < timedelta(minutes=1).total_seconds()


def test_somebody_without_the_permission_finds_nothing(scene):
    zone, members, _desk, world = scene
    for person in (world.staff(zone, "editor"), members[0]):
        assert world.client(zone, person).get("/console/broadcasts/").status_code == 404

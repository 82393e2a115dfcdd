"""Door-keepers check in at the sessions of their campaign until it is over, and see nothing else; the lists have pages; a session's file."""

from datetime import timedelta

import pytest
import time_machine

from app.core.clock import now
from app.core.errors import NotFound
from app.identity.models import RoleGrant
from app.modules.events.kinds.signup import attending, doors, queries, sessions
from app.modules.events.kinds.signup.errors import NoDoorNow, OwnDoor
from app.modules.events.kinds.signup.models import DoorKeeper, Registration
from app.modules.events.tests.fair import A_DAY, SOON
from app.modules.events.tests.test_pages import desk, post
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tests.fixtures.world import Person

DESK = "/console/events/signup"


@pytest.fixture
def clock():
    with time_machine.travel(now(), tick=False) as travelled:
        yield travelled


@pytest.fixture
def helper(fair) -> Person:
    """Somebody with an account and no role."""
    member = fair.people(1)[0]
    return Person(None, member.account_id, "", "签到志愿者")


def named(fair, campaign_id, person: Person) -> DoorKeeper:
    with fair.staff():
        keeper = doors.name_keeper(fair.maker, campaign_id, person.account_id, person.name)
        db.session.commit()
        return keeper


def ended(fair, keeper: DoorKeeper) -> None:
    with fair.staff():
        doors.end_keeper(fair.maker, keeper.id)
        db.session.commit()


def role_until(fair, person: Person):
    with scope(Plane.CITY, reason="test"):
        return db.session.scalar(
            db.select(RoleGrant.expires_at).where(
                RoleGrant.account_id == person.account_id, RoleGrant.role == "doorkeeper"
            )
        )


def at_the_door(fair, signups, clock, person: Person, seats: int = 2):
    """A campaign whose door somebody keeps, on the day of its session, with a member who has a seat."""
    campaign_id, [session_id] = signups.announced(signups.when(seats=seats))
    clock.shift(SOON)
    registration = signups.register(fair.people(1)[0].member_id, session_id)
    keeper = named(fair, campaign_id, person)
    clock.shift(5 * A_DAY)
    return campaign_id, session_id, registration, keeper


def code_of(fair, registration: Registration) -> str:
    with fair.staff():
        return attending.CODE.show(registration.serial).typed


def test_a_door_keeper_checks_in_by_scan_and_by_list(fair, signups, clock, helper):
    _campaign_id, session_id, registration, _keeper = at_the_door(fair, signups, clock, helper)
    other = signups.session(session_id)
    client = fair.world.client(fair.zone, helper)
    assert str(session_id) in client.get(f"{DESK}/doors/").text
    page = client.get(f"{DESK}/check-in", query_string={"code": code_of(fair, registration)}).text
    assert f"/registrations/{registration.id}/attend" in page
    listed = client.get(f"{DESK}/doors/{session_id}").text
    assert f"/registrations/{registration.id}/attend" in listed
    answer = post(client, f"{DESK}/registrations/{registration.id}/attend", door="")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{DESK}/doors/{session_id}")
    assert signups.states([registration]) == ["attended"]
    assert other.title in client.get(f"{DESK}/doors/{session_id}").text


def test_a_door_keeper_has_no_other_page_of_the_desk(fair, signups, clock, helper):
    campaign_id, session_id, registration, _keeper = at_the_door(fair, signups, clock, helper)
    client = fair.world.client(fair.zone, helper)
    for path in (
        f"{DESK}/sessions/{session_id}", f"{DESK}/sessions/{session_id}/list.xlsx", f"{DESK}/sessions/{session_id}/door",
        f"{DESK}/{campaign_id}/keepers", f"/console/events/{campaign_id}", "/console/events/", f"/console/events/{campaign_id}/entries",
        "/console/members",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path
    assert post(client, f"{DESK}/registrations/{registration.id}/release", reason="占座").status_code == 404


def test_a_door_keeper_keeps_no_other_door(fair, signups, clock, helper):
    at_the_door(fair, signups, clock, helper)
    with time_machine.travel(now() - 5 * A_DAY - SOON - timedelta(minutes=1), tick=False) as before:
        other_id, [other_session] = signups.announced()
        before.shift(SOON)
        registration = signups.register(fair.people(1)[0].member_id, other_session)
    client = fair.world.client(fair.zone, helper)
    assert str(other_session) not in client.get(f"{DESK}/doors/").text
    assert client.get(f"{DESK}/doors/{other_session}").status_code == 404
    answer = client.get(f"{DESK}/check-in", query_string={"code": code_of(fair, registration)})
    assert answer.status_code == 403
    assert "不由您签到" in answer.text
    assert post(client, f"{DESK}/registrations/{registration.id}/attend", scanned="1").status_code == 404
    assert signups.states([registration]) == ["registered"]
    assert post(desk(fair), f"{DESK}/registrations/{registration.id}/attend", scanned="1").status_code == 303
    assert other_id


def test_the_right_ends_with_the_campaign_s_days_and_when_staff_end_it(fair, signups, clock, helper):
    campaign_id, session_id, registration, keeper = at_the_door(fair, signups, clock, helper)
    assert role_until(fair, helper) == keeper.until
    ended(fair, keeper)
    ended(fair, keeper)
    assert role_until(fair, helper) is None
    assert fair.world.client(fair.zone, helper).get(f"{DESK}/doors/").status_code == 404
    named(fair, campaign_id, helper)
    assert fair.world.client(fair.zone, helper).get(f"{DESK}/doors/{session_id}").status_code == 200
    clock.shift(2 * A_DAY)
    client = fair.world.client(fair.zone, helper)
    assert client.get(f"{DESK}/doors/").status_code == 404
    assert post(client, f"{DESK}/registrations/{registration.id}/attend", scanned="1").status_code == 404
    with fair.staff(), pytest.raises(NoDoorNow):
        doors.name_keeper(fair.maker, campaign_id, helper.account_id, helper.name)


def test_one_who_keeps_two_doors_keeps_the_other_when_one_ends(fair, signups, clock, helper):
    _first, _session, _registration, keeper = at_the_door(fair, signups, clock, helper)
    other_id, _sessions = signups.announced()
    other = named(fair, other_id, helper)
    assert role_until(fair, helper) == other.until
    ended(fair, other)
    assert role_until(fair, helper) == keeper.until


def changed(fair, signups, session_id, when=None, *, by: Actor | None = None) -> None:
    """The session is moved, or cancelled where it has no other time."""
    seen, actor = signups.session(session_id).mark, by or fair.maker
    with fair.staff():
        if when is None:
            sessions.cancel_session(actor, session_id, reason="场地检修", seen=seen)
        else:
            sessions.move_session(actor, session_id, when, reason="场地检修", seen=seen)
        db.session.commit()


def test_the_end_follows_a_session_that_is_moved_or_cancelled(fair, signups, clock, helper):
    campaign_id, [first, last] = signups.announced(signups.when(), signups.when(venue="职工大学"))
    keeper, before = named(fair, campaign_id, helper), signups.session(first).ends_at + A_DAY
    assert role_until(fair, helper) == before
    later = signups.when(starts_at=before + A_DAY, ends_at=before + 2 * A_DAY)
    changed(fair, signups, last, later)
    assert role_until(fair, helper) == later.ends_at + A_DAY
    clock.move_to(later.ends_at)
    assert str(last) in fair.world.client(fair.zone, helper).get(f"{DESK}/doors/").text
    clock.move_to(before - 2 * A_DAY)
    changed(fair, signups, last)
    assert role_until(fair, helper) == before
    changed(fair, signups, first)
    assert role_until(fair, helper) is None
    assert keeper.until == before


def test_the_end_of_another_campaign_s_keeper_and_of_one_who_was_ended_stands(fair, signups, clock, helper):
    (moved, [session_id]), (other, _sessions) = signups.announced(), signups.announced()
    gone = Person(None, fair.people(1)[0].account_id, "", "另一位")
    ended(fair, named(fair, moved, gone))
    there = named(fair, other, helper)
    changed(fair, signups, session_id, signups.when(ends_at=now() + 30 * A_DAY))
    assert role_until(fair, helper) == there.until
    assert role_until(fair, gone) is None


def test_who_keeps_the_door_moves_the_session_and_keeps_their_own_end(fair, signups, clock):
    campaign_id, [session_id] = signups.announced()
    mover = Person(None, fair.checker.account_id, "", "审核人")
    keeper = named(fair, campaign_id, mover)
    changed(fair, signups, session_id, signups.when(ends_at=now() + 30 * A_DAY), by=fair.checker)
    assert role_until(fair, mover) == keeper.until


def test_an_end_that_is_over_holds_even_where_a_role_stands(fair, signups, clock, helper):
    campaign_id, session_id, _registration, _keeper = at_the_door(fair, signups, clock, helper)
    actor = Actor(helper.account_id, name=helper.name, permissions=frozenset({"events.door"}))
    with scope(Plane.STAFF, zone=fair.zone, actor=actor):
        assert doors.find_door(actor, session_id)
        assert [session.id for session, _campaign in doors.list_doors(actor)] == [session_id]
    clock.shift(2 * A_DAY)
    with scope(Plane.STAFF, zone=fair.zone, actor=actor):
        assert doors.list_doors(actor) == []
        with pytest.raises(NotFound):
            doors.find_door(actor, session_id)
    assert campaign_id


def test_the_list_stands_at_the_door_on_the_days_of_the_session_alone(fair, signups, clock, helper):
    campaign_id, [session_id] = signups.announced()
    clock.shift(SOON)
    registration = signups.register(fair.people(1)[0].member_id, session_id)
    named(fair, campaign_id, helper)
    client = fair.world.client(fair.zone, helper)
    assert str(registration.id) not in client.get(f"{DESK}/doors/{session_id}").text
    assert post(client, f"{DESK}/registrations/{registration.id}/attend", door="").status_code == 409


def test_staff_name_a_door_keeper_by_their_phone_and_nobody_themselves(fair, signups):
    campaign_id, _sessions = signups.announced()
    client, there = desk(fair), f"{DESK}/{campaign_id}/keepers"
    answer = post(client, there, name="李志愿", phone="123")
    assert answer.status_code == 422
    assert 'id="error-phone"' in answer.text
    assert "李志愿" in answer.text
    assert post(client, there, name="李志愿", phone="13900139001").status_code == 303
    assert "李志愿" in client.get(there).text
    with fair.staff():
        (keeper,) = doors.list_keepers(campaign_id)
    assert post(client, f"{DESK}/keepers/{keeper.id}/end").status_code == 303
    with fair.staff(), pytest.raises(OwnDoor):
        doors.name_keeper(fair.maker, campaign_id, fair.maker.account_id, "自己")


def test_lists_have_pages_and_at_the_door_are_looked_through_by_name(fair, signups, clock, helper, monkeypatch):
    _campaign_id, session_id, first, _keeper = at_the_door(fair, signups, clock, helper, seats=3)
    clock.shift(-5 * A_DAY)
    second = signups.register(fair.people(1)[0].member_id, session_id)
    clock.shift(5 * A_DAY)
    monkeypatch.setattr(queries, "PAGE", 1)
    keeper, staff = fair.world.client(fair.zone, helper), desk(fair)
    for client, path in ((staff, f"{DESK}/sessions/{session_id}"), (keeper, f"{DESK}/doors/{session_id}")):
        page = client.get(path).text
        assert f"{first.id}/attend" in page, path
        assert f"{second.id}/attend" not in page, path
        assert f"{second.id}/attend" in client.get(f"{path}?after=1").text, path
    with fair.staff():
        name = queries.list_expected(session_id)[1].name
    page = keeper.get(f"{DESK}/doors/{session_id}", query_string={"q": name}).text
    assert f"{second.id}/attend" in page
    assert f"{first.id}/attend" not in page


def test_a_member_puts_their_session_into_their_calendar(fair, signups, clock):
    campaign_id, [session_id] = signups.announced(signups.when(seats=1))
    clock.shift(SOON)
    person, late = fair.people(2)
    seated, waiting = (signups.register(each.member_id, session_id) for each in (person, late))
    client = fair.world.client(fair.zone, person)
    there = f"/events/signup/registrations/{seated.id}/session.ics"
    assert there in client.get(f"/events/signup/registrations/{seated.id}").text
    answer = client.get(there)
    assert answer.mimetype == "text/calendar"
    assert "工人文化宫三楼" in answer.text
    assert f"{session_id}@" in answer.text.replace("\r\n ", "")
    assert fair.world.client(fair.zone, late).get(there).status_code == 404
    assert (
        fair.world.client(fair.zone, late).get(f"/events/signup/registrations/{waiting.id}/session.ics").status_code
        == 404
    )
    assert campaign_id

"""Sessions: how long they live, where they are listed, how they end."""

from datetime import timedelta

import time_machine

from app.core.clock import now
from app.identity.models import Session
from app.identity.sessions import IDLE, LONGEST, REMEMBERED, SessionMemory, hash_token
from app.identity.tests.conftest import ID, Person
from tenants.context import Plane, scope
from tenants.database import db


def session_of(token: str) -> Session:
    with scope(Plane.IDENTITY):
        return db.session.scalars(db.select(Session).where(Session.token_hash == hash_token(token))).one()


def test_an_idle_session_ends(zone, world, person):
    person.sign_in(world.member(zone).phone)
    with time_machine.travel(now() + IDLE + timedelta(minutes=1), tick=True):
        person.get(f"http://{ID}/account/")
        assert person.here() == f"{ID}/sign-in"


def test_a_used_session_ends_after_its_longest_time_all_the_same(zone, world, person):
    person.sign_in(world.member(zone).phone)
    start = now()
    token = person.token(ID)
    for days in (20, 40, 60, 80):
        with time_machine.travel(start + timedelta(days=days), tick=True), scope(Plane.IDENTITY):
            assert SessionMemory().find(token, ID) is not None
            db.session.commit()
    with time_machine.travel(start + LONGEST + timedelta(minutes=1), tick=True), scope(Plane.IDENTITY):
        assert SessionMemory().find(token, ID) is None


def test_use_is_noted_for_the_session_and_its_parent_at_most_every_few_minutes(zone, world, person):
    person.sign_in(world.member(zone).phone)
    person.get(f"http://{zone.host}/session/begin")
    child, parent = person.token(zone.host), person.token(ID)
    first = session_of(child).last_seen_at
    person.get(f"http://{zone.host}/me")
    assert session_of(child).last_seen_at == first
    with time_machine.travel(now() + REMEMBERED + timedelta(seconds=1), tick=True):
        person.get(f"http://{zone.host}/me")
    assert session_of(child).last_seen_at > first
    assert session_of(parent).last_seen_at == session_of(child).last_seen_at


def test_a_child_never_outlives_its_parent(zone, world, person):
    person.sign_in(world.member(zone).phone)
    person.get(f"http://{zone.host}/session/begin")
    parent, child = session_of(person.token(ID)), session_of(person.token(zone.host))
    assert (child.parent_id, child.expires_at) == (parent.id, parent.expires_at)


def test_a_child_ends_with_its_parent_even_if_only_the_parent_is_revoked(zone, world, person):
    person.sign_in(world.member(zone).phone)
    person.get(f"http://{zone.host}/session/begin")
    parent = session_of(person.token())
    with scope(Plane.IDENTITY):
        db.session.execute(db.update(Session).where(Session.id == parent.id).values(revoked_at=now()))
        db.session.commit()
        assert SessionMemory().find(person.token(zone.host), zone.host) is None


def test_only_hashes_of_tokens_are_stored(zone, world, person):
    person.sign_in(world.member(zone).phone)
    token = person.token(ID)
    assert session_of(token).token_hash != token.encode()
    assert len(token) >= 43


def test_one_s_devices_are_listed_and_can_be_signed_out_one_by_one(zone, world, sms, person):
    member, other = world.member(zone), Person(world, sms)
    person.sign_in(member.phone)
    with time_machine.travel(now() + timedelta(seconds=61), tick=True):
        other.sign_in(member.phone)
        other.get(f"http://{zone.host}/session/begin")
    stranger = session_of(other.token(ID))
    page = person.get(f"http://{ID}/account/devices")
    assert zone.name in page.text
    assert person.post(f"/account/devices/{stranger.id}/end").status_code == 200
    other.get(f"http://{zone.host}/me/data")
    assert other.here() == f"{ID}/sign-in"
    person.get(f"http://{ID}/account/")
    assert person.here() == f"{ID}/account/"


def test_another_person_s_device_does_not_exist(zone, world, sms, person):
    stranger = Person(world, sms)
    stranger.sign_in(world.member(zone).phone)
    person.sign_in(world.member(zone).phone)
    person.get(f"http://{ID}/account/devices")
    foreign = session_of(stranger.token(ID))
    assert person.post(f"/account/devices/{foreign.id}/end").status_code == 404
    assert session_of(stranger.token(ID)).revoked_at is None


def test_signing_out_everywhere_ends_every_session(zone, world, sms, person):
    member, other = world.member(zone), Person(world, sms)
    person.sign_in(member.phone)
    with time_machine.travel(now() + timedelta(seconds=61), tick=True):
        other.sign_in(member.phone)
    person.get(f"http://{ID}/account/devices")
    person.post("/account/devices/end")
    for browser in (person, other):
        browser.get(f"http://{ID}/account/")
        assert browser.here() == f"{ID}/sign-in"


def test_memory_keeps_the_latest_and_no_more_than_its_size(zone, world, person, sms):
    memory = SessionMemory(most=2)
    tokens = []
    for _ in range(3):
        browser = Person(world, sms)
        browser.sign_in(world.member(zone).phone)
        tokens.append(browser.token(ID))
    with scope(Plane.IDENTITY):
        assert all(memory.find(token, ID) for token in tokens)
        db.session.commit()
    assert len(memory._found) == 2


def test_language_and_text_size_follow_the_account(zone, world, person):
    person.sign_in(world.member(zone).phone)
    person.get("/account/")
    person.post("/display", locale="en", large_text="1")
    page = person.get(f"http://{zone.host}/session/begin")
    assert 'lang="en" class="large-text"' in page.text


def test_the_account_page_leads_to_the_zones_one_belongs_to_and_works_for(zone, world, person):
    from app.identity.operations import grant_role
    from app.identity.tests.test_staff import zone_admin

    member, desk, foreign = world.member(zone), world.zone(), world.zone()
    with scope(Plane.STAFF, zone=desk, actor=zone_admin()):
        grant_role(zone_admin(), member.account_id, "editor", desk.union_id)
        db.session.commit()
    page = person.sign_in(member.phone)
    assert f"http://{zone.host}/session/begin" in page.text
    assert f"http://{desk.host}/session/second-factor" in page.text
    assert foreign.host not in page.text


def test_unknown_addresses_and_pages_of_zones_do_not_exist_at_the_sign_in_host(person):
    for path in ("/me", "/console/", "/console/staff/", "/session/finish", "/api/v1/news", "/nothing"):
        assert person.get(f"http://{ID}{path}").status_code == 404

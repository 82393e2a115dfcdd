"""One sign-in for every zone, and nothing a stranger could use on the way."""

import time
from base64 import urlsafe_b64encode
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine

from app.core.clock import now
from app.core.platform import platform
from app.identity import operations
from app.identity.changes import EXTENSION
from app.identity.destinations import safe_path
from app.identity.operations.hand_offs import LIFETIME, hash_nonce
from app.identity.sessions import SessionMemory
from app.identity.tests.conftest import ID, Person
from tenants.changes import ChangeFeed
from tenants.context import Plane, ZoneState, scope
from tenants.database import db
from tenants.ids import uuid7

HOSTILE = [
    "//evil.example", "\\\\evil.example", "/\\evil.example", "http://evil.example/", "https:evil.example", "evil.example",
    "/\tevil", "/\n//evil.example", "javascript:alert(1)", "///evil.example", "/session/begin?next=/", "//[", "http://[x", "",
    "/" + "a" * 3000, "/\u2028x",
]  # fmt: skip


def begin(browser, zone, next_path="/"):
    """Walk to the sign-in host and stop before anything is typed."""
    return browser.get(f"http://{zone.host}/session/begin?{urlencode({'next': next_path})}")


def take_code(browser, zone, next_path="/"):
    """The address at the zone that a signed-in browser is sent to with its code, not yet opened."""
    page = browser.get(f"http://{zone.host}/session/begin?{urlencode({'next': next_path})}", follow=False)
    return browser.get(page.location, follow=False).location


def test_one_sign_in_opens_several_zones(world, zone, person):
    other = world.zone()
    member = world.member(zone)
    begin(person, zone, "/services?x=1")
    assert person.here() == f"{ID}/sign-in"
    person.sign_in(member.phone)
    assert (person.host, person.path) == (zone.host, "/services?x=1")
    begin(person, other)
    assert person.here() == f"{other.host}/"
    assert "/session/end" in person.get("/me").text
    assert person.here() == f"{other.host}/me"


def test_a_form_that_one_person_opened_is_not_sent_as_the_next_one_s(world, zone, person):
    first, second = world.member(zone), world.member(zone)
    begin(person, zone)
    person.sign_in(first.phone)
    opened = person.get("/help/apply/hardship")
    for minutes, signs_in, answer in ((2, first, 200), (4, second, 400)):
        with time_machine.travel(now() + timedelta(minutes=minutes), tick=True):
            person.get(f"http://{zone.host}/me")
            person.post("/session/end")
            begin(person, zone)
            person.sign_in(signs_in.phone)
            assert person.host == zone.host
            person.page = opened
            sent = person.post("/help/apply/hardship", action="save", _once=str(uuid7()), description="第一个人写的话")
            kept = person.get("/help/apply/hardship")
        assert (sent.status_code, kept.status_code, "第一个人写的话" in kept.text) == (answer, 200, answer == 200)


def test_a_protected_page_leads_to_sign_in_and_back_to_itself(world, zone, person):
    member = world.member(zone)
    person.get(f"http://{zone.host}/me/data")
    assert person.here() == f"{ID}/sign-in"
    assert zone.name in person.page.text
    person.sign_in(member.phone)
    assert person.here() == f"{zone.host}/me/data"


def test_cookies_belong_to_one_host_and_no_script(world, zone, person):
    begin(person, zone)
    page = person.get(f"http://{zone.host}/session/begin", follow=False)
    person.sign_in(world.member(zone).phone)
    address = take_code(person, zone)
    arrival = person.get(address, follow=False)
    cookies = page.headers.getlist("Set-Cookie") + arrival.headers.getlist("Set-Cookie")
    assert any(cookie.startswith("hall=") for cookie in cookies)
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Domain=" not in cookie


def test_under_https_cookies_are_bound_to_host_and_tls(world, monkeypatch, zone, person):
    from dataclasses import replace

    house = platform()
    secure = replace(house, settings=replace(house.settings, scheme="https"))
    monkeypatch.setitem(world.app.extensions, "unionhall", secure)
    page = world.app.test_client().get("/session/begin", base_url=f"https://{zone.host}")
    [cookie] = page.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-hall-nonce=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert page.location.startswith("https://id.hall.test/hand-off?")


def test_a_code_works_once(world, zone, person):
    person.sign_in(world.member(zone).phone)
    address = take_code(person, zone)
    assert person.get(address).status_code == 200
    again = person.get(address)
    assert again.status_code == 410
    assert "/session/begin" in again.text


def test_a_code_dies_after_half_a_minute(world, zone, person):
    person.sign_in(world.member(zone).phone)
    address = take_code(person, zone)
    with time_machine.travel(now() + LIFETIME + timedelta(seconds=1), tick=True):
        assert person.get(address).status_code == 410
    assert timedelta(seconds=30) >= LIFETIME


def test_a_code_for_one_host_is_refused_at_another_and_used_up_by_the_try(world, zone, person):
    other = world.zone()
    person.sign_in(world.member(zone).phone)
    address = take_code(person, zone)
    nonce = person.cookie("hall_nonce", zone.host)
    assert nonce
    person.client.set_cookie("hall_nonce", nonce, domain=other.host)
    foreign = address.replace(zone.host, other.host)
    assert person.get(foreign).status_code == 410
    assert person.cookie("hall", other.host) is None
    assert person.get(address).status_code == 410


def test_a_stolen_code_is_refused_without_the_nonce_of_the_waiting_browser(world, sms, zone, person):
    thief = Person(world, sms)
    person.sign_in(world.member(zone).phone)
    assert thief.get(take_code(person, zone)).status_code == 410
    thief.get(f"http://{zone.host}/session/begin", follow=False)
    assert thief.get(take_code(person, zone)).status_code == 410
    assert thief.cookie("hall", zone.host) is None


def test_a_hand_off_without_a_nonce_is_refused_even_if_its_hash_was_given(world, zone, person):
    person.sign_in(world.member(zone).phone)
    query = urlencode({"to": zone.host, "nonce": urlsafe_b64encode(hash_nonce("")).decode(), "next": "/"})
    address = person.get(f"http://{ID}/hand-off?{query}", follow=False).location
    assert person.get(address).status_code == 410


@pytest.mark.parametrize("nonce", ["", "x", "%%%", "é", "A" * 44, "A" * 5000])
def test_a_hand_off_with_a_malformed_nonce_is_refused(world, zone, person, nonce):
    person.sign_in(world.member(zone).phone)
    query = urlencode({"to": zone.host, "nonce": nonce, "next": "/"})
    assert person.get(f"http://{ID}/hand-off?{query}", follow=False).status_code == 422


def test_a_session_cookie_of_one_zone_is_nothing_at_another(world, zone, person):
    other = world.zone()
    person.sign_in(world.member(zone).phone)
    begin(person, zone)
    token = person.cookie("hall", zone.host)
    for host in (other.host, ID, "city.hall.test"):
        thief = world.app.test_client()
        thief.set_cookie("hall", token, domain=host)
        answer = thief.get("/inbox" if host == other.host else "/account/", base_url=f"http://{host}")
        assert answer.status_code in (302, 404)
    assert person.get(f"http://{zone.host}/inbox").status_code == 200


@pytest.mark.parametrize("candidate", HOSTILE)
def test_the_way_on_never_leaves_the_host(world, zone, person, candidate):
    assert safe_path(candidate) == "/"
    person.sign_in(world.member(zone).phone)
    begin(person, zone, candidate)
    assert person.here() == f"{zone.host}/"
    answer = person.get(f"http://{ID}/sign-in?{urlencode({'next': candidate})}", follow=False)
    assert answer.location == "/account/"


def test_a_crafted_hand_off_cannot_smuggle_another_host_in(world, zone, person):
    person.sign_in(world.member(zone).phone)
    nonce = urlsafe_b64encode(hash_nonce("n" * 43)).decode()
    query = urlencode({"to": zone.host, "nonce": nonce, "next": "//evil.example"})
    address = person.get(f"http://{ID}/hand-off?{query}", follow=False).location
    assert urlsplit(address).netloc == zone.host
    person.client.set_cookie("hall_nonce", "n" * 43, domain=zone.host)
    assert person.get(address, follow=False).location == "/"


@pytest.mark.parametrize(
    "to", ["evil.example", "id.hall.test", "hall.test", "www.hall.test", "nobody.hall.test", "a.b.hall.test", "", "[::1]",
           "x" * 300, "{zone}@evil.example", "{zone}:81", "evil.example#{zone}", "{zone}/x"]
)  # fmt: skip
def test_only_hosts_of_zones_and_the_city_console_are_handed_to(world, zone, person, to):
    person.sign_in(world.member(zone).phone)
    nonce = urlsafe_b64encode(hash_nonce("n")).decode()
    query = urlencode({"to": to.format(zone=zone.host), "nonce": nonce, "next": "/"})
    answer = person.get(f"http://{ID}/hand-off?{query}", follow=False)
    assert answer.status_code == 404
    assert "Location" not in answer.headers


def test_a_code_of_a_session_ended_meanwhile_is_refused(world, zone, person):
    member = world.member(zone)
    person.sign_in(member.phone)
    address = take_code(person, zone)
    with scope(Plane.IDENTITY):
        operations.revoke_all(member.account_id)
        db.session.commit()
    assert person.get(address).status_code == 410


def test_signing_out_on_a_zone_ends_the_browser_s_sessions_everywhere_and_no_other_s(world, sms, zone, person):
    other_zone, member, other = world.zone(), world.member(zone), Person(world, sms)
    person.sign_in(member.phone)
    with time_machine.travel(now() + timedelta(seconds=61), tick=True):
        other.sign_in(member.phone)
    begin(person, zone)
    begin(person, other_zone)
    person.get(f"http://{zone.host}/me")
    assert person.post("/session/end", follow=False).status_code == 303
    for address in (f"http://{zone.host}/me/data", f"http://{other_zone.host}/inbox", f"http://{ID}/account/"):
        person.get(address)
        assert person.here() == f"{ID}/sign-in"
    other.get(f"http://{ID}/account/")
    assert other.here() == f"{ID}/account/"


def test_signing_out_takes_a_form_of_this_host(world, zone, person):
    person.sign_in(world.member(zone).phone)
    begin(person, zone)
    assert person.client.get("/session/end", base_url=f"http://{zone.host}").location == "/"
    forged = person.client.post("/session/end", base_url=f"http://{zone.host}", headers={"Origin": f"http://{ID}"})
    assert forged.status_code == 403
    tokenless = person.client.post(
        "/session/end", base_url=f"http://{zone.host}", headers={"Origin": f"http://{zone.host}"}
    )
    assert tokenless.status_code == 400
    assert person.get(f"http://{zone.host}/me").status_code == 200


def test_signing_out_works_in_a_read_only_zone(world, person):
    zone = world.zone(state=ZoneState.READ_ONLY)
    person.sign_in(world.member(zone).phone)
    begin(person, zone)
    person.get(f"http://{zone.host}/me")
    assert person.post("/session/end", follow=False).status_code == 303
    person.get(f"http://{zone.host}/me/data")
    assert person.here() == f"{ID}/sign-in"


def test_a_revocation_reaches_another_process_within_a_moment(world, zone, person):
    member = world.member(zone)
    person.sign_in(member.phone)
    token = person.cookie("hall", ID)
    feed, memory = ChangeFeed(), SessionMemory()
    memory.listen_to(feed)
    with scope(Plane.IDENTITY):
        feed.read(db.session.connection())
        assert memory.find(token, ID) is not None
        db.session.commit()
    with scope(Plane.IDENTITY):
        operations.revoke_all(member.account_id)
        db.session.commit()
    with scope(Plane.IDENTITY):
        assert memory.find(token, ID) is not None, "remembered: this is what the feed is for"
        time.sleep(0.3)
        feed.read_if_due(db.session.connection)
        assert memory.find(token, ID) is None
        db.session.commit()


def test_a_revocation_holds_on_its_own_process_at_once(world, zone, person):
    member = world.member(zone)
    person.sign_in(member.phone)
    assert person.get("/account/").status_code == 200
    with scope(Plane.IDENTITY):
        operations.revoke_all(member.account_id)
        db.session.commit()
        assert world.app.extensions[EXTENSION].find(person.cookie("hall", ID), ID) is None


def test_a_session_revoked_while_it_is_being_loaded_is_not_remembered(world, zone, person, monkeypatch):
    from app.identity import sessions

    member = world.member(zone)
    person.sign_in(member.phone)
    token, memory, load = person.cookie("hall", ID), SessionMemory(), sessions._load

    def load_slowly(*key):
        found = load(*key)
        memory.forget(str(member.account_id))
        return found

    monkeypatch.setattr(sessions, "_load", load_slowly)
    with scope(Plane.IDENTITY):
        assert memory.find(token, ID) is not None
        monkeypatch.setattr(sessions, "_load", lambda *_: None)
        assert memory.find(token, ID) is None


def test_forms_may_lead_to_the_sign_in_host_and_back_and_nowhere_else(world, zone, person):
    home = person.get(f"http://{zone.host}/")
    assert "form-action 'self' http://id.hall.test;" in home.headers["Content-Security-Policy"]
    begin(person, zone)
    assert f"form-action 'self' http://{zone.host};" in person.page.headers["Content-Security-Policy"]
    plain = person.get(f"http://{ID}/sign-in")
    assert "form-action 'self';" in plain.headers["Content-Security-Policy"]


def test_a_form_sent_after_the_session_has_ended_leads_back_to_its_page(world, zone):
    visitor = world.client(zone)
    page = f"http://{zone.host}/console/staff/?before=x"
    answer = visitor.post("/console/staff/", headers={"Referer": page})
    assert answer.location == "/session/begin?next=/console/staff/%3Fbefore%3Dx"
    foreign = visitor.post("/console/staff/", headers={"Referer": "http://evil.example/console/"})
    assert foreign.location == "/session/begin?next=/"


@pytest.mark.parametrize("address", ["http://[", "null", "", "http://zone.evil.example", "x" * 3000])
def test_a_form_whose_origin_is_no_address_of_ours_is_refused(world, zone, address):
    visitor = world.client(zone)
    for headers in ({"Origin": address}, {"Origin": "", "Referer": address}):
        assert visitor.post("/session/end", headers=headers).status_code == 403


def test_leaving_starts_from_the_host_that_sessions_are_bound_to(world, zone, person):
    page = person.client.get("/session/begin?next=/me", base_url=f"http://{zone.host}.")
    assert page.location == f"http://{zone.host}/session/begin?next=/me"


def test_two_tabs_that_begin_at_once_both_arrive(world, zone, person):
    person.sign_in(world.member(zone).phone)
    first, second = take_code(person, zone, "/services"), take_code(person, zone, "/me")
    assert parse_qs(urlsplit(first).query) != parse_qs(urlsplit(second).query)
    assert person.get(second, follow=False).location == "/me"

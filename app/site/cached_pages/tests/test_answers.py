"""What the page cache answers: the same as Flask, in every form HTTP knows, and only where it may."""

import gzip

import pytest
from sqlalchemy import select

from app.core.display import TEXT_COOKIE
from app.identity.models import Session
from app.identity.operations import revoke_session
from app.notifications.models import Message
from app.notifications.operations import INBOX_CHANGED
from app.site.cached_pages.tests.conftest import change_zone, is_from_cache, publish, rendered
from tenants.changes import announce
from tenants.context import Actor, Plane, ZoneState, scope
from tenants.database import db
from tests.fixtures.forms import token_of

HTML = {"Accept-Encoding": "gzip"}


def test_a_cached_page_is_what_flask_renders(world, stories):
    zone = world.zone()
    for person in (None, world.member(zone), world.staff(zone), world.member(world.union())):
        client = world.client(zone, person)
        for path in ("/", "/services"):
            assert client.get(path).text == client.get(path).text == rendered(client, path).text
            assert is_from_cache(client.get(path))


def test_gzip_identity_and_head_say_the_same(world, stories):
    zone = world.zone()
    for client in (world.client(zone), world.client(zone, world.member(zone))):
        plain, packed = client.get("/"), client.get("/", headers=HTML)
        assert gzip.decompress(packed.data) == plain.data
        assert plain.headers["ETag"] != packed.headers["ETag"]
        for got, headers in ((plain, {}), (packed, HTML)):
            head = client.head("/", headers=headers)
            assert (head.data, head.headers) == (b"", got.headers)
            assert int(head.headers["Content-Length"]) == len(got.data)


def test_a_browser_that_has_the_page_gets_304_until_it_changes(world, stories):
    zone = world.zone()
    for number, client in enumerate((world.client(zone), world.client(zone, world.member(zone)))):
        tag = client.get("/", headers=HTML).headers["ETag"]
        kept = client.get("/", headers={**HTML, "If-None-Match": f'"other", W/{tag}'})
        assert (kept.status_code, kept.data, kept.headers["ETag"]) == (304, b"", tag)
        assert client.get("/", headers={"If-None-Match": tag}).status_code == 200, "another variant"
        stories.tell(zone, f"news {number}")
        assert client.get("/", headers={**HTML, "If-None-Match": tag}).status_code == 200


def test_strangers_pages_may_be_shared_for_a_second_and_personal_ones_never(world, stories):
    zone = world.zone()
    stranger, member = world.client(zone).get("/"), world.client(zone, world.member(zone)).get("/")
    assert stranger.headers["Cache-Control"] == "public, max-age=0, s-maxage=1"
    assert member.headers["Cache-Control"] == "private, no-cache"
    for response in (stranger, member):
        assert response.headers["Vary"] == "Cookie, Accept-Encoding, Accept-Language"


def test_the_headers_that_protect_a_page_are_on_cached_ones_too(world, stories):
    client = world.client(world.zone())
    cached, direct = client.get("/"), rendered(client)
    for name in (
        "Content-Security-Policy",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Permissions-Policy",
        "Content-Type",
    ):
        assert cached.headers[name] == direct.headers[name]


def test_https_pages_say_so_and_are_kept_apart(world, stories):
    zone = world.zone()
    client = world.client(zone)
    for _ in range(2):
        assert "Strict-Transport-Security" in client.get("/", base_url=f"https://{zone.host}").headers
        assert "Strict-Transport-Security" not in client.get("/").headers


def test_language_and_text_size_choose_the_page(world, stories):
    zone = world.zone()
    client = world.client(zone, world.member(zone))
    assert 'lang="zh-CN"' in client.get("/").text
    assert '<html lang="en"' in client.get("/", headers={"Accept-Language": "en-GB,en;q=0.9"}).text
    client.get("/display?locale=en")
    client.get("/display?text=large")
    assert not is_from_cache(client.get("/"))  # it says once that messages keep their language
    page = client.get("/")
    assert is_from_cache(page)
    assert '<html lang="en" class="large-text"' in page.text
    client.set_cookie(TEXT_COOKIE, "nonsense", domain=zone.host)
    assert client.get("/").text == rendered(client).text


def test_only_the_arguments_a_page_names_reach_it(world, stories):
    zone = world.zone()
    client = world.client(zone)
    first = client.get("/")
    assert client.get("/?from=groupmessage&isappinstalled=0").headers["ETag"] == first.headers["ETag"]
    assert stories.told[zone.slug] == 1


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/me", {}),
        ("GET", "/console/", {}),
        ("GET", "/no-such-page", {}),
        ("POST", "/", {}),
        ("OPTIONS", "/", {}),
        ("GET", "/", {"HX-Request": "true"}),
        ("GET", "/", {"Authorization": "Bearer x"}),
    ],
)
def test_what_is_not_a_plain_look_at_a_marked_page_is_left_to_flask(world, stories, method, path, headers):
    response = world.client(world.zone()).open(path, method=method, headers=headers)
    assert not is_from_cache(response)


def test_a_message_that_waits_is_shown_once_and_kept_by_nobody(world, stories):
    zone = world.zone()
    client, other = world.client(zone), world.client(zone)
    with client.session_transaction(base_url=f"http://{zone.host}") as kept:
        kept["_flashes"] = [("success", "done for you")]
    shown = client.get("/")
    assert "done for you" in shown.text
    assert not is_from_cache(shown)
    assert "done for you" not in client.get("/").text
    assert "done for you" not in other.get("/").text
    assert is_from_cache(client.get("/"))


def test_other_hosts_than_open_zones_are_left_to_flask(world, stories):
    zone = world.zone()
    client = world.client(zone)
    assert is_from_cache(client.get("/"))
    for host, status in (
        ("nobody.hall.test", 404),
        ("id.hall.test", 302),
        ("10.0.0.1", 404),
        ("x" * 60, 404),
        ("a.b.hall.test", 404),
    ):
        answer = client.get("/", base_url=f"http://{host}")
        assert (answer.status_code, is_from_cache(answer)) == (status, False), host
    assert client.get("/", base_url=f"http://{zone.host.upper()}").headers["ETag"] == client.get("/").headers["ETag"]
    change_zone(zone, state=ZoneState.SUSPENDED.value)
    assert client.get("/").status_code == 404
    change_zone(zone, state=ZoneState.READ_ONLY.value)
    assert is_from_cache(client.get("/"))


def test_no_zone_gets_the_page_of_another(world, stories):
    zones = [world.zone() for _ in range(3)]
    everywhere = world.member(world.root)
    for zone in zones:
        stories.tell(zone, f"only {zone.slug}")
    for _ in range(2):
        for zone in zones:
            for person in (None, everywhere):
                page = world.client(zone, person).get("/").text
                assert f"only {zone.slug}" in page
                assert not any(f"only {other.slug}" in page for other in zones if other is not zone)


def test_a_session_of_one_zone_is_nobody_in_another(world, stories):
    zone, other = world.zone(), world.zone()
    person = world.member(zone)
    client = world.client(zone, person)
    assert person.name in client.get("/").text
    token = client.get_cookie("hall", domain=zone.host)
    assert token is not None
    stranger = world.client(other)
    stranger.set_cookie("hall", token.value, domain=other.host)
    assert person.name not in stranger.get("/").text


def test_unread_messages_show_at_once(world, stories):
    zone = world.zone()
    person = world.member(zone)
    client, other = world.client(zone, person), world.client(zone, world.member(zone))
    assert "hall-count" not in client.get("/").text
    with scope(Plane.WORKER, zone=zone):
        db.session.add(Message(member_id=person.member_id, kind="test", dedupe_key="test"))
        announce(INBOX_CHANGED, person.member_id)
        db.session.commit()
    assert '<span class="weui-badge hall-count" aria-hidden="true">1</span>' in client.get("/").text
    assert "hall-count" not in other.get("/").text


def test_a_session_that_was_ended_is_a_stranger(world, stories):
    zone = world.zone()
    person = world.member(zone)
    client = world.client(zone, person)
    page = client.get("/")
    assert person.name in page.text
    with world.app.app_context(), scope(Plane.IDENTITY, actor=Actor(account_id=person.account_id)):
        session_id = db.session.execute(select(Session.id).where(Session.account_id == person.account_id)).scalar_one()
        revoke_session(person.account_id, session_id)
        db.session.commit()
    again = client.get("/", headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 200
    assert person.name not in again.text


def test_signing_out_by_the_header_s_link(world, stories):
    zone = world.zone()
    person = world.member(zone)
    client = world.client(zone, person)
    assert 'href="/me/sign-out"' in client.get("/").text
    assert "csrf_token" not in client.get("/").text
    token = token_of(client, "/me/sign-out")
    assert client.post("/session/end", data={"csrf_token": token}).status_code == 303
    farewell, later = client.get("/"), client.get("/")
    assert person.name not in farewell.text + later.text
    assert is_from_cache(later)
    assert world.client(zone).get("/me/sign-out").status_code == 302


def test_a_new_revision_is_a_new_page_in_the_new_theme(world, stories):
    zone = world.zone()
    client = world.client(zone, world.member(zone))
    assert "harbor-head" in client.get("/").text
    publish(zone, slogan="新口号", theme="party-red")
    page = client.get("/").text
    assert "red-head" in page
    assert "新口号" in page
    assert page == rendered(client).text

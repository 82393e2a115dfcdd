"""The frame around member pages: tabs, the number of unread messages, one's own page."""

import re
from dataclasses import replace

import pytest

from app.core.platform import platform
from app.core.theming import themes
from app.notifications.models import Message
from app.notifications.operations import INBOX_CHANGED
from tenants.changes import announce
from tenants.context import Plane, scope
from tenants.database import db

TAB = re.compile(r'<a class="hall-tab" href="([^"]+)"( aria-current="page")?>(.*?)</a>', re.DOTALL)


def tabs_of(page: str) -> list[str]:
    return [href for href, _, _ in TAB.findall(page)]


def my_tab(page: str) -> str:
    return next(content for href, _, content in TAB.findall(page) if href == "/me")


def tell(zone, person) -> None:
    """Put a message into a member's inbox, as another process would."""
    with scope(Plane.WORKER, zone=zone):
        db.session.add(Message(member_id=person.member_id, kind="test", dedupe_key="test"))
        announce(INBOX_CHANGED, person.member_id)
        db.session.commit()


@pytest.mark.parametrize("theme", sorted(themes()))
def test_the_own_tab_counts_unread_messages_of_its_reader_alone(world, theme):
    zone = world.zone(theme=theme)
    person = world.member(zone)
    client, other, stranger = world.client(zone, person), world.client(zone, world.member(zone)), world.client(zone)
    for path in ("/", "/services", "/me"):
        assert "hall-count" not in my_tab(client.get(path).text)
    tell(zone, person)
    for path in ("/", "/services", "/me"):
        assert "1 条未读消息" in my_tab(client.get(path).text)
        for somebody in (other, stranger):
            assert "hall-count" not in my_tab(somebody.get(path).text)


def test_tabs_stand_in_their_order_with_home_and_services_first_and_me_last(world, monkeypatch):
    client = world.client(world.zone())
    assert tabs_of(client.get("/me").text) == ["/", "/services", "/events/", "/news/", "/me"]
    known = platform().modules
    early = replace(known["help"], tab=replace(known["help"].entries[0], order=10))
    monkeypatch.setitem(known._by_slug, "help", early)
    assert tabs_of(client.get("/me").text) == ["/", "/services", "/help/", "/events/", "/news/", "/me"]
    late = replace(early, tab=replace(known["help"].entries[0], order=90))
    monkeypatch.setitem(known._by_slug, "help", late)
    assert tabs_of(client.get("/me").text) == ["/", "/services", "/events/", "/news/", "/help/", "/me"]


@pytest.mark.parametrize(
    ("path", "active"),
    [("/", "/"), ("/services", "/services"), ("/me", "/me"), ("/me/data", "/me"), ("/inbox", "/me"), ("/news/", "/news/")],
)  # fmt: skip
def test_a_page_lights_the_tab_it_belongs_to(world, path, active):
    zone = world.zone()
    page = world.client(zone, world.member(zone)).get(path).text
    assert [href for href, is_active, _ in TAB.findall(page) if is_active] == [active]


@pytest.mark.parametrize("theme", sorted(themes()))
def test_visitors_find_signing_in_language_and_text_size_on_their_own_page(world, theme):
    page = world.client(world.zone(theme=theme)).get("/me")
    assert page.status_code == 200
    main = page.text.partition("<main")[2].partition("</main>")[0]
    for link in ("/session/begin?next=%2Fme", "/display?text=large", "/display?locale=en"):
        assert f'href="{link}' in main, link
    for private in ("/inbox", "/me/data", "/session/end", "/console/"):
        assert private not in main


def test_members_find_what_is_theirs_on_their_own_page(world):
    zone = world.zone()
    person = world.member(zone)
    main = world.client(zone, person).get("/me").text.partition("<main")[2]
    assert person.name in main
    for link in ("/inbox", "/me/data", "/display", "/session/end"):
        assert f'"{link}' in main, link

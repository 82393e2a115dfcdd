"""When cached pages become new, who renders them, and what happens while something is away."""

import threading
import time
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from app.core.pages.content import touch_content, touch_shared_content
from app.core.platform import platform
from app.factory import create_app
from app.site import views
from app.site.cached_pages import layer, pages
from app.site.cached_pages.tests.conftest import change_zone, is_from_cache, publish
from tenants.changes import ChangeFeed
from tenants.context import Plane, scope
from tenants.database import db
from tests.fixtures.world import World

WITHIN = 1.0


def _seconds_until(clients, words: str) -> float:
    """How long until every client's home page says the words."""
    started = time.monotonic()
    while time.monotonic() - started < 5:
        if all(words in client.get("/").text for client in clients):
            return time.monotonic() - started
        time.sleep(0.02)
    pytest.fail(f"{words!r} did not appear in 5 s")


@pytest.fixture(scope="module")
def second_process(settings):
    """Another application over the same database: what it remembers is its own."""
    app = create_app(settings)
    yield app
    with app.app_context():
        db.engine.dispose()


def test_a_publish_is_seen_by_every_process_within_a_second(world, second_process, stories, another_process):
    zone = world.zone()
    person = world.member(zone)
    elsewhere = World(second_process)
    with second_process.app_context():
        clients = [
            world.client(zone),
            world.client(zone, person),
            elsewhere.client(zone),
            elsewhere.client(zone, person),
        ]
    for client in clients:
        assert is_from_cache(client.get("/"))
    for number in range(3):
        stories.tell(zone, f"told {number}")
        another_process()
        assert _seconds_until(clients, f"told {number}") < WITHIN
        publish(zone, slogan=f"slogan {number}")
        another_process()
        assert _seconds_until(clients, f"slogan {number}") < WITHIN


def test_who_publishes_sees_it_at_once(world, stories):
    zone = world.zone()
    client = world.client(zone)
    for number in range(5):
        stories.tell(zone, f"told {number}")
        assert f"told {number}" in client.get("/").text


def test_content_shared_with_other_zones_renews_their_pages_too(world, stories):
    zone, other = world.zone(), world.zone()
    client = world.client(other)
    client.get("/")
    stories.texts[other.slug] = "from the city"
    assert "from the city" not in client.get("/").text
    with scope(Plane.STAFF, zone=zone):
        touch_shared_content()
        touch_shared_content()
        db.session.commit()
    assert "from the city" in client.get("/").text


def test_content_of_one_zone_leaves_the_pages_of_others_alone(world, stories):
    zone, other = world.zone(), world.zone()
    client = world.client(other)
    client.get("/")
    stories.tell(zone, "here only")
    client.get("/")
    assert stories.told[other.slug] == 1


def test_a_change_that_is_rolled_back_renews_nothing(world, stories):
    zone = world.zone()
    client = world.client(zone)
    client.get("/")
    with scope(Plane.STAFF, zone=zone):
        touch_content()
        db.session.rollback()
    client.get("/")
    assert stories.told[zone.slug] == 1


def test_a_page_is_rendered_once_however_many_ask(world, stories, monkeypatch):
    zone = world.zone()
    slow = threading.Event()

    def tell_slowly(document):
        slow.wait(0.3)
        return stories(document)

    monkeypatch.setattr(views, "shown_blocks", tell_slowly)
    seen: list[str] = []
    for round_number in range(2):
        stories.tell(zone, f"round {round_number}")
        world.settle()  # news that arrives while a page is rendered rightly has it rendered once more
        threads = [threading.Thread(target=lambda: seen.append(world.client(zone).get("/").text)) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert stories.told[zone.slug] == round_number + 1
        assert len(seen) == 12 * (round_number + 1)


def test_while_a_page_is_rendered_anew_the_old_one_serves_for_a_moment(world, stories, monkeypatch):
    zone = world.zone()
    client = world.client(zone)
    stories.tell(zone, "old")
    client.get("/")
    stories.tell(zone, "new")
    gate = threading.Event()
    monkeypatch.setattr(views, "shown_blocks", lambda document: gate.wait(5) and stories(document))
    renderer = threading.Thread(target=lambda: world.client(zone).get("/"))
    renderer.start()
    time.sleep(0.1)
    assert "old" in client.get("/").text
    time.sleep(layer.OLD_PAGE_SERVES)
    threading.Timer(0.2, gate.set).start()
    assert "new" in client.get("/").text, "later ones wait for the new page"
    renderer.join()


def test_without_the_change_feed_flask_answers_and_memory_does_not(world, stories, monkeypatch):
    zone = world.zone()
    client = world.client(zone, world.member(zone))
    assert is_from_cache(client.get("/"))

    def unreadable(*_):
        raise OperationalError("feed", {}, Exception("away"))

    monkeypatch.setattr(ChangeFeed, "_read", unreadable)
    assert is_from_cache(client.get("/"))
    monkeypatch.setattr(ChangeFeed, "age", 2.1)
    assert not is_from_cache(client.get("/"))


def test_pages_are_answered_without_redis(settings, world, stories):
    app = create_app(replace(settings, redis_url="redis://127.0.0.1:1/0"))
    zone = world.zone()
    with app.app_context():
        elsewhere = World(app)
        clients = [elsewhere.client(zone), elsewhere.client(zone, world.member(zone))]
    for client in clients:
        stories.tell(zone, f"for {client}")
        assert f"story of {zone.slug}" in client.get("/").text
        assert is_from_cache(client.get("/"))
    with app.app_context():
        db.engine.dispose()


def test_a_page_that_is_old_is_rendered_anew_though_nothing_was_announced(world, stories, monkeypatch):
    monkeypatch.setattr(pages, "LONGEST_KEPT", 0.1)
    zone = world.zone()
    client = world.client(zone)
    client.get("/")
    stories.texts[zone.slug] = "the clock moved"
    time.sleep(0.1)
    assert "the clock moved" in client.get("/").text


def test_a_renamed_zone_shows_its_new_name_to_strangers_and_members(world, stories):
    zone = world.zone()
    clients = [world.client(zone), world.client(zone, world.member(zone))]
    for client in clients:
        client.get("/")
    change_zone(zone, name="改了名的专区")
    for client in clients:
        assert "改了名的专区" in client.get("/").text


def test_the_registry_is_asked_once_for_a_host(world, stories, monkeypatch):
    client = world.client(world.zone())
    client.get("/")
    monkeypatch.setattr(type(platform().registry), "by_host", lambda *_: pytest.fail("asked again"))
    assert is_from_cache(client.get("/"))

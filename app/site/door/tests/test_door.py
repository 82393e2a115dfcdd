"""What needs no thread waits for none, whatever the threads are at; what needs one is answered as a WSGI server would have it."""

import asyncio
import threading
import time
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from werkzeug.test import EnvironBuilder

from app.core.clock import now
from app.core.loops import the_loop
from app.core.uploads import uploads_of
from app.modules.events.kinds.claim import claiming
from app.modules.events.tests.fair import SOON, Fair
from app.site.door import bodies, door, threads
from app.site.door.environ import environ_of
from app.site.early_posts.layer import LEFT
from tenants.context import Plane, scope
from tenants.database import db
from tenants.errors import NeedsDatabase
from tenants.turns import take_turn
from tenants.waiting import in_steps
from tests.contracts.planting import connect_as_owner
from tests.fixtures.forms import csrf_token
from tests.fixtures.through_the_door import PATIENCE, Asked, Server, Wire, request_of, serving

THREADS = 2
PEOPLE, STOCK = 40, 30


class Held:
    """The layers, where whoever asks for `/held` keeps a thread until `go`."""

    def __init__(self, server: Server) -> None:
        self.go, self.is_there = threading.Event(), threading.Semaphore(0)
        self._pages = server.door._layers.pages
        self.find = self._pages.find
        server.door._layers = replace(server.door._layers, pages=self)  # type: ignore[arg-type]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] != "/held":
            return self._pages(environ, start_response)
        self.is_there.release()
        assert self.go.wait(PATIENCE)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"at last"]


@pytest.fixture
def server(app):
    with serving(app, THREADS) as made:
        yield made


@pytest.fixture
def held(server):
    made = Held(server)
    yield made
    made.go.set()


def asked(host: str, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> tuple[Asked, Wire]:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    made = EnvironBuilder(
        path, f"http://{host}", method=method, headers=named, input_stream=BytesIO(body), content_length=len(body)
    )
    return request_of(made.get_environ())


def keep_all_threads(server: Server, held: Held, host: str) -> list[Any]:
    answers = [server.begin(*asked(host, "/held")) for _ in range(THREADS)]
    for _ in answers:
        assert held.is_there.acquire(timeout=PATIENCE)
    return answers


# ── who waits for a thread ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_remembered_page_waits_for_no_thread_and_another_does(world, server, held):
    zone = world.zone()
    assert world.client(zone).get("/").status_code == 200
    kept = keep_all_threads(server, held, zone.host)
    first = server.begin(*asked(zone.host, "/"))()
    assert (first.status, b"".join(first.sent)[:15]) == (200, b"<!doctype html>")
    other = server.begin(*asked(zone.host, "/services"))
    server.door._layers.front.refresh()
    assert server.begin(*asked(zone.host, "/"))().status == 200
    held.go.set()
    assert [each().body for each in kept] == [b"at last"] * THREADS
    assert other().status == 200


def test_all_who_claim_at_one_moment_are_answered_while_all_threads_are_busy(world, server, held):
    zone = world.zone(modules=("events",))
    fair = Fair(zone, world)
    with time_machine.travel(now() - SOON):
        campaign_id = fair.announced(batch_id=fair.approved(stock=STOCK))
    buttons = [button(world, zone, campaign_id) for _ in range(PEOPLE)]
    server.door._layers.front.refresh()
    kept = keep_all_threads(server, held, zone.host)
    answered = [each() for each in [server.begin(*each) for each in buttons]]
    assert {each.status for each in answered} == {303}
    leads = [leads_to(each).rpartition("/")[2] for each in answered]
    assert sorted(leads.count(each) for each in set(leads)) == [PEOPLE - STOCK, STOCK]
    held.go.set()
    assert [each().body for each in kept] == [b"at last"] * THREADS
    assert len(fair.entrants(campaign_id)) == STOCK


def test_who_is_told_nothing_for_too_long_is_led_on_and_not_served_afterwards(world, settings, server, monkeypatch):
    zone = world.zone(modules=("events",))
    fair, served = Fair(zone, world), []
    with time_machine.travel(now() - SOON):
        campaign_id = fair.announced()
    early, late, last = (button(world, zone, campaign_id) for _ in range(3))

    def slowly(_subject, members):
        served.append(len(members))
        take_turn("held")
        return [claiming.Claimed.GOT for _ in members]

    monkeypatch.setattr(claiming._claims, "_do", slowly)
    with connect_as_owner(settings.database_owner_url) as owner:
        owner.execute("SELECT pg_advisory_lock(hashtextextended('held', 0))")
        first = server.begin(*early)
        while not served:
            time.sleep(0.001)
        monkeypatch.setattr(door, "LONGEST_WAIT", 0.05)
        answer = server.begin(*late)()
        assert (answer.status, leads_to(answer)) == (303, f"/events/claim/{campaign_id}/crowded")
        monkeypatch.undo()
        monkeypatch.setattr(claiming._claims, "_do", slowly)
    assert leads_to(first()) == leads_to(server.begin(*last)()) == f"/events/claim/{campaign_id}"
    assert served == [1, 1]


def test_what_was_refused_at_the_door_is_refused_once_more_by_its_view_and_not_thrice(world, server):
    zone = world.zone(modules=("events",))
    campaign_id = Fair(zone, world).announced()
    before = LEFT._value.get()
    assert server.begin(*button(world, zone, campaign_id))().status == 409, "it has not begun"
    assert LEFT._value.get() - before == 1


def test_the_servers_own_thread_waits_for_no_database(app, world, server):
    zone = world.zone()

    async def ask() -> None:
        with app.app_context(), scope(Plane.MEMBER, zone=zone):
            db.session.execute(select(1))

    with pytest.raises(NeedsDatabase):
        asyncio.run_coroutine_threadsafe(ask(), server.loop).result(PATIENCE)


def test_what_is_done_in_steps_in_the_servers_own_thread_may_ask_the_database(app, world, server):
    zone = world.zone()

    def ask() -> int:
        with app.app_context(), scope(Plane.MEMBER, zone=zone):
            return db.session.scalar(select(1))

    assert asyncio.run_coroutine_threadsafe(in_steps(ask), server.loop).result(PATIENCE) == 1


def test_groups_are_served_in_the_servers_own_thread(server):
    assert the_loop() is server.loop


# ── what is asked, and what a thread answers ─────────────────────────────────────────────────────────────────────────


def test_the_environment_says_what_was_received():
    received = [
        ("host", "a.test"), ("cookie", "a=1"), ("cookie", "b=2"), ("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "2.2.2.2"),
        ("content-type", "text/plain"), ("content-length", "3"), ("x_forwarded_for", "6.6.6.6"),
    ]  # fmt: skip
    environ = environ_of(Asked("POST", "/新闻", "q=%20", received, "https"))
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/新闻"
    assert (environ["QUERY_STRING"], environ["REMOTE_ADDR"], environ["SERVER_PORT"]) == ("q=%20", "127.0.0.1", "80")
    assert (environ["HTTP_COOKIE"], environ["HTTP_X_FORWARDED_FOR"]) == ("a=1; b=2", "1.1.1.1,2.2.2.2")
    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("text/plain", "3")
    assert environ["wsgi.url_scheme"] == "https"
    assert "HTTP_CONTENT_LENGTH" not in environ


@pytest.mark.parametrize("size", [0, 1, bodies.IN_MEMORY, bodies.IN_MEMORY + 1, 1_000_000])
@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_body_arrives_whole(server, size, is_chunked):
    server.door._layers = replace(server.door._layers, flask=echo)
    sent = bytes(range(256)) * (size // 256) + bytes(size % 256)
    asking, wire = asked("nowhere.test", "/", "POST", sent)
    if is_chunked:
        asking.received = [("host", "nowhere.test"), ("transfer-encoding", "chunked")]
    assert server.begin(asking, wire)().body == sent


def test_a_body_that_no_view_takes_is_not_read(server):
    server.door._layers = replace(server.door._layers, flask=echo)
    asking, wire = asked("nowhere.test", "/", "POST", b"x")
    asking.received = [("host", "nowhere.test"), ("content-length", str(server.door._longest + 1))]
    assert server.begin(asking, wire)().body == b""
    assert wire.read == 0


def test_of_a_body_that_does_not_say_how_long_it_is_no_more_is_read_than_any_view_takes(server):
    server.door._layers, server.door._longest = replace(server.door._layers, flask=echo), 2 * bodies.IN_MEMORY
    asking, wire = asked("nowhere.test", "/", "POST", b"x" * 4 * bodies.IN_MEMORY)
    asking.received = [("host", "nowhere.test"), ("transfer-encoding", "chunked")]
    read = len(server.begin(asking, wire)().body)
    assert read == wire.read
    assert 2 * bodies.IN_MEMORY < read < 3 * bodies.IN_MEMORY


def test_the_longest_body_is_that_of_the_view_that_takes_most(app, server):
    uploads = [found for view in app.view_functions.values() if (found := uploads_of(view))]
    assert server.door._longest == max(each.body_bytes for each in uploads)
    assert server.door._longest >= app.config["MAX_CONTENT_LENGTH"]


@pytest.mark.parametrize("pieces", [[], [b"one"], [b"a" * threads.PIECE, b"b"], [b"c" * 1_000] * 2_000], ids=len)
def test_an_answer_arrives_whole_and_is_closed(server, pieces):
    said = Said(pieces)
    server.door._layers = replace(server.door._layers, flask=said)
    wire = server.begin(*asked("nowhere.test", "/", "POST"))()
    assert (wire.status, wire.body) == (200, b"".join(pieces))
    assert all(len(each) <= 2 * threads.PIECE for each in wire.sent)
    assert said.is_closed


def test_an_answer_to_whom_nobody_listens_is_closed(server):
    said = Said([b"x" * threads.PIECE] * 5)
    server.door._layers = replace(server.door._layers, flask=said)
    asking, wire = asked("nowhere.test", "/", "POST")
    wire.hangs_up_after = 2
    server.begin(asking, wire)()
    assert said.is_closed
    assert len(wire.sent) == 3


def test_head_says_how_long_the_page_is_and_shows_none_of_it(world, server):
    zone = world.zone()
    whole, head = world.client(zone).get("/services"), world.client(zone).head("/services")
    assert (head.data, head.headers["Content-Length"]) == (b"", whole.headers["Content-Length"])


class Said:
    """An application that answers in pieces."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = iter(pieces)
        self.is_closed = False

    def __call__(self, _environ, start_response):
        start_response("200 OK", [("Content-Type", "text/plain")])
        return self

    def __iter__(self):
        return self._pieces

    def close(self) -> None:
        self.is_closed = True


def echo(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    return [environ["wsgi.input"].read()]


def leads_to(answer: Wire) -> str:
    return dict(answer.headers)["Location"]


def button(world, zone, campaign_id) -> tuple[Asked, Wire]:
    """What a member's button sends, who has been here before."""
    browser = world.client(zone, world.member(zone))
    assert browser.get("/me").status_code == 200
    token = csrf_token(browser)
    cookies = [browser.get_cookie(name, domain=zone.host.partition(":")[0]) for name in ("hall", "form")]
    return asked(zone.host, f"/events/claim/{campaign_id}", "POST", Origin=f"http://{zone.host}", X_CSRFToken=token,
                 Cookie="; ".join(f"{each.key}={each.value}" for each in cookies if each))  # fmt: skip

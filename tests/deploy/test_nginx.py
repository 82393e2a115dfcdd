"""The nginx of deploy/ before the real application under granian: hosts, static files, limits, and above all its cache."""

import os
import random
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.casework.papers import PAPERS
from app.core.clock import now
from app.core.config import Settings
from app.core.i18n import browser_locale
from app.core.images import MB
from app.factory import MOST_UPLOAD_BYTES
from app.identity.browser import nonce_cookie_name, session_cookie_name
from app.identity.models import Session
from app.identity.sessions import hash_token, new_token
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tests.deploy.edge import Answer, Edge, running_nginx
from tests.deploy.machine import ROOT, answers, free_port, require_program, running, wait_until
from tests.fixtures.world import Person, World

pytestmark = pytest.mark.slow
BASE = "hall.test"
PERSONAL_GUARD = '"~(^|[;,\\s])(__Host-|__Secure-|form|hall(?!_locale=|_text=))" 1;'
COOKIE_GUARD = 'hall_pages "hall_locale=$hall_locale; hall_text=$hall_text";'


@contextmanager
def serving(settings: Settings, folder: Path, *, careless: bool) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The application under granian as deploy/ starts it, behind one trusted proxy and HTTPS."""
    port = free_port()
    ours = replace(settings, scheme="https", trusted_proxies=1, port=port)
    argv = [sys.executable, "-m", "granian", "--interface", "rsgi", "--host", "127.0.0.1", "--port", str(port),
            "--no-ws", "--log-level", "warning", "tests.deploy.serving:door"]  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HALL_")}
    env = kept | ours.as_environ() | {"DEPLOY_TEST": "careless" if careless else ""}
    with running(argv, folder / f"web-{port}.out", env=env, cwd=ROOT) as process:
        wait_until(lambda: answers(port), "granian did not listen", patience=90, log=folder / f"web-{port}.out")
        yield port, process


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require_program("nginx", "openssl")
    return tmp_path_factory.mktemp("edge")


@pytest.fixture(scope="module")
def edge(city: World, settings: Settings, folder: Path) -> Iterator[Edge]:
    """nginx before an honest application."""
    (folder / "honest").mkdir()
    with serving(settings, folder, careless=False) as (port, _), running_nginx(folder / "honest", BASE, [port]) as edge:
        yield edge


@pytest.fixture(scope="module")
def careless(city: World, settings: Settings, folder: Path) -> Iterator[Edge]:
    """nginx before an application that offers even personal pages for keeping."""
    (folder / "careless").mkdir()
    with (
        serving(settings, folder, careless=True) as (port, _),
        running_nginx(folder / "careless", BASE, [port]) as edge,
    ):
        yield edge


def sign_in(zone: ZoneFacts, person: Person) -> dict[str, str]:
    """The Cookie header of a browser in which the person is signed in."""
    token = new_token()
    with scope(Plane.IDENTITY):
        expires_at = now() + timedelta(hours=1)
        db.session.add(
            Session(token_hash=hash_token(token), account_id=person.account_id, host=zone.host,
                    second_factor_at=now(), expires_at=expires_at)
        )  # fmt: skip
        db.session.commit()
    return {"Cookie": f"{session_cookie_name('https')}={token}"}


# ── hosts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_stranger_host_gets_neither_page_nor_certificate(edge: Edge) -> None:
    with pytest.raises(ssl.SSLError):
        edge.ask("stranger.example", "/")


def test_a_stranger_host_behind_a_known_name_is_hung_up_on(edge: Edge) -> None:
    with pytest.raises((ConnectionError, ssl.SSLError, OSError)):
        edge.ask("stranger.example", "/", sni=f"id.{BASE}")


def test_a_stranger_host_on_port_80_is_hung_up_on(edge: Edge) -> None:
    with pytest.raises((ConnectionError, OSError)):
        edge.ask_plainly("stranger.example")


def test_plain_http_moves_to_https_on_the_same_host(edge: Edge) -> None:
    answer = edge.ask_plainly(f"xiashan.{BASE}", "/news/?page=2")
    assert answer.status == 301
    assert answer.headers["location"] == f"https://xiashan.{BASE}/news/?page=2"


def test_a_zone_that_does_not_exist_is_the_applications_404(edge: Edge) -> None:
    assert edge.ask(f"nobody-here.{BASE}").status == 404


def test_the_application_hears_of_the_visitor_from_nginx_alone(edge: Edge) -> None:
    lies = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example",
            "Forwarded": "for=6.6.6.6"}  # fmt: skip
    seen = edge.ask(f"id.{BASE}", "/__seen", headers=lies).text
    assert '"address":"127.0.0.1"' in seen.replace(" ", "")
    assert '"is_secure":true' in seen.replace(" ", "")
    assert "6.6.6.6" not in seen
    assert "evil.example" not in seen


def test_security_headers_of_the_application_arrive(edge: Edge) -> None:
    headers = edge.ask(f"id.{BASE}", "/sign-in").headers
    assert "max-age=" in headers["strict-transport-security"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "/" not in headers["server"]


# ── static files ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/static/css/hall.css", "/themes/harbor/theme.css"])
def test_static_files_come_from_the_disk_and_are_kept_for_a_year(edge: Edge, path: str) -> None:
    versioned = edge.ask(f"id.{BASE}", f"{path}?v=0123456789", headers={"Accept-Encoding": "gzip"})
    assert versioned.status == 200
    assert versioned.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert versioned.headers["content-encoding"] == "gzip"
    assert versioned.headers["content-type"].startswith("text/css")
    assert not versioned.rendering
    assert edge.ask(f"id.{BASE}", path).headers["cache-control"] == "public, max-age=300"


@pytest.mark.parametrize(
    "path",
    [
        "/themes/harbor/../theme.toml",
        "/themes/harbor/..%2ftheme.toml",
        "/themes/harbor/%2e%2e/theme.toml",
        "/themes/harbor/..%2f..%2f..%2fwsgi.py",
        "/themes/..%2f/pyproject.toml",
        "/static/../factory.py",
        "/static/..%2ffactory.py",
        "/static../factory.py",
        "/unionhall-pages/away.html",
    ],
)
def test_nothing_but_static_files_leaves_the_checkout(edge: Edge, path: str) -> None:
    answer = edge.ask(f"id.{BASE}", path)
    assert answer.status in (400, 404)
    assert "import" not in answer.text
    assert "slug =" not in answer.text


def test_pictures_are_not_compressed_again(edge: Edge) -> None:
    answer = edge.ask(f"id.{BASE}", "/themes/harbor/banner.webp?v=1", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-type"] == "image/webp"
    assert "content-encoding" not in answer.headers


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_flood_of_sign_ins_is_slowed_and_reading_is_not(edge: Edge) -> None:
    with ThreadPoolExecutor(8) as pool:
        posts = list(pool.map(lambda _: edge.ask(f"id.{BASE}", "/sign-in", method="POST", body=b""), range(80)))
        reads = list(pool.map(lambda _: edge.ask(f"id.{BASE}", "/sign-in"), range(80)))
    refused = [answer for answer in posts if answer.status == 429]
    assert len(refused) >= 20
    assert "操作太频繁" in refused[0].text
    assert {answer.status for answer in reads} == {200}


def announce(edge: Edge, path: str, megabytes: int) -> str:
    """The answer to a body that is announced and not sent: nginx either asks for it (100) or refuses it in its own words."""
    with socket.create_connection(("127.0.0.1", edge.https_port)) as plain:
        context = ssl._create_unverified_context()  # noqa: S323 - our own nginx
        with context.wrap_socket(plain, server_hostname=f"id.{BASE}") as tls:
            lines = [
                f"POST {path} HTTP/1.1",
                f"Host: id.{BASE}",
                f"Content-Length: {megabytes * MB}",
                "Expect: 100-continue",
            ]
            tls.sendall("\r\n".join([*lines, "", ""]).encode())
            answer = b""
            while b"</html>" not in answer and b" 100 " not in answer and (part := tls.recv(65536)):
                answer += part
    return answer.decode()


def test_a_body_past_the_limit_of_its_form_is_refused_in_words(edge: Edge) -> None:
    house, papers = MOST_UPLOAD_BYTES // MB, PAPERS.body_bytes // MB
    for path, limit in (("/x", house), ("/help/apply/hardship", papers)):
        answer = announce(edge, path, limit + 2)
        assert " 413 " in answer.splitlines()[0], path
        assert f"{house} MB" in answer
        assert f"{papers} MB" in answer
        assert "返回" in answer
        assert "one step back" in answer
        assert " 100 " in announce(edge, path, limit), path


# ── the cache ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_cookie_the_application_sets_makes_a_request_personal(careless: Edge, world: World) -> None:
    zone = world.zone()
    names = {session_cookie_name("https"), session_cookie_name("http"), nonce_cookie_name("https"),
             nonce_cookie_name("http"), "__Host-form", "form", "hall_something_new"}  # fmt: skip
    assert careless.ask(zone.host).cache == "MISS"
    for name in names:
        for cookie in (
            f"{name}=x",
            f"a=b; {name}=x",
            f"a=b;{name}=x",
            f"hall_text=large; {name}=x",
            f"a=b;\t{name} =x",
        ):
            assert not careless.ask(zone.host, headers={"Cookie": cookie}).cache, cookie
    assert not careless.ask(zone.host, headers=[("Cookie", "a=b"), ("Cookie", "__Host-hall=x")]).cache
    assert not careless.ask(zone.host, headers={"Authorization": "Bearer x"}).cache
    assert not careless.ask(zone.host, headers={"HX-Request": "true"}).cache
    assert not careless.ask(zone.host, method="POST", body=b"").cache


def test_a_cookie_of_somebody_else_neither_hinders_keeping_nor_reaches_the_application(
    careless: Edge, world: World
) -> None:
    zone = world.zone()
    careless.ask(zone.host)
    assert careless.ask(zone.host, headers={"Cookie": "analytics=1; hall_text=normal"}).cache in ("HIT", "EXPIRED")
    seen = careless.ask(zone.host, "/__seen?1", headers={"Cookie": "analytics=7; hall_text=large"}).text
    assert "analytics" not in seen
    assert "hall_text=large" in seen


Ask = Callable[[Edge], Answer]


def crowd(world: World, zones: list[ZoneFacts]) -> list[tuple[str, Ask, str, list[str]]]:
    """(who, how they ask, what their page must hold, what it must not) for everybody in two zones."""
    people = [(zone, world.member(zone, name=f"本人{index}号姓名")) for index, zone in enumerate(zones * 2)]
    names = [person.name for _, person in people]
    asks: list[tuple[str, Ask, str, list[str]]] = []
    for zone in zones:
        others = [each.name for each in zones if each is not zone]
        asks.append(("visitor", lambda edge, zone=zone: edge.ask(zone.host), zone.name, [*others, *names]))
        for owner, person in people:
            if owner is not zone:
                continue
            headers = sign_in(zone, person)
            forbidden = [*others, *(name for name in names if name != person.name)]
            ask = lambda edge, zone=zone, headers=headers: edge.ask(zone.host, "/me/data", headers=headers)  # noqa: E731
            asks.append((person.name, ask, person.name, forbidden))
            ask = lambda edge, zone=zone, headers=headers: edge.ask(zone.host, headers=headers)  # noqa: E731
            asks.append((person.name, ask, zone.name, forbidden))
        visits = lambda edge, zone=zone: edge.ask(zone.host, "/me/data")  # noqa: E731
        asks.append(("visitor", visits, "", [*others, *names]))
    return asks


def leaks(edge: Edge, asks: list[tuple[str, Ask, str, list[str]]], times: int = 60) -> tuple[list[str], int]:
    """What went to the wrong reader when all ask in a random order at once; and how many answers came from the cache."""
    order = asks * times
    random.Random(7).shuffle(order)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda each: each[1](edge), order))
    found = []
    for (who, _, wanted, forbidden), answer in zip(order, answers, strict=True):
        assert answer.status in (200, 302), answer.text[:300]
        found += [f"{who} saw {word}" for word in forbidden if word in answer.text]
        if answer.status == 200 and wanted and wanted not in answer.text:
            found.append(f"{who} did not see {wanted}")
    return found, sum(answer.cache in ("HIT", "UPDATING", "STALE") for answer in answers)


def test_no_page_reaches_the_wrong_reader_when_all_ask_at_once(careless: Edge, world: World) -> None:
    asks = crowd(world, [world.zone(), world.zone()])
    found, kept = leaks(careless, asks)
    assert found == []
    assert kept > 30


@pytest.mark.parametrize(
    ("without", "leaking"), [([PERSONAL_GUARD], False), ([COOKIE_GUARD], False), ([PERSONAL_GUARD, COOKIE_GUARD], True)]
)
def test_the_same_crowd_is_safe_behind_either_guard_and_leaks_without_both(
    world: World, settings: Settings, folder: Path, without: list[str], leaking: bool
) -> None:
    asks = crowd(world, [world.zone(), world.zone()])
    home = folder / f"without-{len(without)}-{without[0][0].isalpha()}"
    home.mkdir()
    with (
        serving(settings, home, careless=True) as (port, _),
        running_nginx(home, BASE, [port], without=without) as weakened,
    ):
        found, _ = leaks(weakened, asks, times=20)
    assert bool(found) is leaking


def test_what_the_application_keeps_to_itself_is_never_kept(edge: Edge, world: World) -> None:
    zone = world.zone()
    member = world.member(zone)
    for path, headers in (
        ("/me", sign_in(zone, member)),
        ("/session/begin", {}),
        (f"/look/{zone.revision_id}.css", {}),
    ):
        answers = [edge.ask(zone.host, path, headers=headers) for _ in range(3)]
        assert len({answer.rendering for answer in answers}) == 3, path


def test_a_page_is_kept_for_each_language_text_size_and_encoding(careless: Edge, world: World) -> None:
    zone = world.zone()
    kinds = [
        {"Accept-Language": "zh-CN,zh;q=0.9"},
        {"Accept-Language": "en-US,en;q=0.9"},
        {"Accept-Language": "zh-CN", "Cookie": "hall_locale=en"},
        {"Accept-Language": "en", "Cookie": "hall_locale=zh_CN"},
        {"Cookie": "hall_text=large"},
        {"Cookie": "hall_text=large; hall_locale=en"},
        {"Accept-Encoding": "gzip"},
    ]
    expected = ["zh", "en", "en", "zh", "zh", "en", ""]
    for _ in range(3):
        for headers, language in zip(kinds, expected, strict=True):
            answer = careless.ask(zone.host, headers=headers)
            if language:
                assert re.search(rf'<html[^>]*lang="{language}', answer.text), headers
                assert ("large" in answer.text.split("<head")[0]) == ("large" in headers.get("Cookie", "")), headers
            else:
                assert answer.headers["content-encoding"] == "gzip"


def test_nginx_and_the_application_read_a_browsers_language_alike(careless: Edge, world: World) -> None:
    zone = world.zone()
    for asked in (
        "", "zh-CN", "zh-CN,zh;q=0.9", "zh-CN,zh;q=0.9,en-US;q=0.8,en;q=0.7", "zh", "zh,en", "zh-CN,en", "en", "en-US",
        "en-GB,en;q=0.9", "en-US,en;q=0.5", "en,zh-CN", "en-US,en;q=0.9,zh-CN;q=0.8", "fr", "zh-TW,en;q=0.8", "zh-HK",
        "en;q=0.1,zh;q=0.9", "*", "ja,zh-CN;q=0.5", "en-US,zh;q=1", "zh-CN;q=0.1,en", "ZH-CN", "EN",
    ):  # fmt: skip
        language = "en" if browser_locale(asked) == "en" else "zh"
        for _ in range(2):
            answer = careless.ask(zone.host, headers={"Accept-Language": asked} if asked else {})
            assert re.search(rf'<html[^>]*lang="{language}', answer.text), asked


def test_a_rush_on_one_page_is_one_rendering_a_second(careless: Edge, world: World) -> None:
    zone = world.zone()
    careless.ask(zone.host)
    started = time.monotonic()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: careless.ask(zone.host), range(400)))
    seconds = time.monotonic() - started
    assert len({answer.rendering for answer in answers}) <= seconds + 2


def test_a_page_is_asked_for_anew_when_its_second_is_over(careless: Edge, world: World) -> None:
    zone = world.zone()
    careless.ask(zone.host)
    time.sleep(2.1)  # nginx counts whole seconds: what is good for one is old after less than two
    assert careless.ask(zone.host).cache in ("EXPIRED", "REVALIDATED")


def test_visitors_read_on_while_the_application_is_away_and_members_are_told(
    world: World, settings: Settings, folder: Path
) -> None:
    zone = world.zone()
    (folder / "away").mkdir()
    with (
        serving(settings, folder, careless=True) as (port, process),
        running_nginx(folder / "away", BASE, [port]) as edge,
    ):
        page = edge.ask(zone.host)
        process.send_signal(signal.SIGTERM)
        process.wait(15)
        time.sleep(1.2)
        assert edge.ask(zone.host).text == page.text
        told = edge.ask(zone.host, "/me", headers={"Cookie": "__Host-hall=x"})
        assert told.status == 502
        assert "暂时无法访问" in told.text
        assert told.headers["cache-control"] == "no-store"

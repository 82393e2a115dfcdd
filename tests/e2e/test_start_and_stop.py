"""Starting, stopping and being killed: what one command promises."""

import http.client
import json
import os
import re
import signal
import threading
import urllib.request
from contextlib import closing, suppress
from urllib.parse import urlencode
from uuid import UUID

import pytest

from app.core.config import load_settings
from app.core.platform import platform
from app.core.running import with_running_servers
from app.factory import create_app
from app.members.audience import Audience
from app.notifications import broadcasting
from app.notifications.kinds import SMS
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.e2e.inside import (
    PROCESSES,
    children,
    fingerprint,
    hand_over,
    is_alive,
    is_ready,
    no_campaign_opens_soon,
    owner,
    pid_of,
    state_of,
    wait_until,
)
from tests.e2e.installation import Installation

pytestmark = [pytest.mark.slow, pytest.mark.kill]


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """An installation that the tests here may ill-treat."""
    mine = Installation(tmp_path_factory.mktemp("killed") / "var")
    mine.start()
    wait_until(lambda: no_campaign_opens_soon(mine), "the demo's campaigns are open", seconds=180)
    yield mine
    if mine.process and mine.process.poll() is None:
        mine.stop()


def last_line(installation: Installation) -> str:
    return installation.log.read_text().splitlines()[-1]


def look_at(url: str) -> dict[str, int]:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.load(answer)


def send_by_sms(installation: Installation, account_id: UUID) -> UUID:
    """A notice by SMS to all members of xiashan, as its staff send it."""
    app = create_app(with_running_servers(load_settings(installation.environment)))
    broadcast_id, actor = uuid7(), Actor(account_id, name="管理员")
    with app.app_context():
        with scope(Plane.MEMBER):
            zone = platform().registry.by_slug("xiashan")
            db.session.commit()
        with scope(Plane.STAFF, zone=zone, actor=actor):
            broadcasting.compose(
                actor, broadcast_id, title="停水", body="明天停水。", channels=[SMS], audience=Audience()
            )
            broadcasting.send(actor, broadcast_id)
            db.session.commit()
        db.engine.dispose()
    return broadcast_id


def kill(*pids: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_it_serves_says_so_last_of_all_and_names_its_personas(own):
    assert is_ready(own)
    assert last_line(own) == f"ready: http://localhost:{own.port}/"
    demo = own.demo()
    assert {"city_admin", "zone_admin:xiashan", "caseworker:xiashan", "member:xiashan"} <= demo["personas"].keys()
    assert {zone["slug"] for zone in demo["zones"]} >= {"haicheng", "xiashan", "potou"}


@pytest.mark.parametrize("same_port", [False, True], ids=["another port", "the same port"])
def test_a_second_instance_on_the_same_directory_is_told_about_the_first(own, same_port):
    assert own.process
    second = Installation(own.var, port=own.port if same_port else 0)
    said = second.refuse().strip()
    assert said == (
        f"Unionhall is already running on {own.var} (process {own.process.pid}): "
        "stop it, or give this one its own directory with HALL_VAR."
    )
    assert is_ready(own)


def test_a_taken_port_says_one_sentence(own, tmp_path):
    said = Installation(tmp_path / "var", port=own.port).refuse().strip()
    assert said == f"Port {own.port} is taken by another program: stop it, or choose another one with HALL_PORT."


@pytest.mark.parametrize("name", PROCESSES)
def test_a_killed_process_comes_back_and_nothing_is_lost(own, name):
    before, first = fingerprint(own), pid_of(own, name)
    assert first
    kill(first)
    wait_until(lambda: (pid_of(own, name) or first) != first, f"{name} has a new process")
    wait_until(lambda: is_ready(own), "all of it is ready again")
    key = hand_over(own)
    wait_until(lambda: state_of(own, key) == "done", "an event handed over afterwards is done")
    assert fingerprint(own) == before


def test_everything_killed_at_once_comes_back(own):
    assert own.process
    before, first = fingerprint(own), {name: pid_of(own, name) for name in PROCESSES}
    kill(*children(own.process.pid))
    wait_until(lambda: all(pid_of(own, name) not in (None, first[name]) for name in PROCESSES), "all have come back")
    wait_until(lambda: is_ready(own), "all of it is ready again")
    key = hand_over(own)
    wait_until(lambda: state_of(own, key) == "done", "an event handed over afterwards is done")
    assert fingerprint(own) == before


def exchange(port: int, method: str, path: str, headers: dict[str, str], body: str = "") -> tuple[int, str, str]:
    """Status, cookies and text of an answer; raises what the socket raises."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request(method, path, body or None, headers)
        with connection.getresponse() as answer:
            cookies = [line.partition(";")[0] for line in answer.headers.get_all("Set-Cookie", [])]
            return answer.status, "; ".join(cookies), answer.read().decode()


def test_a_web_process_killed_in_the_middle_of_a_request_leaves_nothing_half_done(own):
    host, persona = f"id.localhost:{own.port}", own.demo()["personas"]["member:xiashan"]
    _, cookie, form = exchange(own.port, "GET", "/sign-in/password", {"Host": host})
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token
    typed = {"csrf_token": token[1], "phone": persona["phone"], "password": persona["password"]}
    headers = {"Host": host, "Cookie": cookie, "Origin": f"http://{host}",
               "Content-Type": "application/x-www-form-urlencoded"}  # fmt: skip
    fates: list[str] = []

    def sign_in() -> None:
        try:
            fates.append(str(exchange(own.port, "POST", "/sign-in/password", headers, urlencode(typed))[0]))
        except OSError as fault:
            fates.append(type(fault).__name__)

    count = "SELECT count(*) FROM sessions"
    with owner(own) as connection, connection.transaction():
        before = connection.execute(count).fetchone()
        connection.execute("LOCK TABLE sessions IN SHARE ROW EXCLUSIVE MODE")
        asking = threading.Thread(target=sign_in)
        asking.start()
        waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'sessions'::regclass"
        wait_until(lambda: connection.execute(waiting).fetchone(), "the request is in the middle of its writing", 120)
        web = pid_of(own, "web")
        assert web
        kill(*children(web), web)
        asking.join()
    assert fates in (["RemoteDisconnected"], ["ConnectionResetError"])
    wait_until(lambda: is_ready(own), "the web server is back")
    with owner(own) as connection:
        assert connection.execute(count).fetchone() == before
    sign_in()
    assert fates[-1] in ("302", "303")


def test_killed_altogether_it_recovers_with_everything_there(own):
    assert own.process
    before = fingerprint(own)
    kill(own.process.pid, *children(own.process.pid))
    own.process.wait()
    own.start()
    assert fingerprint(own) == before


def test_killed_alone_the_command_starts_again_on_its_port_at_once(own):
    assert own.process
    before = fingerprint(own)
    kill(own.process.pid)
    own.process.wait()
    own.start()
    assert is_ready(own)
    assert fingerprint(own) == before


def test_a_second_start_on_another_port_names_the_new_addresses_and_the_old_passwords(own):
    before = own.demo()
    own.stop()
    moved = Installation(own.var)
    moved.start()
    demo = moved.demo()
    assert demo["base_domain"] == f"localhost:{moved.port}"
    for key, persona in demo["personas"].items():
        old = before["personas"][key]
        assert persona["start"] == old["start"].replace(f":{own.port}/", f":{moved.port}/")
        assert persona["start"] in moved.log.read_text()
        assert {**persona, "start": ""} == {**old, "start": ""}
    moved.stop()
    own.start()


def test_sigterm_in_the_middle_of_a_broadcast_ends_everything_in_time_and_nobody_is_left_out(own):
    order = json.dumps({"kind": "slow", "count": 1, "seconds": 5}).encode()
    with urllib.request.urlopen(f"http://127.0.0.1:{own.sandbox_port}/admin/faults", data=order) as answer:
        assert answer.status == 200
    with owner(own) as connection:
        staff = connection.execute("SELECT account_id FROM role_grants WHERE role = 'zone_admin' LIMIT 1").fetchone()
    assert staff
    broadcast_id = send_by_sms(own, staff[0])
    delivery = "SELECT count(*) FILTER (WHERE state = 'accepted'), count(*) FROM notifications_deliveries WHERE broadcast_id = %s"
    calls = f"http://127.0.0.1:{own.sandbox_port}/stats"
    wait_until(lambda: look_at(calls).get("sms_calls"), "the provider is being asked")
    below = children(own.process.pid)
    assert own.stop() < 10
    assert [pid for pid in below if is_alive(pid)] == []
    own.start()

    def all_accepted() -> bool:
        with owner(own) as connection:
            accepted, everybody = connection.execute(delivery, [broadcast_id]).fetchone() or (0, 0)
        return accepted == everybody == 60

    wait_until(all_accepted, "everybody has been sent to once", 90)


def test_sigterm_ends_everything_within_ten_seconds(own):
    assert own.process
    below = children(own.process.pid)
    assert own.stop() < 10
    assert [pid for pid in below if is_alive(pid)] == []
    assert own.process.returncode == 0


def test_an_own_city_is_left_alone_when_the_demo_is_asked_for(tmp_path):
    plain = Installation(tmp_path / "var", settings={"HALL_DEMO": "0"})
    plain.start()
    assert "The demo city" not in plain.log.read_text()
    sheet = tmp_path / "unions.csv"
    sheet.write_text("工会名称,类型,上级工会\n望海市总工会,市,\n", encoding="utf-8")
    assert plain.command("unions", "import", str(sheet)).returncode == 0
    before = fingerprint(plain)
    plain.stop()
    with_demo = Installation(plain.var)
    with_demo.start()
    said = with_demo.log.read_text()
    assert "HALL_DEMO is set, but the database holds a city of its own: the demo city is left out." in said
    assert "Traceback" not in said
    assert last_line(with_demo).startswith("ready: ")
    assert fingerprint(with_demo) == before
    assert not (plain.var / "demo.json").exists()
    with_demo.stop()

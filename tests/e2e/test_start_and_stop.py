"""Starting, stopping and being killed: what one command promises."""

import os
import re
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from tests.e2e.installation import Installation

pytestmark = [pytest.mark.slow, pytest.mark.kill]


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """An installation that the tests here may ill-treat."""
    mine = Installation(tmp_path_factory.mktemp("killed") / "var")
    mine.start()
    yield mine
    if mine.process and mine.process.poll() is None:
        mine.stop()


def answers(installation: Installation, path: str = "/readyz") -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{installation.port}{path}", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def children(pid: int) -> list[int]:
    """All processes below one."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    below: dict[int, list[int]] = {}
    for line in listed.splitlines():
        child, parent = map(int, line.split())
        below.setdefault(parent, []).append(child)
    found, waiting = [], [pid]
    while waiting:
        waiting += below.get(waiting[0], [])
        found += below.get(waiting.pop(0), [])
    return found


def test_it_serves_says_so_and_names_its_personas(own):
    assert answers(own)
    assert re.search(r"^ready: http://localhost:\d+/$", own.log.read_text(), re.MULTILINE)
    demo = own.demo()
    assert {"city_admin", "zone_admin:xiashan", "member:xiashan"} <= demo["personas"].keys()
    assert {zone["slug"] for zone in demo["zones"]} >= {"haicheng", "xiashan", "potou"}


def test_a_second_instance_on_the_same_directory_says_one_sentence(own):
    second = Installation(own.var)
    with pytest.raises(AssertionError) as said:
        second.start()
    assert "Traceback" not in str(said.value)


def test_a_taken_port_says_one_sentence(own, tmp_path):
    other = Installation(tmp_path / "var", settings={"HALL_PORT": str(own.port)})
    with pytest.raises(AssertionError) as said:
        other.start()
    assert f"Port {own.port} is taken" in str(said.value)
    assert "Traceback" not in str(said.value)


def test_every_process_killed_comes_back(own):
    assert own.process
    for pid in children(own.process.pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline and not answers(own):
        time.sleep(0.3)
    assert answers(own), own.log.read_text()[-3000:]


def test_killed_altogether_it_recovers_with_everything_there(own):
    assert own.process
    before = own.command("zones", "list", "--json").stdout
    assert before.count("\n") >= 5
    doomed = [own.process.pid, *children(own.process.pid)]
    for pid in doomed:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    own.process.wait()
    own.start()
    assert own.command("zones", "list", "--json").stdout == before


def test_sigterm_ends_everything_within_ten_seconds(own):
    assert own.process
    below = children(own.process.pid)
    assert own.stop() < 10
    assert [pid for pid in below if Path(f"/proc/{pid}").exists() and "Z" not in _state(pid)] == []


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "Z"

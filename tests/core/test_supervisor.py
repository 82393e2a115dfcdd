"""Processes under supervision: real ones, killed for real."""

import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.config import CHECKOUT, StartupError
from app.core.embedded import EmbeddedServers
from app.core.jobs.worker import LAST_MOMENT
from app.core.supervisor import GRACE, ProcessSpec, Supervisor, port_is_free, require_free_port

SLEEP = ["/bin/sh", "-c", "echo up; exec sleep 600"]

STUBBORN = """
import sys
from app.core.supervisor import ProcessSpec, Supervisor
shell = "trap '' TERM; sleep 600 & echo $$ $! > " + sys.argv[1] + "; while :; do sleep 1; done"
Supervisor([ProcessSpec("stubborn", ["/bin/sh", "-c", shell])]).run(lambda: print("ready", flush=True))
"""
POLITE = STUBBORN.replace("trap '' TERM; ", "")


def wait_for(condition: Callable[[], object], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def supervise(supervisor: Supervisor, then: Callable[[], None] = lambda: None) -> None:
    """Run until ready, do `then` beside it, and end."""

    def act() -> None:
        try:
            then()
        except BaseException as error:  # noqa: BLE001 - handed to the test below
            failures.append(error)
        finally:
            supervisor.stop()

    failures: list[BaseException] = []
    actor = threading.Thread(target=act)
    supervisor.run(actor.start)
    actor.join()
    if failures:
        raise failures[0]


def test_every_line_carries_the_name_of_who_said_it() -> None:
    out = io.StringIO()
    talk = ProcessSpec("web", ["/bin/sh", "-c", "echo $GREETING; echo 出错 >&2; exec sleep 600"], {"GREETING": "hello"})
    supervisor = Supervisor([talk, ProcessSpec("worker", SLEEP)], out=out)
    supervise(supervisor, lambda: wait_for(lambda: "出错" in out.getvalue()))
    assert "web    | hello\n" in out.getvalue()
    assert "web    | 出错\n" in out.getvalue()


def test_it_is_ready_when_every_process_is(tmp_path: Path) -> None:
    flag = tmp_path / "serving"
    slow = ProcessSpec("slow", ["/bin/sh", "-c", f"sleep 0.3; touch {flag}; exec sleep 600"], ready=flag.exists)
    announced: list[bool] = []
    supervisor = Supervisor([slow, ProcessSpec("other", SLEEP)], out=io.StringIO())

    def announce() -> None:
        announced.append(flag.exists())
        supervisor.stop()

    supervisor.run(announce)
    assert announced == [True]


def test_one_that_follows_is_started_when_the_others_serve_and_not_waited_for(tmp_path: Path) -> None:
    out, seen = io.StringIO(), []
    serving, let_go = tmp_path / "serving", tmp_path / "go"
    slow = ProcessSpec("web", ["/bin/sh", "-c", f"sleep 0.3; touch {serving}; exec sleep 600"], ready=serving.exists)
    shell = f"[ -e {serving} ] || exit 1; until [ -e {let_go} ]; do sleep 0.05; done; echo worker started; echo 好了; exec sleep 600"
    worker = ProcessSpec("worker", ["/bin/sh", "-c", shell], follows=True, greeting="worker started")
    supervisor = Supervisor([worker, slow], out=out)

    def look() -> None:
        seen.append(supervisor.processes[0].poll())
        let_go.touch()
        wait_for(lambda: "好了" in out.getvalue())

    supervise(supervisor, look)
    assert seen == [None], "it was not running when all was announced"
    assert out.getvalue() == "worker | 好了\n", (
        "its greeting came through, or it fell because the others did not serve yet"
    )


def test_the_supervisor_waits_longer_than_a_worker_takes_to_give_its_work_back() -> None:
    assert LAST_MOMENT < GRACE


def test_a_port_that_is_being_given_back_is_waited_for() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        other = threading.Timer(0.3, taken.close)
        other.start()
        require_free_port(port, patience=10)
        other.join()


@pytest.mark.kill
def test_a_killed_process_is_started_again() -> None:
    out = io.StringIO()
    supervisor = Supervisor([ProcessSpec("web", SLEEP)], out=out)
    (web,) = supervisor.processes

    def kill() -> None:
        first = web.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: web.pid != first and web.is_ready())

    supervise(supervisor, kill)
    assert "web was ended by SIGKILL; starting it again in 0.2 s." in out.getvalue()


def test_a_process_that_may_end_is_left_alone(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    once = ProcessSpec("once", ["/bin/sh", "-c", f"echo ran >> {marks}"], restart=False)
    out = io.StringIO()
    supervisor = Supervisor([once, ProcessSpec("web", SLEEP)], out=out)
    supervise(supervisor, lambda: wait_for(lambda: "once ended." in out.getvalue()))
    assert marks.read_text() == "ran\n"


def test_a_process_that_never_serves_ends_the_start_with_one_sentence() -> None:
    out = io.StringIO()
    with pytest.raises(StartupError, match="web ended with status 3 4 times and never served"):
        Supervisor([ProcessSpec("web", ["/bin/sh", "-c", "exit 3"])], out=out).run()


def test_a_program_that_does_not_exist_is_one_sentence() -> None:
    with pytest.raises(StartupError, match="there is no program no-such-program"):
        Supervisor([ProcessSpec("web", ["no-such-program"])], out=io.StringIO()).run()


def start_program(code: str, pids: Path) -> "subprocess.Popen[str]":
    """A supervisor in a process of its own, once it is ready; its child notes its own and its grandchild's pid."""
    process = subprocess.Popen([sys.executable, "-c", code, str(pids)], stdout=subprocess.PIPE, text=True, cwd=CHECKOUT)
    assert process.stdout is not None
    with process.stdout as output:
        assert output.readline() == "ready\n"
    wait_for(lambda: pids.exists() and pids.read_text())
    return process


def test_ctrl_c_ends_everything(tmp_path: Path) -> None:
    process = start_program(POLITE, tmp_path / "pids")
    process.send_signal(signal.SIGINT)
    assert process.wait(5) == 0
    assert not any(is_alive(int(pid)) for pid in (tmp_path / "pids").read_text().split())


@pytest.mark.kill
def test_everything_is_down_within_ten_seconds_even_what_refuses(tmp_path: Path) -> None:
    process = start_program(STUBBORN, tmp_path / "pids")
    process.terminate()
    assert process.wait(10) == 0
    assert not any(is_alive(int(pid)) for pid in (tmp_path / "pids").read_text().split())


@pytest.mark.kill
def test_children_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    process = start_program(POLITE, tmp_path / "pids")
    child, grandchild = map(int, (tmp_path / "pids").read_text().split())
    process.kill()
    process.wait()
    wait_for(lambda: not is_alive(child))
    os.kill(grandchild, signal.SIGKILL)  # what a child leaves in the background is its own business


@pytest.mark.kill
def test_a_killed_server_comes_back_while_the_rest_goes_on(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path, fast=True) as servers:
        supervisor = Supervisor([ProcessSpec("web", SLEEP)], servers=servers.running, out=io.StringIO())
        (web,) = supervisor.processes

        def kill_servers() -> None:
            before = web.pid
            for server in servers.running:
                first = server.pid
                assert first is not None
                os.kill(first, signal.SIGKILL)
                wait_for(lambda server=server, first=first: server.pid != first and server.is_ready())
            servers.addresses.check()
            assert web.pid == before

        supervise(supervisor, kill_servers)
        assert all(server.poll() is not None for server in servers.running)


def test_a_taken_port_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not port_is_free(port)
        with pytest.raises(StartupError, match=f"Port {port} is taken by another program"):
            require_free_port(port)
    require_free_port(port)

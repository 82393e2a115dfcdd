"""What this machine offers, and the small tools with which the tests start its servers."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def lacking(reason: str) -> NoReturn:
    """Skip, saying why; in CI, which installs all of it, fail."""
    if os.environ.get("HALL_REQUIRE_DEPLOY"):
        pytest.fail(reason)
    pytest.skip(reason)


def require_program(*names: str) -> None:
    """Skip, saying why, on a machine without one of Debian's programs."""
    for name in names:
        if shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
            lacking(f"{name} is not installed on this machine (apt-get install nginx pgbouncer postgresql openssl)")


def render(template: Path, **values: str) -> str:
    """A template filled in by the program that operators use."""
    pairs = [f"{name}={value}" for name, value in values.items()]
    done = subprocess.run(
        [sys.executable, str(DEPLOY / "render"), str(template), *pairs], capture_output=True, text=True, check=True
    )
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(met: Callable[[], bool], what: str, patience: float = 30.0, log: Path | None = None) -> None:
    """Look again until it is so; fails with `what`, and the end of `log`, after `patience` seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if met():
            return
        time.sleep(0.05)
    said = log.read_text(errors="replace")[-2000:] if log else ""
    pytest.fail(f"{what} within {patience:g} s {said}")


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def server_user() -> str:
    """Who PostgreSQL and PgBouncer run as: neither starts as root."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    lacking("this is root, and there is no user postgres to start a server as")


def as_server_user(argv: Sequence[str]) -> list[str]:
    """The command, run as that user where we are root."""
    if os.geteuid() != 0:
        return list(argv)
    return ["setpriv", f"--reuid={server_user()}", f"--regid={server_user()}", "--clear-groups", "--", *argv]


@contextmanager
def folder_of_server_user() -> Iterator[Path]:
    """A temporary folder that belongs to the servers' user."""
    folder = Path(tempfile.mkdtemp(prefix="hall-deploy-"))
    if os.geteuid() == 0:
        shutil.chown(folder, server_user(), server_user())
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running(argv: Sequence[str], log: Path, **options: object) -> Iterator[subprocess.Popen[bytes]]:
    """A process for the length of the block; what it says goes to `log`."""
    with log.open("ab") as out:
        process = subprocess.Popen(argv, stdout=out, stderr=subprocess.STDOUT, start_new_session=True, **options)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what it started and left behind
        process.wait()

"""Web servers under test: each a process of its own on the first core, as production starts them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SERVER_CORE, CLIENT_CORE = 0, 1
TICKS = os.sysconf("SC_CLK_TCK")
_processes: dict[int, int] = {}
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def pinned(core: int) -> Iterator[None]:
    """Keep this process, and those it starts meanwhile for good, on a core where the machine has that many."""
    cores = os.sched_getaffinity(0)
    if core in cores and len(cores) > 1:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


@contextmanager
def running(command: list[str], port: int, environment: Mapping[str, str] | None = None) -> Iterator[int]:
    """A pinned server that listens on `port`; ended on leaving."""
    with pinned(SERVER_CORE):
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(environment or {})})
    _processes[port] = process.pid
    try:
        _await(process, port)
        yield port
    finally:
        del _processes[port]
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def cpu_seconds() -> float:
    """CPU that the running servers and their children have used together."""
    return sum(tree_seconds(pid) for pid in _processes.values())


def tree_seconds(pid: int) -> float:
    """CPU that a process and its children have used, those that ended included."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # it ended between two looks: its parent has its seconds now
    return sum(map(int, fields[11:15])) / TICKS + sum(tree_seconds(int(child)) for child in children)


@contextmanager
def granian(
    application: str, environment: Mapping[str, str] | None = None, *, threads: int = 8, workers: int = 1
) -> Iterator[int]:
    """One granian process for a WSGI application, with eight threads unless told; gives the port."""
    port = free_port()
    interface = ["--interface", "wsgi", "--blocking-threads", str(threads)]
    with running([*_granian(port, workers), *interface, application], port, environment):
        yield port


@contextmanager
def served_hall(environment: Mapping[str, str], *, workers: int = 1) -> Iterator[int]:
    """One granian process of the platform, or several, as production starts it; gives the port."""
    port = free_port()
    with running([*_granian(port, workers), "--interface", "rsgi", "bench.apps:hall"], port, environment):
        yield port


def _granian(port: int, workers: int) -> list[str]:
    return [sys.executable, "-m", "granian", "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers), "--no-ws",
            "--log-level", "warning"]  # fmt: skip


def _await(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start in 30 s")

"""A whole installation, started as a new user would, in a directory of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
READY_WITHIN = 120


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def without_settings() -> dict[str, str]:
    """Our environment without any setting of Unionhall, and with Python's own cache, as people have it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HALL_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept


def flask(*arguments: str, environment: dict[str, str], timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """`flask <arguments>` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=timeout, check=False,
    )  # fmt: skip


class NotReady(AssertionError):
    """It ended, or gave no sign, before it was ready; `status` is its exit code, None while it runs."""

    def __init__(self, log: str, status: int | None) -> None:
        self.log = log
        self.status = status
        super().__init__(log[-6000:])


@dataclass
class Installation:
    """`flask up` in `var`; `start` waits for its `ready:` line. Each has a log of its own."""

    var: Path
    port: int = 0
    sandbox_port: int = 0
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None

    def __post_init__(self) -> None:
        free = free_ports(2)
        self.port = self.port or free[0]
        self.sandbox_port = self.sandbox_port or free[1]
        self.log = self.var.parent / f"{self.var.name}-{self.port}-{id(self):x}.log"

    @property
    def environment(self) -> dict[str, str]:
        own = {"HALL_VAR": self.var, "HALL_PORT": self.port, "HALL_SANDBOX_PORT": self.sandbox_port, "HALL_DEMO": 1}
        return without_settings() | {name: str(value) for name, value in own.items()} | self.settings

    def start(self) -> float:
        """Start and wait; returns the seconds until ready. Raises `NotReady` with the log when it is not."""
        begun = time.monotonic()
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", "up"], cwd=ROOT, env=self.environment,
                stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, start_new_session=True,
            )  # fmt: skip
        while time.monotonic() - begun < READY_WITHIN:
            if re.search(r"^ready: ", self.log.read_text(), re.MULTILINE):
                return time.monotonic() - begun
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise NotReady(self.log.read_text(), self.process.poll())

    def refuse(self) -> str:
        """Start what must not start: its words, once it has ended with exit code 1."""
        with pytest.raises(NotReady) as caught:
            self.start()
        assert caught.value.status == 1, caught.value.log
        assert "Traceback" not in caught.value.log, caught.value.log
        return caught.value.log

    def stop(self) -> float:
        """SIGTERM; returns the seconds until all of it ended."""
        assert self.process is not None
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=20)
        return time.monotonic() - begun

    def demo(self) -> dict[str, Any]:
        """What `<var>/demo.json` says."""
        return json.loads((self.var / "demo.json").read_text())

    def url(self, label: str, path: str = "/") -> str:
        return f"http://{label}.localhost:{self.port}{path}"

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`flask <arguments>` beside the running installation."""
        return flask(*arguments, environment=self.environment)

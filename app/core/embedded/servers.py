"""The servers that one instance runs for itself, for those addresses that the settings do not give."""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psycopg
import redis
from sqlalchemy.engine import make_url

from app.core.config import Settings, StartupError
from app.core.embedded.directories import lock_instance, prepare_home
from app.core.embedded.postgres import Postgres
from app.core.embedded.server import Server
from app.core.embedded.valkey import Valkey


@dataclass(frozen=True)
class Addresses:
    """Where the database (as the application, and as the owner for migrations) and Redis are. May hold passwords."""

    database_url: str = ""
    database_owner_url: str = ""
    redis_url: str = ""

    def check(self) -> None:
        """Connect to each once. Raises `StartupError` saying, without passwords, which one does not answer and why."""
        for name, url in (("database", self.database_url), ("owner's database", self.database_owner_url)):
            if url:
                _check_database(name, url)
        if self.redis_url:
            _check_redis(self.redis_url)


class EmbeddedServers:
    """PostgreSQL and Valkey in `var`; an address that is given already is used instead of a server of our own.

    Start it from the main thread: the servers end with the thread that started them.
    """

    def __init__(self, var: Path, *, given: Addresses | None = None, fast: bool = False) -> None:
        self.var = var
        self.given = given or Addresses()
        self.fast = fast
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        self._lock: IO[str] | None = None

    @classmethod
    def for_settings(cls, settings: Settings) -> Self:
        """Servers for what the settings leave empty."""
        given = Addresses(settings.database_url, settings.database_owner_url, settings.redis_url)
        return cls(settings.var, given=given)

    @property
    def running(self) -> list[Server]:
        """The servers that are ours, in the order in which they start."""
        return [server for server in (self.postgres, self.valkey) if server is not None]

    def start(self) -> Addresses:
        """Claim `var`, start what is missing, and say where everything is.

        Raises `StartupError` when another instance uses `var`, the disk is full, or a server gives up.
        """
        home = prepare_home(self.var)
        self._lock = lock_instance(self.var)
        try:
            if not self.given.database_url:
                self.postgres = Postgres(home, fast=self.fast)
            if not self.given.redis_url:
                self.valkey = Valkey(home, fast=self.fast)
            for server in self.running:
                server.start()
        except BaseException:
            self.stop()
            raise
        return self.addresses

    def stop(self, within: float = 8.0) -> None:
        """End the servers within so many seconds and give `var` back."""
        for server in self.running:
            server.terminate()
        for server in self.running:
            server.stop(within / len(self.running))
        if self._lock:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def addresses(self) -> Addresses:
        """Where everything is, once started."""
        return Addresses(
            database_url=self.postgres.database_url if self.postgres else self.given.database_url,
            database_owner_url=self.postgres.owner_url if self.postgres else self.given.database_owner_url,
            redis_url=self.valkey.url if self.valkey else self.given.redis_url,
        )


def _check_database(name: str, url: str) -> None:
    address = make_url(url)
    try:
        psycopg.connect(
            address.set(drivername="postgresql").render_as_string(hide_password=False), connect_timeout=5
        ).close()
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1].strip()
        raise StartupError(f"The {name} at {address.host or 'its socket'} does not answer: {reason}") from error


def _check_redis(url: str) -> None:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise StartupError(f"Redis (HALL_REDIS_URL) does not answer: {error}") from error

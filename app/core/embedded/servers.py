"""The servers that one instance runs for itself, for those addresses that the settings do not give."""

from pathlib import Path
from types import TracebackType
from typing import Self

from app.core.config import Settings
from app.core.embedded.addresses import Addresses
from app.core.embedded.directories import InstanceLock, lock_instance, prepare_home
from app.core.embedded.postgres import Postgres
from app.core.embedded.server import Server
from app.core.embedded.valkey import Valkey


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
        self._lock: InstanceLock | None = None

    @classmethod
    def for_settings(cls, settings: Settings) -> Self:
        """Servers for what the settings leave empty."""
        given = Addresses(settings.database_url, settings.database_owner_url, settings.redis_url)
        return cls(settings.var, given=given)

    @property
    def running(self) -> list[Server]:
        """The servers that are ours, in the order in which they start."""
        return [server for server in (self.postgres, self.valkey) if server is not None]

    def claim(self) -> None:
        """Make `var` this instance's own. Raises `StartupError` when another has it, or it cannot be used."""
        if self._lock is not None:
            return
        home = prepare_home(self.var)
        self._lock = lock_instance(self.var)
        self.postgres = None if self.given.database_url else Postgres(home, fast=self.fast)
        self.valkey = None if self.given.redis_url else Valkey(home, fast=self.fast)

    @property
    def after_a_death(self) -> bool:
        """Whether the last instance on `var` was killed, so that what it started may still be ending."""
        return self._lock is not None and self._lock.after_a_death

    def start(self) -> Addresses:
        """Claim `var`, start what is missing, and say where everything is.

        Raises `StartupError` when another instance uses `var`, the disk is full, or a server gives up.
        """
        self.claim()
        try:
            for server in self.running:
                server.begin()
            for server in self.running:
                server.wait_until_up()
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
            self._lock.release()
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

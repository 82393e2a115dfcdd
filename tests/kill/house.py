"""A whole house to break: its own PostgreSQL and Valkey, a sandbox for SMS, relay and workers, all real processes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID

import psycopg
import redis
from sqlalchemy.engine import make_url

from app.core.config import Settings, load_settings
from app.core.embedded import EmbeddedServers
from app.core.migrations import upgrade
from app.core.platform import platform
from app.factory import create_app
from tenants.context import ZoneFacts
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.world import World

ROOT = Path(__file__).parents[2]
PATIENCE = 240  # seconds


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class House:
    """Servers, processes and a city; `close` ends everything that was started."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.ports: dict[str, int] = {}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HALL_")}
        plain = load_settings(
            {**kept, "HALL_VAR": str(var), "HALL_BASE_DOMAIN": "hall.test", "HALL_SANDBOX_PORT": str(free_port())}
        )
        self.servers = EmbeddedServers(var)
        addresses = self.servers.start()
        self.settings: Settings = plain.with_servers(
            database_url=addresses.database_url,
            database_owner_url=addresses.database_owner_url,
            redis_url=addresses.redis_url,
        )
        self.environment = {**kept, **self.settings.as_environ()}
        try:
            self._found()
        except BaseException:
            self.servers.stop()
            raise

    def _found(self) -> None:
        self.app = create_app(self.settings)
        upgrade(self.settings.database_owner_url, self.app.extensions["migration_folders"])
        self.world = World(self.app)
        self.world.found_city()

    def close(self) -> None:
        for process in self.processes.values():
            end_with_children(process)
        with self.app.app_context():
            db.engine.dispose()
        self.servers.stop()

    def start(self, name: str, role: str, *flaws: str) -> None:
        """Start a process of the machinery; its words go to `<var>/log/<name>.out`."""
        with (self.var / "log" / f"{name}.out").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "tests.kill.process", role, *flaws],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_web(self, name: str) -> int:
        """Start a web process, at the port that one of this name had before, and wait until it answers; its port."""
        port = self.ports.setdefault(name, free_port())
        argv = [sys.executable, "-m", "granian", "--interface", "rsgi", "--host", "127.0.0.1", "--port", str(port),
                "--log-level", "warning", "wsgi:door"]  # fmt: skip
        with (self.var / "log" / f"{name}.out").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                argv, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        wait_until(lambda: is_open(port), f"{name} answers")
        return port

    def ensure(self, name: str, role: str, *flaws: str) -> None:
        """Start a process anew, whether one of that name runs or not."""
        if name in self.processes:
            self.kill(name)
        self.start(name, role, *flaws)

    def quiet(self) -> None:
        """End the machinery, leave it nothing to do from before, and let the sandbox behave."""
        for name in [name for name in self.processes if name != "sandbox"]:
            self.kill(name)
        self.flush_redis()
        with self.owner() as owner:
            owner.execute("DELETE FROM outbox_events WHERE state <> 'done'")
        self.ask_sandbox("/admin/faults", method="DELETE")

    def start_sandbox(self) -> None:
        port = self.settings.sandbox_port
        argv = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
                "--blocking-threads", "4", "--log-level", "warning", "sandbox.wsgi:app"]  # fmt: skip
        with (self.var / "log" / "sandbox.out").open("ab") as log:
            self.processes["sandbox"] = subprocess.Popen(
                argv, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        wait_until(self.sandbox_answers, "the sandbox answers")

    def sandbox_answers(self) -> bool:
        try:
            return self.ask_sandbox("/stats") is not None
        except OSError:
            return False

    def ask_sandbox(self, path: str, order: dict[str, Any] | None = None, method: str | None = None) -> Any:
        url = f"http://127.0.0.1:{self.settings.sandbox_port}{path}"
        body = json.dumps(order).encode() if order is not None else None
        with urllib.request.urlopen(urllib.request.Request(url, data=body, method=method), timeout=5) as answer:
            return json.load(answer)

    def kill(self, name: str) -> None:
        """End a process as a power cut would."""
        end_with_children(self.processes[name])

    def last_lines(self, number: int) -> Iterator[tuple[str, str]]:
        """What each process said last, by its name."""
        for log in sorted((self.var / "log").glob("*.out")):
            yield log.stem, "\n".join(log.read_text(errors="replace").splitlines()[-number:])

    def flush_redis(self) -> None:
        with redis.Redis.from_url(self.settings.redis_url) as client:
            client.flushall()

    def owner(self) -> psycopg.Connection[Any]:
        url = make_url(self.settings.database_owner_url).set(drivername="postgresql")
        return psycopg.connect(url.render_as_string(hide_password=False))

    def scalar(self, query: LiteralString, *parameters: Any) -> Any:
        with self.owner() as connection:
            row = connection.execute(query, parameters).fetchone()
        return row[0] if row else None

    def people(self, zone: ZoneFacts, number: int, without_phone: int = 0) -> list[UUID]:
        """That many members of a zone, the first of them without a phone."""
        ids = [uuid7() for _ in range(number)]
        with self.app.app_context():
            plain = [(each, f"+86139{place:08d}") for place, each in enumerate(ids)]
            sealed = platform().cipher.encrypt_many(plain, table="members", column="phone")
        with self.owner() as connection, connection.cursor() as cursor:
            with cursor.copy("COPY members (id, name, phone_cipher, phone_index) FROM STDIN") as copy:
                for place, (each, cipher) in enumerate(zip(ids, sealed, strict=True)):
                    reachable = place >= without_phone
                    copy.write_row(
                        (each, f"测试{place}", cipher if reachable else None, each.bytes if reachable else None)
                    )
            with cursor.copy("COPY memberships (id, member_id, union_id, union_path, status) FROM STDIN") as copy:
                for each in ids:
                    copy.write_row((uuid7(), each, zone.union_id, zone.union_path, "active"))
            cursor.execute("ANALYZE members")
        return ids

    def sent_ids(self) -> Counter[str]:
        """How often the provider took which id, from its own log."""
        log = self.var / "sandbox" / "messages.jsonl"
        lines = log.read_text().splitlines() if log.exists() else []
        return Counter(json.loads(line)["message"]["id"] for line in lines)


def is_open(port: int) -> bool:
    """Whether somebody listens at a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def end_with_children(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to a process and whatever it started: a server's own workers would outlive it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait until it holds: however slow the machine, only what hangs takes longer than `PATIENCE`."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"after {PATIENCE} s still not: {what}"
        time.sleep(0.1)

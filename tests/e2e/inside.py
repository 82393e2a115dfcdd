"""A look inside a running installation: its processes by name, its database as the owner sees it, work handed to it."""

import json
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.e2e.installation import Installation

PROCESSES = {
    "web": "granian .*wsgi:door", "sandbox": "granian .*sandbox.wsgi:app", "relay": "wsgi relay",
    "cron": "wsgi cron", "worker-1": "wsgi worker", "postgres": "bin/postgres -D", "valkey": "valkey-server",
}  # fmt: skip
NOT_COMPARED = {  # they move by themselves
    "outbox_events", "change_feed", "sessions", "tasks", "alembic_version", "benefit_checks",
    "events_shared_counts", "events_quiz_holdings",
}  # fmt: skip


def wait_until(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"after {seconds:.0f} s still not: {what}"
        time.sleep(0.1)


def get(installation: Installation, path: str) -> tuple[int, dict[str, Any]]:
    """Status and JSON of an answer; (0, {}) when nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{installation.port}{path}", timeout=5) as answer:
            return answer.status, json.load(answer)
    except HTTPError as fault:
        return fault.code, {}
    except (OSError, ValueError):
        return 0, {}


def is_ready(installation: Installation) -> bool:
    """Whether all of it is: also Redis, without which pages are served all the same."""
    return get(installation, "/readyz") == (
        200, {"status": "ready", "database": "ok", "migrations": "ok", "redis": "ok"},
    )  # fmt: skip


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


def pid_of(installation: Installation, name: str) -> int | None:
    """The process of that name under this installation's supervisor."""
    assert installation.process
    found = subprocess.run(
        ["pgrep", "-f", "-P", str(installation.process.pid), PROCESSES[name]],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    return int(found[0]) if found else None


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def owner(installation: Installation) -> psycopg.Connection[Any]:
    noted = json.loads((installation.var / "servers.json").read_text())
    return psycopg.connect(noted["database_owner_url"].replace("+psycopg", ""), autocommit=True)


def fingerprint(installation: Installation) -> dict[str, str]:
    """A checksum of every table's rows."""
    with owner(installation) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        return {name: _checksum(connection, name) for (name,) in names if name not in NOT_COMPARED}


def _checksum(connection: psycopg.Connection[Any], table: str) -> str:
    rows = sql.SQL("SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM {} t").format(sql.Identifier(table))
    return str(connection.execute(rows).fetchone())


def no_campaign_opens_soon(installation: Installation) -> bool:
    """Whether all campaigns that a demo city opens a minute after it was made are open: their states move by themselves."""
    due = "SELECT count(*) FROM events_campaigns WHERE state = 'frozen' AND opens_at < now() + interval '10 minutes'"
    with owner(installation) as connection:
        return connection.execute(due).fetchone() == (0,)


def hand_over(installation: Installation) -> str:
    """Put an event into the outbox as code would that nobody wakes the relay for; returns its key."""
    key = f"test:{uuid4()}"
    with owner(installation) as connection:
        connection.execute(
            "INSERT INTO outbox_events (zone_id, id, kind, dedupe_key, payload) "
            "SELECT id, %s, 'news.publish_due', %s, '{}' FROM zones WHERE slug = 'xiashan'",
            [uuid4(), key],
        )
    return key


def state_of(installation: Installation, key: str) -> str:
    with owner(installation) as connection:
        row = connection.execute("SELECT state FROM outbox_events WHERE dedupe_key = %s", [key]).fetchone()
    return row[0] if row else "lost"

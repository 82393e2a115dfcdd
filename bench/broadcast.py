"""How long a broadcast to a large zone takes: into inboxes, and as SMS through the sandbox.

    python -m bench.broadcast [--members 100000] [--workers 1] [--json FILE]

Everything is real: PostgreSQL with fsync, Valkey, relay, worker, sandbox, a process each. Inbox: from the commit of the
order until the last row is committed. SMS: from there until the provider's last word is noted.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from app.notifications import broadcasting
from app.notifications.audience import Audience
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.kill.house import ROOT, House, wait_until

START = """
from app.core.config import load_settings
from app.core.jobs.{0} import run_{0}
from app.factory import create_app
run_{0}(create_app(load_settings()))
"""
GOALS = {"inbox_seconds": 2.0, "sms_per_second": 5_000.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    var = Path(tempfile.mkdtemp(prefix="hall-bench-"))
    house = House(var)
    try:
        result = measure(house, asked.members, asked.workers)
    finally:
        house.close()
        shutil.rmtree(var, ignore_errors=True)
    show(result)
    if asked.json:
        asked.json.write_text(json.dumps(result, indent=2))


def measure(house: House, members: int, workers: int) -> dict[str, Any]:
    """The figures of one broadcast into inboxes and one by SMS, to the same members."""
    house.start_sandbox()
    with house.app.app_context():
        small, large = house.world.zone("small"), house.world.zone("large")
    house.people(small, 100)
    house.people(large, members)
    start(house, "relay")
    for number in range(workers):
        start(house, "worker", f"worker-{number}")
    broadcast(house, small, ["inbox", "sms"])  # the processes are up and have planned their statements
    load = os.getloadavg()[0]
    inbox, sms = broadcast(house, large, ["inbox"]), broadcast(house, large, ["sms"])
    return {
        "members": members,
        "workers": workers,
        "load_before": round(load, 2),
        "inbox_seconds": round(inbox, 2),
        "sms_seconds": round(sms, 2),
        "sms_per_second": round(members / sms),
        "goals": GOALS,
    }


def start(house: House, command: str, name: str = "") -> None:
    """Start a relay or a worker with its ordinary patience."""
    name = name or command
    argv = [sys.executable, "-c", START.format(command)]
    with (house.var / "log" / f"{name}.out").open("ab") as log:
        house.processes[name] = subprocess.Popen(argv, cwd=ROOT, env=house.environment, stdout=log, stderr=log,
                                                 start_new_session=True)  # fmt: skip


def broadcast(house: House, zone: ZoneFacts, channels: list[str]) -> float:
    """Send one and wait for its end; the seconds in between, by the database's clock."""
    broadcast_id, actor = uuid7(), Actor(account_id=uuid7(), name="bench")
    with house.app.app_context(), scope(Plane.STAFF, zone=zone, actor=actor):
        broadcasting.compose(
            actor, broadcast_id, title="停水通知", body="明天八点停水。", channels=channels, audience=Audience()
        )
        broadcasting.send(actor, broadcast_id)
        db.session.commit()
    wait_until(lambda: _state(house, broadcast_id) == "sent", f"the broadcast by {channels} is over", 300)
    return house.scalar(
        "SELECT extract(epoch FROM finished_at - sent_at)::float FROM notifications_broadcasts WHERE id = %s",
        broadcast_id,
    )


def _state(house: House, broadcast_id: UUID) -> str:
    return house.scalar("SELECT state FROM notifications_broadcasts WHERE id = %s", broadcast_id)


def show(result: dict[str, Any]) -> None:
    """The figures as a table."""
    rows = (
        (
            "broadcast to inboxes",
            f"{result['members']:,}",
            f"{result['inbox_seconds']} s",
            f"<= {GOALS['inbox_seconds']} s",
        ),
        (
            "broadcast by SMS",
            f"{result['members']:,}",
            f"{result['sms_per_second']:,}/s",
            f">= {GOALS['sms_per_second']:,.0f}/s",
        ),
    )
    print(
        f"{'case':24}{'members':>12}{'measured':>14}{'goal':>14}   ({result['workers']} worker, load {result['load_before']})"
    )
    for case, members, measured, goal in rows:
        print(f"{case:24}{members:>12}{measured:>14}{goal:>14}")


if __name__ == "__main__":
    main()

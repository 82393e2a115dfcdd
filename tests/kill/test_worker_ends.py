"""A worker that is asked to end does so in time, whatever it is doing, and what it was doing goes on elsewhere."""

import signal
from pathlib import Path
from typing import Any

import pytest

from app.core.outbox import emit
from tenants.context import Plane, scope
from tenants.database import db
from tests.kill.house import House, wait_until

pytestmark = pytest.mark.kill
PATIENCE = 30
"""Seconds: half of the step's, and many times what a busy machine takes to end a process."""


def _event(house: House, kind: str) -> Any:
    with house.owner() as connection:
        return connection.execute(
            "SELECT state, attempts FROM outbox_events WHERE kind = %s ORDER BY id DESC LIMIT 1", [kind]
        ).fetchone()


def _emit_sleep(house: House, slug: str, seconds: int) -> None:
    with house.app.app_context():
        zone = house.world.zone(slug)
        with scope(Plane.STAFF, zone=zone):
            emit("testing.sleep", dedupe_key="sleep", payload={"seconds": seconds})
            db.session.commit()


def _ready_worker(house: House, name: str) -> Path:
    """Start a worker and wait until it takes work: an event leased before would wait for its start, longer than its lease on a busy
    machine. Gives its log."""
    log = house.var / "log" / f"{name}.out"
    log.unlink(missing_ok=True)
    house.ensure(name, "worker")
    wait_until(lambda: log.exists() and "worker started" in log.read_text(), f"{name} has started")
    return log


def test_a_worker_in_the_middle_of_a_step_ends_long_before_it_and_gives_the_event_back(house: House) -> None:
    _ready_worker(house, "sleeper")
    house.ensure("relay", "relay")
    _emit_sleep(house, "sleepy", 60)
    wait_until(lambda: _event(house, "testing.sleep") == ("leased", 1), "the step has begun")
    house.processes["sleeper"].send_signal(signal.SIGTERM)
    house.kill("relay")
    house.processes["sleeper"].wait(PATIENCE)
    assert _event(house, "testing.sleep") == ("pending", 1)


def test_a_running_step_keeps_its_lease_however_long_it_takes(house: House) -> None:
    """The lease of these processes is 2 seconds, the step takes 6, and it is run once."""
    _ready_worker(house, "sleeper")
    _ready_worker(house, "idler")
    house.ensure("relay", "relay")
    _emit_sleep(house, "sleepier", 6)
    wait_until(lambda: _event(house, "testing.sleep") == ("leased", 1), "the step has begun")
    wait_until(lambda: _event(house, "testing.sleep")[0] == "done", "the step is done")
    assert _event(house, "testing.sleep") == ("done", 1)


def test_an_idle_worker_ends_at_once(house: House) -> None:
    log = _ready_worker(house, "idler")
    house.processes["idler"].send_signal(signal.SIGTERM)
    house.processes["idler"].wait(PATIENCE)
    assert house.processes["idler"].returncode == 0
    assert "worker ended" in log.read_text()

"""How long a zone's work waits while another zone floods the outbox: from its commit until it is done, for quick and long work.

A probe is emitted, and its end awaited, again and again: first with nothing else to do, then beside a flood that outlasts all
probes. One worker, so that a probe waits for what is in the queue before it.
"""

import json
import time
from dataclasses import dataclass
from statistics import quantiles

from app.core.outbox import emit
from bench.harness.city import BenchCity
from bench.harness.machinery import machinery
from bench.harness.options import Options
from bench.harness.results import AT_MOST, Result
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.kill.house import House, wait_until

PROBES = 120


@dataclass(frozen=True)
class Lane:
    """`kind` with its arguments is a short job of the lane; a flood are so many of them."""

    name: str
    kind: str
    payload: dict[str, str]
    flood: int


LANES = (
    Lane("quick", "notifications.deliver", {"delivery_id": str(uuid7())}, 40_000),
    Lane("long", "notifications.broadcast", {"task_id": str(uuid7())}, 40_000),
)


def run(_city: BenchCity, options: Options) -> list[Result]:
    results = []
    with machinery() as house:
        with house.app.app_context():
            quiet, flooded = house.world.zone("quiet"), house.world.zone("flooded")
        probe(house, quiet, LANES[0], 20)
        for lane in LANES:
            alone, beside = [], []
            for _ in range(options.rounds):
                alone.append(p99(probe(house, quiet, lane, PROBES)))
                _flood(house, flooded, lane)
                beside.append(p99(probe(house, quiet, lane, PROBES)))
                _end_flood(house, flooded)
            ratios = [one / other for one, other in zip(beside, alone, strict=True)]
            note = f"p99 {min(alone) * 1e3:.0f} ms alone, {min(beside) * 1e3:.0f} ms beside {lane.flood:,} events of another zone"
            results.append(Result(f"{lane.name} work beside a flood", "×", ratios, AT_MOST, 2.0, note))
    return results


def p99(seconds: list[float]) -> float:
    return quantiles(seconds, n=100)[98]


def probe(house: House, zone: ZoneFacts, lane: Lane, number: int) -> list[float]:
    """The seconds from the commit of each probe until it is done, one probe after the other."""
    taken = []
    for _ in range(number):
        key = str(uuid7())
        _emit(house, zone, lane, [key])
        wait_until(lambda key=key: _done(house, zone, key) is not None, "the probe is done")
        taken.append(_done(house, zone, key) or 0.0)
        time.sleep(0.02)
    return taken


def _emit(house: House, zone: ZoneFacts, lane: Lane, keys: list[str]) -> None:
    with house.app.app_context(), scope(Plane.STAFF, zone=zone, actor=Actor(name="bench")):
        for key in keys:
            emit(lane.kind, dedupe_key=key, payload=dict(lane.payload))
        db.session.commit()


def _done(house: House, zone: ZoneFacts, key: str) -> float | None:
    return house.scalar(
        "SELECT extract(epoch FROM done_at - created_at)::float FROM outbox_events WHERE zone_id = %s AND dedupe_key = %s"
        " AND state = 'done'",
        zone.id,
        key,
    )


def _flood(house: House, zone: ZoneFacts, lane: Lane) -> None:
    with house.owner() as connection:
        connection.execute(
            "INSERT INTO outbox_events (zone_id, id, kind, dedupe_key, payload)"
            " SELECT %s, gen_random_uuid(), %s, gen_random_uuid()::text, %s::jsonb FROM generate_series(1, %s)",
            [zone.id, lane.kind, json.dumps(lane.payload), lane.flood],
        )


def _end_flood(house: House, zone: ZoneFacts) -> None:
    left = house.scalar("SELECT count(*) FROM outbox_events WHERE zone_id = %s AND state <> 'done'", zone.id)
    if left == 0:
        raise RuntimeError("the flood was over before the probes were: make it longer")
    with house.owner() as connection:
        connection.execute("DELETE FROM outbox_events WHERE zone_id = %s", [zone.id])

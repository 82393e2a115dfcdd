"""From the outbox through Redis to a worker: what lies in Redis, what a worker accepts, who is served when."""

import json
import time
import zlib
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from rq import Queue
from sqlalchemy import select, update

from app.core.clock import now
from app.core.jobs import cron, job, periodic
from app.core.jobs.cron import Scheduler
from app.core.jobs.entry import read_ticket, sign_ticket
from app.core.jobs.execution import Ticket
from app.core.jobs.leasing import lease_due
from app.core.jobs.policy import DEFAULT, EXTENSION
from app.core.jobs.queues import ENTRY, connect, queue_of
from app.core.jobs.registry import Lane, handlers, periodics
from app.core.jobs.relay import Relay
from app.core.jobs.worker import TicketWorker
from app.core.outbox import OutboxEvent, emit
from app.core.platform import platform
from tenants.context import Plane, scope
from tenants.database import db
from tenants.isolation import allow_raw_sql, raw_sql

CLEAN = allow_raw_sql("tests.jobs", "each test starts with an empty outbox")
done: list[tuple[UUID, str]] = []


@job("testing.mark")
def _mark(word: str) -> None:
    from tenants.context import current_zone

    done.append((current_zone().id, word))


def must_never_run(*_: object) -> None:
    """What an intruder would have the worker call."""
    done.append((UUID(int=0), "intruder"))


@pytest.fixture(autouse=True)
def _empty(world):
    done.clear()
    connect().flushall()
    with scope(Plane.WORKER), raw_sql(CLEAN):
        db.session.execute(db.text("DELETE FROM outbox_events"))
        db.session.commit()


@pytest.fixture
def worker(world):
    return TicketWorker(world.app, tuple(Lane), DEFAULT)


def _emit(zone, *words):
    with scope(Plane.STAFF, zone=zone):
        for word in words:
            emit("testing.mark", dedupe_key=f"mark:{word}", payload={"word": word})
        db.session.commit()


def _work_off(worker, number=1):
    for _ in range(number):
        worker.serve_next()


def test_an_event_goes_through_redis_and_only_its_ids_do(world, worker):
    zone = world.zone()
    _emit(zone, "a secret word")
    Relay().relay_once()
    redis: Any = connect()
    [key] = redis.keys("rq:job:*")
    data = zlib.decompress(redis.hget(key, "data")) if redis.hget(key, "data")[:1] == b"x" else redis.hget(key, "data")
    name, instance, args, kwargs = json.loads(data)
    assert (name, instance, kwargs) == (ENTRY, None, {})
    assert read_ticket(args[0]).zone_id == zone.id
    assert b"secret" not in b"".join(b"".join([k, v]) for k, v in redis.hgetall(key).items())
    _work_off(worker)
    assert done == [(zone.id, "a secret word")]
    assert redis.keys("rq:job:*") == []


def test_a_ticket_that_comes_twice_is_worth_one_run(world, worker):
    zone = world.zone()
    _emit(zone, "once")
    with scope(Plane.WORKER):
        [ticket] = lease_due(Lane.QUICK, 1)
    queue = queue_of(Lane.QUICK, connect())
    for number in range(2):
        queue.enqueue_call(ENTRY, (sign_ticket(ticket),), job_id=f"copy-{number}")
    _work_off(worker, 2)
    assert done == [(zone.id, "once")]


def _forged(ticket: Ticket) -> list[tuple]:
    token = sign_ticket(ticket)
    here = f"{__name__}.must_never_run"
    return [
        (here, ()),
        (here, (token,)),
        ("os.system", ("true",)),
        (ENTRY, (token[:-4] + "AAAA",)),
        (ENTRY, ("unsigned",)),
        (ENTRY, (token, token)),
        (ENTRY, ({"zone": "x"},)),
        (ENTRY, ()),
    ]


@pytest.mark.parametrize("number", range(8))
def test_a_job_that_is_not_a_signed_ticket_is_dropped_and_nothing_runs(world, worker, number):
    zone = world.zone()
    _emit(zone, "mine")
    with scope(Plane.WORKER):
        [ticket] = lease_due(Lane.QUICK, 1)
    name, args = _forged(ticket)[number]
    queue_of(Lane.QUICK, connect()).enqueue_call(name, args)
    assert worker.serve_next() == 1
    assert done == []


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b"",
        b"null",
        b"1",
        b"[1, 2, 3, 4]",
        b'{"a": 1, "b": 2, "c": 3, "d": 4}',
        b"\xff\xfe",
        b'["\\ud800"]',
    ],
    ids=["nested without end", "empty", "null", "number", "four numbers", "object", "no text", "half a character"],
)
def test_a_job_whose_data_is_malformed_is_dropped_and_the_worker_goes_on(world, worker, data):
    zone = world.zone()
    queue = queue_of(Lane.QUICK, connect())
    known = queue.enqueue_call(ENTRY, ("unsigned",))
    connect().hset(known.key, "data", zlib.compress(data))
    _emit(zone, "mine")
    Relay().relay_once()
    _work_off(worker, 2)
    assert done == [(zone.id, "mine")]


def test_a_pickled_job_is_never_unpickled(world, worker):
    class Trap:
        def __reduce__(self):
            return (must_never_run, ())

    Queue("hall-quick", connection=connect()).enqueue_call(must_never_run, (Trap(),))
    worker.serve_next()
    assert done == []


def test_callbacks_written_into_a_job_are_not_called(world, worker):
    zone = world.zone()
    _emit(zone, "mine")
    Relay().relay_once()
    redis: Any = connect()
    [key] = redis.keys("rq:job:*")
    redis.hset(key, mapping={"success_callback_name": f"{__name__}.must_never_run",
                             "failure_callback_name": f"{__name__}.must_never_run"})  # fmt: skip
    _work_off(worker)
    assert done == [(zone.id, "mine")]


def test_an_emptied_redis_delays_and_loses_nothing(world, worker, monkeypatch):
    monkeypatch.setitem(world.app.extensions, EXTENSION, replace(DEFAULT, lease=0.3))
    zone = world.zone()
    _emit(zone, "kept")
    relay = Relay()
    relay.relay_once()
    connect().flushall()
    assert worker.serve_next() == 0
    time.sleep(0.3)
    relay.relay_once()
    _work_off(worker)
    assert done == [(zone.id, "kept")]


def test_without_redis_the_events_stay_due(world, monkeypatch):
    zone = world.zone()
    _emit(zone, "kept")
    relay = Relay()
    monkeypatch.setattr(relay._redis, "pipeline", _broken_after(relay._redis.pipeline, 1))
    import redis

    with pytest.raises(redis.RedisError):
        relay.relay_once()
    with scope(Plane.WORKER):
        assert len(lease_due(Lane.QUICK, 10)) == 1


def _broken_after(pipeline, number):
    import redis

    calls = []

    def broken(*args, **kwargs):
        calls.append(1)
        if len(calls) > number:
            raise redis.ConnectionError
        return pipeline(*args, **kwargs)

    return broken


def test_a_flood_in_one_zone_does_not_make_another_wait(world, worker):
    flooded, other = world.zone(), world.zone()
    _emit(flooded, *[f"f{number}" for number in range(300)])
    relay = Relay()
    relay.relay_once()
    queue = queue_of(Lane.QUICK, connect())
    assert queue.count == DEFAULT.queue_depth
    _emit(other, "urgent")
    _work_off(worker, DEFAULT.queue_depth)
    relay.relay_once()
    _work_off(worker, DEFAULT.queue_depth)
    assert (other.id, "urgent") in done
    assert len(done) == 2 * DEFAULT.queue_depth


def test_zones_are_served_in_turn(world):
    zones = [world.zone() for _ in range(3)]
    _emit(zones[0], *[f"f{number}" for number in range(50)])
    for zone in zones[1:]:
        _emit(zone, "x", "y")
    with scope(Plane.WORKER):
        leased = lease_due(Lane.QUICK, 6)
    assert [sum(ticket.zone_id == zone.id for ticket in leased) for zone in zones] == [2, 2, 2]


@job("testing.long", lane=Lane.LONG)
def _long(word: str) -> None:
    """Long work, as far as its lane goes."""


def test_zones_take_turns_for_long_work_too_and_what_came_first_goes_first(world):
    flooded, *others = zones = [world.zone() for _ in range(3)]
    for zone, number in ((flooded, 40), (others[0], 2), (others[1], 2)):
        with scope(Plane.STAFF, zone=zone):
            for place in range(number):
                emit("testing.long", dedupe_key=f"long:{place}", payload={"word": str(place)})
            db.session.commit()
    order = []
    for _ in range(4):
        with scope(Plane.WORKER):
            order.append(lease_due(Lane.LONG, 3))
            assert lease_due(Lane.QUICK, 3) == []
    assert [{ticket.zone_id for ticket in turn} for turn in order] == [{zone.id for zone in zones}] * 2 + [
        {flooded.id}
    ] * 2
    assert [_words(turn) for turn in order] == [["0"] * 3, ["1"] * 3, ["2", "3", "4"], ["5", "6", "7"]]


def _words(tickets):
    """What the events of the tickets say, in order."""
    said = []
    for ticket in tickets:
        with scope(Plane.WORKER, zone=platform().registry.by_id(ticket.zone_id)):
            event = db.session.execute(select(OutboxEvent.payload).where(OutboxEvent.id == ticket.event_id))
            said.append(event.scalar_one()["word"])
            db.session.commit()
    return sorted(said)


def test_a_flood_of_long_work_leaves_room_for_another_zones(world, worker):
    flooded, other = world.zone(), world.zone()
    with scope(Plane.STAFF, zone=flooded):
        for place in range(100):
            emit("testing.long", dedupe_key=f"long:{place}", payload={"word": str(place)})
        db.session.commit()
    relay, queue = Relay(), queue_of(Lane.LONG, connect())
    relay.relay_once()
    waiting = queue.count
    assert waiting == 2 * platform().settings.worker_count
    with scope(Plane.STAFF, zone=other):
        emit("testing.long", dedupe_key="mine", payload={"word": "mine"})
        db.session.commit()
    _work_off(worker)
    relay.relay_once()
    _work_off(worker, waiting)
    with scope(Plane.WORKER, zone=other):
        assert db.session.execute(select(OutboxEvent.state)).scalar_one() == "done"


@pytest.fixture
def hourly():
    @periodic("testing.hourly", every=timedelta(hours=1))
    def _hourly() -> None:
        from tenants.context import current_zone

        done.append((current_zone().id, "hourly"))

    yield
    del handlers["testing.hourly"], periodics["testing.hourly"]


def _hourlies(zone):
    with scope(Plane.WORKER, zone=zone):
        return db.session.execute(
            select(OutboxEvent.dedupe_key).where(OutboxEvent.kind == "testing.hourly")
        ).scalars().all()  # fmt: skip


def _all_done(zone):
    with scope(Plane.WORKER, zone=zone):
        db.session.execute(update(OutboxEvent).values(state="done", done_at=now()))
        db.session.commit()


def test_a_slot_runs_once_however_many_schedulers_there_are(world, hourly):
    zone, at = world.zone(), now()
    for _ in range(3):
        Scheduler().tick(at)
        _all_done(zone)
    assert len(_hourlies(zone)) == 1
    Scheduler().tick(at + timedelta(hours=1))
    assert len(_hourlies(zone)) == 2


def test_a_zone_in_which_the_last_run_still_waits_is_passed_over(world, hourly):
    zone, at = world.zone(), now()
    for hours in range(3):
        Scheduler().tick(at + timedelta(hours=hours))
    assert len(_hourlies(zone)) == 1


def test_a_zone_that_does_not_use_the_module_gets_no_run_of_it(world, hourly):
    slug = next(module.slug for module in platform().modules)
    periodics["testing.hourly"] = replace(periodics["testing.hourly"], module=slug)
    using, other = world.zone(modules=(slug,)), world.zone(modules=())
    Scheduler().tick(now())
    assert (len(_hourlies(using)), len(_hourlies(other))) == (1, 0)


def test_finished_events_are_forgotten_after_a_month(world):
    zone = world.zone()
    _emit(zone, "old", "new")
    with scope(Plane.WORKER, zone=zone):
        old = update(OutboxEvent).where(OutboxEvent.dedupe_key == "mark:old")
        db.session.execute(old.values(state="done", done_at=now() - cron.KEPT - timedelta(days=1)))
        db.session.commit()
    Scheduler()._tidy()
    with scope(Plane.WORKER, zone=zone):
        assert db.session.execute(select(OutboxEvent.dedupe_key)).scalars().all() == ["mark:new"]

"""The relay: leases due events and puts their tickets into the queues, never more than workers will soon take.

Short queues are what makes it fair: whichever zone floods the outbox, another zone's event waits behind a dozen
tickets, not behind the flood. Any number of relays may run.
"""

import signal
import threading
import time
from collections.abc import Sequence

import redis
import structlog
from flask import Flask
from redis.client import PubSub
from sqlalchemy.exc import SQLAlchemyError

from app.core.jobs.entry import sign_ticket
from app.core.jobs.execution import Ticket
from app.core.jobs.leasing import give_back, lease_due
from app.core.jobs.policy import policy
from app.core.jobs.queues import ENTRY, connect, queue_of
from app.core.jobs.registry import Lane
from app.core.jobs.wake import CHANNEL
from app.core.platform import platform
from tenants.context import Plane, scope

log = structlog.get_logger()
BREATH = 0.01  # seconds between two looks while there is work
SETBACK = 0.5  # seconds after the database or Redis was away


def run_relay(app: Flask) -> None:
    """Relay until SIGTERM or SIGINT. Call it from the main thread of a process of its own."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with app.app_context():
        Relay().run(stop)


class Relay:
    """One relay process."""

    def __init__(self) -> None:
        self._redis = connect()
        self._queues = {lane: queue_of(lane, self._redis) for lane in Lane}
        self._wakes: PubSub | None = None

    def run(self, stop: threading.Event) -> None:
        log.info("relay started")
        while not stop.is_set():
            try:
                if self.relay_once():
                    stop.wait(BREATH)
                else:
                    self._sleep(stop)
            except (SQLAlchemyError, redis.RedisError) as fault:
                log.warning("relay set back", reason=type(fault).__name__)
                self._drop_wakes()
                stop.wait(SETBACK)
        self._drop_wakes()
        log.info("relay ended")

    def relay_once(self) -> bool:
        """Fill the queues once; true when there may be more to do at once."""
        busy = False
        for lane, room in self._room().items():
            with scope(Plane.WORKER):
                tickets = lease_due(lane, room)
            self._enqueue(lane, tickets)
            busy = busy or bool(tickets) or room == 0
        return busy

    def _room(self) -> dict[Lane, int]:
        """How many tickets each queue still takes. Long work is handed out late, so that its lease is not spent waiting."""
        workers = platform().settings.worker_count
        depth = {Lane.QUICK: policy().queue_depth * workers, Lane.LONG: 2 * workers}
        with self._redis.pipeline(transaction=False) as pipeline:
            for lane in Lane:
                pipeline.llen(self._queues[lane].key)
            lengths = pipeline.execute()
        return {lane: max(0, depth[lane] - length) for lane, length in zip(Lane, lengths, strict=True)}

    def _enqueue(self, lane: Lane, tickets: Sequence[Ticket]) -> None:
        """Put tickets into a queue; what can't be put there is due again at once."""
        if not tickets:
            return
        queue = self._queues[lane]
        jobs = [
            queue.prepare_data(
                ENTRY, (sign_ticket(ticket),), job_id=f"{ticket.event_id}-{ticket.attempts}", result_ttl=0
            )
            for ticket in tickets
        ]
        try:
            with self._redis.pipeline() as pipeline:
                queue.enqueue_many(jobs, pipeline=pipeline)
                pipeline.execute()
        except redis.RedisError:
            with scope(Plane.WORKER):
                give_back(tickets)
            raise

    def _sleep(self, stop: threading.Event) -> None:
        """Wait for a wake-up, for the next look at the latest."""
        if self._wakes is None:
            self._wakes = self._redis.pubsub(ignore_subscribe_messages=True)
            self._wakes.subscribe(CHANNEL)
            return  # what was emitted before the subscription stood is looked for first
        deadline = time.monotonic() + policy().poll
        while not stop.is_set() and (left := deadline - time.monotonic()) > 0:
            if self._wakes.get_message(timeout=min(left, 0.2)):
                while self._wakes.get_message():
                    pass
                return

    def _drop_wakes(self) -> None:
        if self._wakes is not None:
            self._wakes.close()
            self._wakes = None

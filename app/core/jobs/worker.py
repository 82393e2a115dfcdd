"""A worker: takes tickets from the queues and runs their events, one after the other, in this very process.

No fork per job (20 jobs/s against some hundreds). A failing job fails alone; a worker that grew or served long ends and
is started afresh by the supervisor. SIGTERM ends it within 6 seconds: what is running gets 4 to finish, is then
interrupted and goes on elsewhere from its last checkpoint.
"""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import redis
import structlog
from flask import Flask
from rq import worker_registration
from rq.exceptions import DequeueTimeout
from rq.job import Job
from rq.timeouts import JobTimeoutException
from rq.worker import SimpleWorker
from sqlalchemy.exc import SQLAlchemyError

from app.core.clock import now
from app.core.crypto import CryptoError
from app.core.jobs.entry import read_ticket
from app.core.jobs.errors import Interrupted
from app.core.jobs.execution import Ticket, execute
from app.core.jobs.keeping import LeaseKeeper
from app.core.jobs.policy import JobPolicy, policy
from app.core.jobs.queues import ENTRY, OUTCOMES, SERIALIZER, TicketQueue, connect, queue_of
from app.core.jobs.registry import Lane

log = structlog.get_logger()
PATIENCE, LAST_MOMENT = 4.0, 5.5  # seconds after SIGTERM: then the running job is interrupted; then the process ends
BEAT = 5.0
SETBACK = 0.5


def run_worker(app: Flask, lanes: Sequence[Lane] = (Lane.QUICK, Lane.LONG)) -> None:
    """Work until SIGTERM, SIGINT, or until it is time to start afresh. Call it from the main thread of its own process.

    A worker with both lanes takes long work only when no quick work waits; one with `(Lane.QUICK,)` is always free for
    what is quick.
    """
    with app.app_context():
        TicketWorker(app, lanes, policy()).serve()


class Refused(Exception):
    """A job that is not a ticket of ours."""


class TicketWorker(SimpleWorker):
    """RQ's worker, narrowed: it listens to no commands, keeps no results and runs nothing but signed tickets."""

    def __init__(self, app: Flask, lanes: Sequence[Lane], patience: JobPolicy) -> None:
        connection = connect()
        super().__init__(
            [queue_of(lane, connection) for lane in lanes],
            connection=connection,
            serializer=SERIALIZER,
            queue_class=TicketQueue,
            prepare_for_work=False,  # which would need Redis already
        )
        self.hostname, self.pid = socket.gethostname(), os.getpid()
        self._policy = patience
        self._keeper = LeaseKeeper(app)
        self._is_busy = False
        self._next_beat = 0.0

    @property
    def connection_timeout(self) -> int:
        """Seconds; RQ would wait for a silent Redis for minutes."""
        return 5

    def serve(self) -> None:
        """Take tickets until asked to end or worn out."""
        served = 0
        self._keeper.start()
        self._install_signal_handlers()
        log.info("worker started", queues=self.queue_names())
        while not self._stop_requested and served < self._policy.jobs_per_worker and not self._has_grown():
            served += self.serve_next()
        self._keeper.stop()
        self._take_leave()
        log.info("worker ended", served=served, megabytes=_megabytes())

    def _has_grown(self) -> bool:
        return _megabytes() > self._policy.megabytes_per_worker

    def serve_next(self) -> int:
        """Wait a second at most for a ticket and run it; how many were run."""
        try:
            self._beat()
            found = TicketQueue.dequeue_any(self.queues, 1, self.connection, job_class=Job, serializer=SERIALIZER)
        except DequeueTimeout:
            return 0
        except redis.RedisError as fault:
            log.warning("redis is away", reason=type(fault).__name__)
            time.sleep(SETBACK)
            return 0
        except Exception as fault:  # noqa: BLE001 - a job that RQ can't even read
            log.warning("unreadable job dropped", reason=type(fault).__name__)
            return 0
        if found is None:
            return 0
        self._run(*found)
        return 1

    def _run(self, job: Job, queue: Any) -> None:
        try:
            ticket = _ticket_in(job)
        except (Refused, CryptoError) as fault:
            log.warning("foreign job refused", job=job.id, reason=str(fault))
            outcome = "refused"
        else:
            outcome = self._run_ticket(ticket, Lane.LONG if queue.name == f"hall-{Lane.LONG}" else Lane.QUICK)
        try:
            with self.connection.pipeline() as pipeline:
                pipeline.delete(job.key)
                pipeline.hincrby(OUTCOMES, outcome, 1)
                pipeline.execute()
        except redis.RedisError as fault:
            log.warning("ticket not removed", job=job.id, reason=type(fault).__name__)

    def _run_ticket(self, ticket: Ticket, lane: Lane) -> str:
        """Run an event; what became of it, in a word."""
        timeout = self._policy.long_timeout if lane is Lane.LONG else self._policy.quick_timeout
        try:
            with (
                self._busy(),
                self._keeper.keeping(ticket),
                self.death_penalty_class(timeout, JobTimeoutException, job_id=str(ticket.event_id)),
            ):
                return str(execute(ticket, lambda: self._stop_requested))
        except Interrupted:
            log.warning("ended in the middle of a step", id=str(ticket.event_id))
            return "interrupted"
        except (SQLAlchemyError, JobTimeoutException) as fault:
            # Outside the handler: the database is away, and the lease will end by itself.
            log.warning("run broken off", id=str(ticket.event_id), reason=type(fault).__name__)
            time.sleep(SETBACK)
            return "broken-off"

    @contextmanager
    def _busy(self) -> Iterator[None]:
        self._is_busy = True
        try:
            yield
        finally:
            self._is_busy = False

    def _install_signal_handlers(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end_soon)
        signal.signal(signal.SIGUSR1, self._interrupt)

    def _end_soon(self, _number: int, _frame: FrameType | None) -> None:
        """Take no more tickets. The timers are threads: the alarm signal belongs to the time limit of jobs."""
        if self._stop_requested:
            return
        self._stop_requested = True
        for delay, action in (
            (PATIENCE, lambda: os.kill(os.getpid(), signal.SIGUSR1)),
            (LAST_MOMENT, lambda: os._exit(1)),
        ):
            timer = threading.Timer(delay, action)
            timer.daemon = True
            timer.start()

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        if self._is_busy:
            raise Interrupted

    def _beat(self) -> None:
        """Tell Redis, for dashboards, that this worker lives; also anew after Redis was emptied."""
        if time.monotonic() < self._next_beat:
            return
        self._next_beat = time.monotonic() + BEAT
        self.last_heartbeat = now()
        self.birth_date = self.birth_date or self.last_heartbeat
        with self.connection.pipeline() as pipeline:
            pipeline.hset(self.key, mapping=self.serialize())
            worker_registration.register(self, pipeline)
            pipeline.expire(self.key, int(BEAT * 6))
            pipeline.execute()

    def _take_leave(self) -> None:
        try:
            self.register_death()
        except redis.RedisError:
            log.info("redis is away: its entry of this worker runs out by itself")


def _ticket_in(job: Job) -> Ticket:
    """The ticket a job carries; raises `Refused` or `CryptoError` for anything but one signed ticket for the one entry."""
    try:
        name, instance, args, kwargs = SERIALIZER.loads(job.data)
    except Exception as fault:  # a stranger chose these bytes: nesting without end is a RecursionError
        raise Refused("its data is not ours") from fault
    if name != ENTRY or instance is not None or kwargs or not isinstance(args, list) or len(args) != 1:
        raise Refused("it names something else than the one entry")
    if not isinstance(args[0], str):
        raise Refused("it carries no ticket")
    return read_ticket(args[0])


def _megabytes() -> float:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1]) if Path("/proc/self/statm").exists() else 0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

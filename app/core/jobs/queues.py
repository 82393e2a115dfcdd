"""The queues in Redis: JSON only, nothing in them but signed tickets, and nothing lost when Redis is emptied."""

from typing import Any

import redis
from flask import current_app
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from app.core.jobs.registry import Lane
from app.core.platform import EXTENSION

ENTRY = "app.core.jobs.entry.run_ticket"
SERIALIZER = JSONSerializer
OUTCOMES = "hall:job-outcomes"  # a hash: how many runs came to which outcome, for /metrics
_ONCE = Retry(NoBackoff(), 0)


class TicketQueue(Queue):
    """RQ's queue without its list of jobs in transit: a ticket that a worker takes along when it dies comes again by
    its lease, and with two mechanisms for one purpose it would come twice."""

    @classmethod
    def lmove(cls, connection: redis.Redis, queue_key: str, timeout: int | None = None) -> Any:
        return cls.lpop([queue_key], timeout, connection=connection)


def connect(timeout: float = 5.0) -> redis.Redis:
    """A client of the installation's Redis that fails at once: whoever uses it knows what to do without."""
    url = current_app.extensions[EXTENSION].settings.redis_url
    return redis.Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=min(timeout, 1.0), retry=_ONCE)


def queue_of(lane: Lane, connection: redis.Redis) -> TicketQueue:
    return TicketQueue(f"hall-{lane}", connection=connection, serializer=SERIALIZER)

"""Figures for the operator at `/metrics`.

What a process counts by itself is its own: requests and answers from the page cache. Ask every web process, and add up.
What the database and Redis know is the whole installation's, the same from every process: take one, or the greatest.
"""

import time
from collections.abc import Iterator

import redis
from flask import Flask, Response, g, request
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.core.jobs.queues import OUTCOMES, connect
from tenants.context import Plane, scope
from tenants.database import db
from tenants.isolation import allow_raw_sql, raw_sql

PLACE = allow_raw_sql("app.core.metrics", "counts the outbox of all zones for the operator; it reads no content")
REQUESTS = Histogram(
    "hall_request_seconds",
    "Requests that Flask answered, by endpoint and status class; _count is how many",
    ["endpoint", "status"],
    buckets=(0.01, 0.05, 0.25, 1, 5),
)
PAGES_FROM_MEMORY = Counter(
    "hall_pages_from_memory", "Requests that the page cache answered before Flask, by status", ["status"]
)
EARLY_POSTS = Counter(
    "hall_early_posts", "Posts that were done before Flask, and those that were left to it after all", ["outcome"]
)
# One scan of the two partial indexes, however many events were done before.
OUTBOX = text("""
SELECT count(*) FILTER (WHERE state <> 'dead'), count(*) FILTER (WHERE state = 'dead'),
       coalesce(extract(epoch FROM clock_timestamp() - min(available_at) FILTER (WHERE state <> 'dead')), 0)
FROM outbox_events WHERE state IN ('pending', 'leased') OR state = 'dead'
""")


def init_app(app: Flask) -> None:
    """Count and time what Flask answers; costs a few microseconds and no query."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        if (began := g.pop("began", None)) is not None:
            status = f"{response.status_code // 100}xx"
            REQUESTS.labels(request.endpoint or "none", status).observe(time.perf_counter() - began)
        return response


def figures() -> bytes:
    """Everything, in Prometheus' text format. Asks the database and Redis once; leaves out what is away."""
    shared = CollectorRegistry()
    shared.register(_Installation())
    return generate_latest(REGISTRY) + generate_latest(shared)


class _Installation:
    """What all processes share."""

    def collect(self) -> Iterator[Metric]:
        yield from _outbox()
        yield from _outcomes()


def _outbox() -> Iterator[Metric]:
    try:
        with scope(Plane.WORKER), raw_sql(PLACE):
            waiting, dead, age = db.session.execute(OUTBOX).one()
            db.session.commit()
    except SQLAlchemyError:
        return
    depth = GaugeMetricFamily(
        "hall_outbox_events", "Events by state: waiting (due, later or under way), dead", labels=["state"]
    )
    depth.add_metric(["waiting"], waiting)
    depth.add_metric(["dead"], dead)
    yield depth
    yield GaugeMetricFamily(
        "hall_outbox_oldest_due_seconds", "How long the oldest event has been due", max(0.0, float(age))
    )


def _outcomes() -> Iterator[Metric]:
    try:
        with connect(timeout=1) as client:
            found = client.hgetall(OUTCOMES)
    except (redis.RedisError, ValueError):
        return
    jobs = CounterMetricFamily("hall_jobs", "Runs of jobs by outcome since Redis was last emptied", labels=["outcome"])
    for outcome, number in sorted(found.items()):  # type: ignore[union-attr]
        jobs.add_metric([outcome.decode() if isinstance(outcome, bytes) else outcome], int(number))
    yield jobs

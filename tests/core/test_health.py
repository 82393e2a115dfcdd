"""Health: of the process, of what it needs, and figures for the operator only."""

from dataclasses import replace
from datetime import timedelta

import pytest
import redis
from sqlalchemy import delete

from app.core.clock import now
from app.core.jobs.queues import OUTCOMES
from app.core.outbox import OutboxEvent
from app.factory import create_app
from tenants.context import Plane, scope
from tenants.database import db


@pytest.fixture
def browser_of(settings):
    """A client of an application of its own with some settings changed."""
    apps = []

    def browser_of(**changes):
        apps.append(create_app(replace(settings, **changes)))
        return apps[-1].test_client()

    yield browser_of
    for app in apps:
        with app.app_context():
            db.engine.dispose()


def test_the_process_and_what_it_needs_are_well_on_any_host(world):
    for host in ("hall.test", "nobody.hall.test", "10.0.0.7"):
        assert world.client(host).get("/healthz").json == {"status": "ok"}
        assert world.client(host).get("/readyz").json == {
            "status": "ready", "database": "ok", "migrations": "ok", "redis": "ok",
        }  # fmt: skip


def test_a_database_that_is_away_is_named(browser_of):
    away = browser_of(database_url="postgresql+psycopg:///hall?host=/nowhere")
    answer = away.get("/readyz")
    assert (answer.status_code, answer.json["database"]) == (503, "unreachable")
    assert away.get("/healthz").status_code == 200


def test_redis_away_is_named_and_pages_are_served_all_the_same(browser_of):
    answer = browser_of(redis_url="redis://127.0.0.1:1/0").get("/readyz")
    assert (answer.status_code, answer.json["redis"]) == (200, "unreachable")


def test_metrics_are_for_the_bearer_of_the_token(world, settings):
    client = world.client("hall.test")
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    assert client.get("/metrics", headers={"Authorization": f"Bearer {settings.metrics_token}"}).status_code == 200


def figures_of(client, settings):
    """What /metrics says, by name and labels as written there."""
    text = client.get("/metrics", headers={"Authorization": f"Bearer {settings.metrics_token}"}).text
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines() if line[0] != "#"}


def test_figures_count_requests_by_endpoint_and_pages_from_memory(world, settings):
    zone = world.zone()
    client = world.client(zone)
    asked, kept = (
        'hall_request_seconds_count{endpoint="health.healthz",status="2xx"}',
        'hall_pages_from_memory_total{status="200"}',
    )
    before = figures_of(client, settings)
    for _ in range(3):
        client.get("/healthz")
        assert client.get("/").status_code == 200
    after = figures_of(client, settings)
    assert after[asked] - before.get(asked, 0) == 3
    assert after[kept] - before.get(kept, 0) == 3


def test_figures_show_what_waits_and_what_was_given_up(world, settings):
    zone = world.zone()
    client = world.client(zone)
    before = figures_of(client, settings)
    with scope(Plane.WORKER, zone=zone):
        for state, minutes in (("dead", 0), ("pending", 90), ("pending", 0)):
            db.session.add(OutboxEvent(kind="testing.nothing", dedupe_key=f"{state}{minutes}", state=state,
                                       available_at=now() - timedelta(minutes=minutes)))  # fmt: skip
        db.session.commit()
    after = figures_of(client, settings)
    assert after['hall_outbox_events{state="waiting"}'] - before['hall_outbox_events{state="waiting"}'] == 2
    assert after['hall_outbox_events{state="dead"}'] - before['hall_outbox_events{state="dead"}'] == 1
    assert after["hall_outbox_oldest_due_seconds"] >= 90 * 60
    with scope(Plane.WORKER, zone=zone):
        db.session.execute(delete(OutboxEvent))
        db.session.commit()


def test_figures_show_runs_of_jobs_by_outcome(world, settings):
    client = world.client("hall.test")
    with redis.Redis.from_url(settings.redis_url) as there:
        there.hincrby(OUTCOMES, "done", 7)
    assert figures_of(client, settings)['hall_jobs_total{outcome="done"}'] >= 7


def test_figures_are_given_without_database_and_redis(browser_of, settings):
    away = browser_of(database_url="postgresql+psycopg:///hall?host=/nowhere", redis_url="redis://127.0.0.1:1/0")
    figures = figures_of(away, settings)
    assert "hall_outbox_oldest_due_seconds" not in figures
    assert "process_cpu_seconds_total" in figures

"""Health: of the process, of what it needs, and figures for the operator only."""

from dataclasses import replace

import pytest

from app.factory import create_app
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

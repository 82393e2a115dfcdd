"""Real PostgreSQL and Valkey, started once per test process; the application once; zones made anew by each test."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.core.config import Settings, load_settings
from app.core.embedded import EmbeddedServers
from app.core.migrations import upgrade
from app.factory import create_app
from tenants import ids
from tenants.database import db
from tests.fixtures.world import World


@pytest.fixture(autouse=True)
def _ids_return_to_the_present(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids of a process rise strictly: after a test that travelled ahead they would stay ahead of the clock."""
    monkeypatch.setattr(ids, "_last", ids._last)  # noqa: SLF001 (there is no other way back)


@pytest.fixture(scope="session")
def settings() -> Iterator[Settings]:
    """Settings of a fresh installation in a directory of its own, with its servers running."""
    var = Path(tempfile.mkdtemp(prefix="hall-test-"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HALL_")}
    plain = load_settings(
        {**kept, "HALL_VAR": str(var), "HALL_BASE_DOMAIN": "hall.test", "HALL_METRICS_TOKEN": "m" * 32}
    )
    servers = EmbeddedServers(var, fast=True)
    try:
        addresses = servers.start()
        yield plain.with_servers(
            database_url=addresses.database_url,
            database_owner_url=addresses.database_owner_url,
            redis_url=addresses.redis_url,
        )
    finally:
        servers.stop()
        shutil.rmtree(var, ignore_errors=True)


@pytest.fixture(scope="session")
def app(settings: Settings) -> Iterator[Flask]:
    """The application over a migrated database."""
    app = create_app(settings)
    app.testing = True
    upgrade(settings.database_owner_url, app.extensions["migration_folders"])
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def city(app: Flask) -> World:
    """A small city shared by the whole run: its root union and nothing else. Tests add zones of their own."""
    world = World(app)
    world.found_city()
    return world


@pytest.fixture
def world(city: World) -> Iterator[World]:
    """The city, inside an application context."""
    with city.app.app_context():
        yield city

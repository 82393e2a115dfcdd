"""roles.sql on PostgreSQL 15 and on the newest: who may what, and every migration run by a login that is no superuser."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from alembic import command
from flask import Flask
from sqlalchemy import create_engine

from app.core.config import Settings
from app.core.migrations import configuration, upgrade
from app.factory import create_app
from tenants.context import Plane
from tenants.database import check_database_role, db
from tests.deploy.cluster import Cluster, debian_programs, new_cluster, wheel_programs
from tests.fixtures.world import World

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=[debian_programs, wheel_programs], ids=["debian", "wheel"])
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A started cluster on which roles.sql ran twice."""
    programs: Callable[[], Path] = request.param
    with new_cluster(programs()) as cluster, cluster.serving():
        cluster.create_roles()
        cluster.create_roles()
        yield cluster


@pytest.fixture(scope="module")
def migrated(cluster: Cluster, settings: Settings) -> Iterator[Flask]:
    """The application over a database that hall_migrator brought up."""
    ours = replace(settings, database_url=cluster.url("hall_app"), database_owner_url=cluster.url("hall_migrator"))
    app = create_app(ours)
    upgrade(ours.database_owner_url, app.extensions["migration_folders"])
    yield app
    with app.app_context():
        db.engine.dispose()


def as_login(cluster: Cluster, login: str) -> psycopg.Connection:
    return psycopg.connect(cluster.url(login).replace("+psycopg", ""), autocommit=True)


def test_every_migration_runs_without_a_superuser(cluster: Cluster, migrated: Flask) -> None:
    with as_login(cluster, "hall_migrator") as connection:
        owners = connection.execute(
            "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        ).fetchall()
        assert owners == [("hall_owner",)]
        rights = "SELECT rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        assert connection.execute(rights).fetchone() == (False, False, False)


def test_it_is_ready_once_it_is_migrated(migrated: Flask) -> None:
    answer = migrated.test_client().get("/readyz")
    assert answer.json == {"status": "ready", "database": "ok", "migrations": "ok", "redis": "ok"}


def test_the_application_works_on_that_database(migrated: Flask) -> None:
    with migrated.app_context():
        world = World(migrated)
        world.found_city()
        zone = world.zone()
        member = world.member(zone)
        page = world.client(zone, member).get("/me")
        assert page.status_code == 200
        assert member.name in page.text


def test_the_applications_login_passes_the_start_up_check(cluster: Cluster, migrated: Flask) -> None:
    engine = create_engine(cluster.url("hall_app"))
    with engine.connect() as connection:
        check_database_role(connection.connection.driver_connection)
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM members",
        "SELECT count(*) FROM accounts",
        "SET ROLE hall_owner",
        "SET ROLE hall_migrator",
        "SET ROLE postgres",
        "CREATE TABLE public.mine (a int)",
        "ALTER TABLE members DISABLE ROW LEVEL SECURITY",
    ],
)
def test_the_applications_login_can_do_nothing_as_itself(cluster: Cluster, migrated: Flask, statement: str) -> None:
    with as_login(cluster, "hall_app") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)  # type: ignore[arg-type]


@pytest.mark.parametrize("plane", list(Plane))
def test_the_applications_login_may_become_each_plane_and_has_none_of_its_rights_before(
    cluster: Cluster, migrated: Flask, plane: Plane
) -> None:
    with as_login(cluster, "hall_app") as connection:
        row = connection.execute(
            "SELECT pg_has_role(%s, 'MEMBER'), pg_has_role(%s, 'USAGE')", [str(plane), str(plane)]
        ).fetchone()
        assert row == (True, False)
        connection.execute(f"SET ROLE {plane}")  # type: ignore[arg-type]


def test_a_login_that_inherited_once_is_put_right_by_running_roles_again(cluster: Cluster) -> None:
    with cluster.superuser() as connection:
        newer = connection.info.server_version >= 160000
        connection.execute("ALTER ROLE hall_app INHERIT")
        connection.execute("GRANT hall_worker TO hall_app" + (" WITH INHERIT TRUE" if newer else ""))  # type: ignore[arg-type]
        asked = "SELECT pg_has_role('hall_app', 'hall_worker', 'USAGE')"
        assert connection.execute(asked).fetchone() == (True,)
        cluster.create_roles()
        assert connection.execute(asked).fetchone() == (False,)


def test_the_backup_login_reads_all_zones_and_writes_nothing(cluster: Cluster, migrated: Flask) -> None:
    with as_login(cluster, "hall_backup") as connection:
        assert connection.execute("SELECT count(*) FROM zones").fetchone() is not None
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM outbox_events")


def test_a_stranger_database_login_is_refused(cluster: Cluster) -> None:
    with cluster.superuser() as connection:
        connection.execute("CREATE ROLE stranger LOGIN PASSWORD 'x'")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host="127.0.0.1", port=cluster.port, user="stranger", password="x", dbname="hall")


def test_migrations_go_down_and_up_again_without_a_superuser(cluster: Cluster, migrated: Flask) -> None:
    with migrated.app_context():
        db.engine.dispose()
    folders, url = migrated.extensions["migration_folders"], cluster.url("hall_migrator")
    command.downgrade(configuration(folders, url), "base")
    upgrade(url, folders)

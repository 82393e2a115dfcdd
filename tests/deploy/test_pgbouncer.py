"""Zones through PgBouncer in transaction mode with a single connection to PostgreSQL: nothing of one reaches another."""

import gc
import random
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from app.core.config import Settings
from app.core.migrations import upgrade
from app.factory import create_app
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tenants.isolation import allow_raw_sql, raw_sql
from tenants.models import ZoneRevision
from tests.deploy.cluster import PASSWORDS, Cluster, debian_programs, new_cluster
from tests.deploy.machine import (
    DEPLOY,
    answers,
    as_server_user,
    free_port,
    render,
    require_program,
    running,
    wait_until,
)
from tests.fixtures.world import World

pytestmark = pytest.mark.slow
PLACE = allow_raw_sql("tests.deploy.pgbouncer", "asks PostgreSQL who it thinks we are")
WHO = text("""
    SELECT current_user, nullif(current_setting('hall.zone', true), ''), pg_backend_pid(),
           (SELECT count(*) FROM zone_revisions), (SELECT count(*) FROM zone_revisions WHERE zone_id <> :zone)
""")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    require_program("pgbouncer")
    with new_cluster(debian_programs()) as cluster, cluster.serving():
        cluster.create_roles()
        yield cluster


@pytest.fixture(scope="module")
def pooler(cluster: Cluster) -> Iterator[int]:
    """The port of a PgBouncer with the configuration of deploy/ and a pool of one connection."""
    port = free_port()
    listed = cluster.run("psql", "-h", str(cluster.folder), "-p", str(cluster.port), "-U", "postgres", "-XAtq",
                         "-c", (DEPLOY / "pgbouncer" / "userlist.sql").read_text())  # fmt: skip
    assert PASSWORDS["hall_app"] not in listed
    cluster.write("userlist.txt", listed)
    text = render(
        DEPLOY / "pgbouncer" / "pgbouncer.ini.template",
        HALL_DATABASE_HOST="127.0.0.1", HALL_DATABASE_PORT=str(cluster.port), HALL_POOLER_ADDRESS="127.0.0.1",
        HALL_POOLER_RUN=str(cluster.folder), HALL_POOLER_LOG=str(cluster.folder / "pgbouncer.log"),
        HALL_POOLER_USERS=str(cluster.folder / "userlist.txt"),
    )  # fmt: skip
    text = text.replace("listen_port = 6432", f"listen_port = {port}").replace("_pool_size = 40", "_pool_size = 1")
    text = text.replace("reserve_pool_size = 10", "reserve_pool_size = 0")
    cluster.write("pgbouncer.ini", text)
    program = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin") or "pgbouncer"
    with running(as_server_user([program, str(cluster.folder / "pgbouncer.ini")]), cluster.folder / "pgbouncer.out"):
        wait_until(lambda: answers(port), "PgBouncer did not listen")
        yield port


@contextmanager
def application(settings: Settings, cluster: Cluster, port: int, *, pooler: bool) -> Iterator[Flask]:
    ours = replace(settings, database_url=cluster.url("hall_app", port=port), database_pooler=pooler)
    app = create_app(ours)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def pooled(settings: Settings, cluster: Cluster, pooler: int) -> Iterator[World]:
    """The application behind the pooler, in a city of its own."""
    with application(settings, cluster, pooler, pooler=True) as app:
        upgrade(cluster.url("hall_migrator"), app.extensions["migration_folders"])
        world = World(app)
        world.found_city()
        yield world


def ask_postgres(app: Flask, zone: ZoneFacts, plane: Plane) -> tuple[str, UUID | None, int, int, int]:
    with app.app_context(), scope(plane, zone=zone), raw_sql(PLACE):
        user, seen, process, rows, foreign = db.session.execute(WHO, {"zone": zone.id}).one()
        db.session.commit()
        return user, UUID(seen) if seen else None, process, rows, foreign


def test_two_zones_share_one_connection_and_see_nothing_of_each_other(pooled: World) -> None:
    with pooled.app.app_context():
        zones = [pooled.zone(), pooled.zone()]
    turns = [(zone, plane) for zone in zones for plane in (Plane.MEMBER, Plane.STAFF, Plane.WORKER)] * 60
    random.Random(3).shuffle(turns)
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda turn: ask_postgres(pooled.app, *turn), turns))
    assert len({process for _, _, process, _, _ in answers}) == 1
    for (zone, plane), (user, seen, _, rows, foreign) in zip(turns, answers, strict=True):
        assert (user, seen, rows, foreign) == (plane.value, zone.id, 1, 0)


def test_pages_of_two_zones_through_one_connection_are_each_their_own(pooled: World) -> None:
    with pooled.app.app_context():
        zones = [pooled.zone(), pooled.zone()]
        people = [(zone, pooled.member(zone)) for zone in zones * 3]
        clients = [(pooled.client(zone, person), person) for zone, person in people]

    def visit(turn: int) -> tuple[str, str]:
        client, person = clients[turn % len(clients)]
        return person.name, client.get("/me").text

    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(visit, range(120)))
    for name, page in pages:
        assert name in page
        assert not [person.name for _, person in people if person.name != name and f">{person.name}<" in page]


def test_nothing_is_left_on_the_connection_after_a_transaction(pooled: World, cluster: Cluster, pooler: int) -> None:
    with pooled.app.app_context():
        zone = pooled.zone()
    for end in ("commit", "rollback", "fault"):
        with pooled.app.app_context(), scope(Plane.STAFF, zone=zone):
            db.session.execute(select(ZoneRevision.id)).all()
            if end == "fault":
                with pytest.raises(SQLAlchemyError), raw_sql(PLACE):
                    db.session.execute(text("SELECT 1 / 0"))
            db.session.commit() if end == "commit" else db.session.rollback()
        assert bystander(cluster, pooler) == ("hall_app", None)


def test_a_session_wide_setting_would_leak_which_is_why_there_is_none(cluster: Cluster, pooler: int) -> None:
    """The negative control: what the tests above would see if anybody wrote SET for SET LOCAL."""
    with psycopg.connect(cluster.url("hall_app", port=pooler).replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SET hall.zone = '00000000-0000-7000-8000-000000000001'")
        leaked = bystander(cluster, pooler)
        connection.execute("RESET hall.zone")
    assert leaked == ("hall_app", "00000000-0000-7000-8000-000000000001")


def bystander(cluster: Cluster, pooler: int) -> tuple[str, str | None]:
    """What another client of the same pool finds set before it has set anything."""
    url = cluster.url("hall_app", port=pooler).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
        row = connection.execute("SELECT current_user, nullif(current_setting('hall.zone', true), '')").fetchone()
    assert row
    return row[0], row[1]


@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)  # broken on purpose
def test_without_the_setting_prepared_statements_go_astray(settings: Settings, pooled: World, cluster: Cluster,
                                                           pooler: int) -> None:  # fmt: skip
    version = subprocess.run(["pgbouncer", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    if tuple(map(int, version.split(".")[:2])) >= (1, 21):
        pytest.skip(f"PgBouncer {version} knows prepared statements: there is nothing to go astray")
    with pooled.app.app_context():
        zones = [pooled.zone(), pooled.zone()]
    with application(settings, cluster, pooler, pooler=False) as app, ThreadPoolExecutor(8) as pool:

        def goes_astray(turn: int) -> bool:
            try:
                ask_postgres(app, zones[turn % 2], Plane.MEMBER)
            except (SQLAlchemyError, psycopg.Error) as fault:
                return "prepared statement" in str(fault)
            return False

        assert any(pool.map(goes_astray, range(200)))
    gc.collect()

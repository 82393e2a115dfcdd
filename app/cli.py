"""`flask up` and the processes it supervises, one command each."""

import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.core.config import Settings, StartupError, load_settings
from app.core.embedded import Addresses, EmbeddedServers
from app.core.jobs import Lane
from app.core.jobs.cron import run_cron
from app.core.jobs.relay import run_relay
from app.core.jobs.worker import run_worker
from app.core.migrations import upgrade
from app.core.running import publish
from app.core.supervisor import ProcessSpec, Supervisor, require_free_port
from app.demo.city import build_demo_city, known_personas
from app.demo.report import print_report

ROOT = Path(__file__).parents[1]
PYTHON = sys.executable


def init_app(app: Flask) -> None:
    for command in (up, migrate, relay, worker, cron):
        app.cli.add_command(command)


@click.command("up")
@with_appcontext
def up() -> None:
    """Run everything on this machine: servers, migrations, demo city, web, relay, worker, cron, sandbox."""
    try:
        _up(load_settings())
    except StartupError as error:
        sys.exit(str(error))


def _up(settings: Settings) -> None:
    require_free_port(settings.port)
    require_free_port(settings.sandbox_port, "HALL_SANDBOX_PORT")
    with EmbeddedServers.for_settings(settings) as servers:
        addresses = servers.addresses
        addresses.check()
        publish(settings, addresses)
        running = _with_addresses(settings, addresses)
        _migrate(running)
        supervisor = Supervisor(_processes(running), servers=servers.running)
        supervisor.run(on_ready=lambda: _ready(running))


def _with_addresses(settings: Settings, addresses: Addresses) -> Settings:
    return settings.with_servers(
        database_url=addresses.database_url,
        database_owner_url=addresses.database_owner_url,
        redis_url=addresses.redis_url,
    )


def _migrate(settings: Settings) -> None:
    upgrade(settings.database_owner_url, current_app.extensions["migration_folders"])


def _ready(settings: Settings) -> None:
    from app.factory import create_app

    personas = known_personas(settings.var) if settings.demo else []
    if settings.demo and not personas:
        with create_app(settings).app_context():
            personas = build_demo_city()
    print_report(settings, personas)


def _web(settings: Settings, environment: dict[str, str]) -> ProcessSpec:
    return ProcessSpec("web", _granian("wsgi:app", settings.port, "0.0.0.0", settings.web_workers, settings.web_threads),
                       environment, ready=_answers(f"http://127.0.0.1:{settings.port}/healthz"))  # fmt: skip


def _sandbox(settings: Settings, environment: dict[str, str]) -> ProcessSpec:
    return ProcessSpec("sandbox", _granian("sandbox.wsgi:app", settings.sandbox_port, "127.0.0.1", 1, 4), environment,
                       ready=_answers(f"http://127.0.0.1:{settings.sandbox_port}/stats"))  # fmt: skip


def _granian(application: str, port: int, host: str, workers: int, threads: int) -> list[str]:
    return [PYTHON, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers),
            "--blocking-threads", str(threads), "--no-ws", "--log-level", "warning", application]  # fmt: skip


def _processes(settings: Settings) -> list[ProcessSpec]:
    """Everything `up` runs on one machine."""
    environment = settings.as_environ()
    commands = {"relay": ["relay"], "cron": ["cron"]}
    commands |= {f"worker-{number}": ["worker"] for number in range(1, settings.worker_count + 1)}
    others = [
        ProcessSpec(name, [PYTHON, "-m", "flask", "--app", "wsgi", *command], environment, follows=True)
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
    _migrate(current_app.extensions["unionhall"].settings)
    click.echo("The database is up to date.")


@click.command("relay")
@with_appcontext
def relay() -> None:
    """Hand due outbox events to the workers."""
    run_relay(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command("worker")
@click.option("--quick", is_flag=True, help="Take quick work only, so that long work never delays it.")
@with_appcontext
def worker(quick: bool) -> None:
    """Handle events handed over by the relay."""
    lanes = (Lane.QUICK,) if quick else (Lane.QUICK, Lane.LONG)
    run_worker(current_app._get_current_object(), lanes)  # type: ignore[attr-defined]


@click.command("cron")
@with_appcontext
def cron() -> None:
    """Emit the events of periodic work."""
    run_cron(current_app._get_current_object())  # type: ignore[attr-defined]

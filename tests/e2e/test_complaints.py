"""What is wrong with the machine or the settings is said in one clear sentence by the real commands, with exit code 1."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from app.core.config import Settings
from app.core.embedded import Addresses, StartupError, addresses
from tests.e2e.installation import flask, free_ports, without_settings

pytestmark = pytest.mark.slow
KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
KEYS = {"HALL_SECRET_KEY": "s" * 48, "HALL_DATA_KEYS": f"k1:{KEY}", "HALL_INDEX_KEY": KEY, "HALL_JOB_KEY": KEY}
APP, OWNER = "HALL_DATABASE_URL", "HALL_DATABASE_OWNER_URL"


def complaint(var: Path, command: list[str], **settings: str) -> str:
    """What the command says when it refuses."""
    port, sandbox_port = free_ports(2)
    own = {"HALL_VAR": str(var), "HALL_PORT": str(port), "HALL_SANDBOX_PORT": str(sandbox_port)}
    done = flask(*command, environment=without_settings() | own | settings)
    said = done.stdout + done.stderr
    assert "Traceback" not in said, said
    assert done.returncode == 1, said
    return said.strip()


@pytest.fixture(scope="module")
def login_that_inherits(settings: Settings) -> Iterator[str]:
    """The address of a login that has its planes' rights without asking for them."""
    idents = settings.var / "postgres" / "pg_ident.conf"
    before = idents.read_text()
    idents.write_text(before + before.splitlines()[0].replace("postgres", "hall_careless") + "\n")
    owner = settings.database_owner_url.replace("+psycopg", "")
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("CREATE ROLE hall_careless LOGIN INHERIT")
        connection.execute("SELECT pg_reload_conf()")
        yield settings.database_url.replace("hall_app", "hall_careless")
        connection.execute("DROP ROLE hall_careless")
        idents.write_text(before)
        connection.execute("SELECT pg_reload_conf()")


WRONG = [
    ("no owner", {APP: "{app}"}, [f"{OWNER} must be set"]),
    ("a superuser", {APP: "{owner}", OWNER: "{owner}"}, [f"{APP}: the application's database login is a superuser"]),
    ("one that inherits", {APP: "{careless}", OWNER: "{owner}"}, [f"{APP}: .* inherits its planes' rights"]),
    ("no such login", {APP: "{stranger}", OWNER: "{owner}"}, [f"{APP}: the database at .* authentication failed"]),
    ("no such database", {APP: "{elsewhere}", OWNER: "{owner}"}, [f'{APP}: .*database "nosuch" does not exist']),
    (
        "nobody there",
        {APP: "postgresql://a:geheim@127.0.0.1:1/hall", OWNER: "postgresql://b:geheim@127.0.0.1:2/hall",
         "HALL_REDIS_URL": "redis://:geheim@127.0.0.1:3/0"},
        [f"{APP}: the database at 127.0.0.1 does not answer", f"{OWNER}: the database at 127.0.0.1 does not answer",
         "HALL_REDIS_URL: Redis does not answer"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("given", "sentences"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_up_names_every_address_that_will_not_do(
    settings: Settings, login_that_inherits: str, tmp_path: Path, given: dict[str, str], sentences: list[str]
) -> None:
    known = {
        "app": settings.database_url,
        "owner": settings.database_owner_url,
        "careless": login_that_inherits,
        "stranger": settings.database_url.replace("hall_app", "hall_stranger"),
        "elsewhere": settings.database_url.replace("/hall?", "/nosuch?"),
    }
    redis = {"HALL_REDIS_URL": settings.redis_url}
    said = complaint(tmp_path / "var", ["up"], **KEYS | redis | {k: v.format(**known) for k, v in given.items()})
    lines = said.splitlines()
    assert len(lines) == len(sentences), said
    for line, sentence in zip(lines, sentences, strict=True):
        assert re.match(sentence, line), said
    assert "geheim" not in said


BESIDE_NOTHING = (
    ["zones", "list"], ["accounts", "create", "--phone", "13900000001", "--name", "某人"], ["migrate"], ["relay"],
    ["worker"], ["cron"],
)  # fmt: skip


@pytest.mark.parametrize("command", BESIDE_NOTHING, ids=lambda command: command[0])
def test_a_command_beside_nothing_says_that_nothing_runs(tmp_path: Path, command: list[str]) -> None:
    said = complaint(tmp_path, command)
    assert said == f"Unionhall is not running on {tmp_path}: start it with scripts/run, or set HALL_DATABASE_URL."


def test_a_damaged_note_of_the_servers_is_named(tmp_path: Path) -> None:
    (tmp_path / "servers.json").write_text('{"database_url": ')
    said = complaint(tmp_path, ["zones", "list"])
    assert said == f"{tmp_path}/servers.json is damaged: start Unionhall (scripts/run), which writes it anew."


def test_a_command_after_the_end_says_that_the_database_does_not_answer(tmp_path: Path) -> None:
    (tmp_path / "servers.json").write_text(
        '{"database_url": "postgresql+psycopg://hall_app@/hall?host=/nowhere", "redis_url": "unix:///nowhere/v"}'
    )
    said = complaint(tmp_path, ["zones", "list"])
    assert said.startswith(f"The database in {tmp_path} does not answer (")
    assert said.endswith("start Unionhall with scripts/run.")


def test_a_database_without_tables_is_told_apart_from_one_that_is_away(settings: Settings, tmp_path: Path) -> None:
    with psycopg.connect(settings.database_owner_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE bare")
        try:
            url = settings.database_url.replace("/hall?", "/bare?")
            said = complaint(tmp_path, ["zones", "list"], HALL_DATABASE_URL=url, HALL_REDIS_URL="redis://x/0", **KEYS)
        finally:
            connection.execute("DROP DATABASE bare WITH (FORCE)")
    assert "run flask migrate" in said


def test_servers_that_are_too_old_are_refused(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "OLDEST_POSTGRESQL", 99)
    monkeypatch.setattr(addresses, "OLDEST_REDIS", (99, 0))
    with pytest.raises(StartupError) as caught:
        Addresses(database_url=settings.database_url, redis_url=settings.redis_url).check()
    database, redis = str(caught.value).splitlines()
    assert database.endswith("99 or newer is needed.")
    assert redis.endswith("99.0 or newer is needed.")


@pytest.fixture
def small_disk() -> Iterator[object]:
    """Mounts a disk of so many megabytes and files; skips where one may not mount."""
    folder = Path(tempfile.mkdtemp(prefix="hall-small-"))

    def mount(megabytes: int, files: int) -> Path:
        options = f"size={megabytes}m,nr_inodes={files},mode=755"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
        return folder

    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    yield mount
    subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize(
    ("megabytes", "files", "stage"),
    [
        (100, 5000, "too little for new servers"),
        (300, 2, "no file for the keys"),
        (300, 4, "no file for the lock"),
        (300, 200, "full while the database is set up"),
        (300, 1100, "full while migrations run"),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_a_full_disk_is_one_sentence(small_disk, megabytes: int, files: int, stage: str) -> None:
    said = complaint(small_disk(megabytes, files), ["up"], HALL_DEMO="1")
    assert "full" in said or "No space left" in said, said
    assert len([line for line in said.splitlines() if "|" not in line]) <= 2, said

"""The servers that we run ourselves: real ones, killed for real."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from app.core.config import CHECKOUT
from app.core.embedded import Addresses, EmbeddedServers, StartupError

RUN_UNTIL_KILLED = """
import sys, time
from pathlib import Path
from app.core.embedded import EmbeddedServers
servers = EmbeddedServers(Path(sys.argv[1]), fast=True)
servers.start()
print(*(server.pid for server in servers.running), flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServers]:
    with EmbeddedServers(tmp_path_factory.mktemp("servers"), fast=True) as servers:
        yield servers


def query(address: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(address.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be noticed does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(*pids: int, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while any(map(is_alive, pids)):
        assert time.monotonic() < deadline, "something outlived its parent"
        time.sleep(0.02)


def test_both_servers_answer(servers: EmbeddedServers) -> None:
    servers.addresses.check()


def test_the_application_logs_in_without_rights_of_its_own(servers: EmbeddedServers) -> None:
    ((name, is_super, bypasses, inherits),) = query(
        servers.addresses.database_url,
        "SELECT rolname, rolsuper, rolbypassrls, rolinherit FROM pg_roles WHERE rolname = current_user",
    )
    assert (name, is_super, bypasses, inherits) == ("hall_app", False, False, False)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        query(servers.addresses.database_url, "CREATE TABLE anything ()")


def test_chinese_words_have_trigrams_and_sort_by_code_point(servers: EmbeddedServers) -> None:
    owner = servers.addresses.database_owner_url
    query(owner, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
    assert query(owner, "SELECT cardinality(show_trgm('工会组织'))") == [(5,)]
    assert query(owner, "SELECT 'B' < 'a', lower('Ä')") == [(True, "ä")]


def test_nothing_listens_on_the_network(servers: EmbeddedServers) -> None:
    assert query(servers.addresses.database_owner_url, "SHOW listen_addresses") == [("",)]
    with redis.Redis.from_url(servers.addresses.redis_url) as client:
        assert client.config_get("port") == {"port": "0"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has something to give up")
def test_no_server_runs_as_root(servers: EmbeddedServers) -> None:
    for server in servers.running:
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0


def test_a_second_instance_is_refused_in_one_sentence(servers: EmbeddedServers) -> None:
    with pytest.raises(StartupError, match=rf"already running on {servers.var} \(process {os.getpid()}\)"):
        EmbeddedServers(servers.var).start()
    servers.addresses.check()


@pytest.mark.kill
def test_a_killed_postgres_starts_again_with_what_was_committed(servers: EmbeddedServers) -> None:
    postgres, owner = servers.postgres, servers.addresses.database_owner_url
    assert postgres is not None
    assert postgres.pid is not None
    query(owner, "CREATE TABLE kept AS SELECT 1 AS number")
    os.kill(postgres.pid, signal.SIGKILL)
    wait_until_gone(postgres.pid)
    postgres.start()
    assert query(owner, "SELECT number FROM kept") == [(1,)]


@pytest.mark.kill
def test_a_killed_valkey_starts_again_with_what_it_held(servers: EmbeddedServers) -> None:
    valkey = servers.valkey
    assert valkey is not None
    assert valkey.pid is not None
    with redis.Redis.from_url(servers.addresses.redis_url) as client:
        client.set("kept", "1")
    os.kill(valkey.pid, signal.SIGKILL)
    wait_until_gone(valkey.pid)
    valkey.start()
    with redis.Redis.from_url(servers.addresses.redis_url) as client:
        assert client.get("kept") == b"1"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that servers have run in before."""
    var = tmp_path_factory.mktemp("installed")
    with EmbeddedServers(var, fast=True) as servers:
        query(servers.addresses.database_owner_url, "CREATE TABLE kept AS SELECT 1 AS number")
    return var


def start_and_read(var: Path) -> list[tuple[object, ...]]:
    with EmbeddedServers(var, fast=True) as servers:
        servers.addresses.check()
        return query(servers.addresses.database_owner_url, "SELECT number FROM kept")


def run_in_another_process(var: Path) -> tuple["subprocess.Popen[str]", list[int]]:
    process = subprocess.Popen(
        [sys.executable, "-c", RUN_UNTIL_KILLED, str(var)], stdout=subprocess.PIPE, text=True, cwd=CHECKOUT
    )
    assert process.stdout is not None
    with process.stdout as output:
        return process, [int(pid) for pid in output.readline().split()]


@pytest.mark.kill
def test_servers_end_with_the_process_that_started_them(installed: Path) -> None:
    process, servers = run_in_another_process(installed)
    process.kill()
    process.wait()
    wait_until_gone(*servers)


@pytest.mark.kill
def test_a_start_right_after_a_kill_waits_for_what_is_still_ending(installed: Path) -> None:
    process, _ = run_in_another_process(installed)
    process.kill()
    process.wait()
    assert start_and_read(installed) == [(1,)]


@pytest.mark.kill
def test_after_everything_was_killed_nothing_is_lost(installed: Path) -> None:
    process, servers = run_in_another_process(installed)
    for pid in [process.pid, *servers]:
        os.kill(pid, signal.SIGKILL)
    process.wait()
    assert start_and_read(installed) == [(1,)]


def test_a_pid_file_that_names_a_living_stranger_is_no_obstacle(installed: Path) -> None:
    (installed / "postgres" / "postmaster.pid").write_text(f"{os.getppid()}\n{installed}/postgres\n0\n5432\n\n\n0 0\n")
    assert start_and_read(installed) == [(1,)]


def test_a_set_up_that_was_interrupted_is_done_anew(tmp_path: Path) -> None:
    (tmp_path / "postgres.new" / "base").mkdir(parents=True)
    with EmbeddedServers(tmp_path, given=Addresses(redis_url="unix:///somewhere/else"), fast=True) as servers:
        assert servers.valkey is None
        assert query(servers.addresses.database_url, "SELECT 1") == [(1,)]


def test_data_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir(mode=0o700)
    (tmp_path / "postgres" / "PG_VERSION").write_text("15\n")
    with pytest.raises(StartupError, match="was made by PostgreSQL 15"):
        EmbeddedServers(tmp_path).start()


def test_a_path_too_long_for_sockets_still_works(tmp_path: Path) -> None:
    var = tmp_path / ("x" * 100)
    with EmbeddedServers(var, given=Addresses(database_url="postgresql+psycopg://x/y"), fast=True) as servers:
        sockets = Path(servers.addresses.redis_url.removeprefix("unix://").partition("?")[0]).parent
        with redis.Redis.from_url(servers.addresses.redis_url) as client:
            assert client.ping()
    assert not sockets.is_relative_to(var)
    sockets.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="others need no way through root's directories")
def test_root_may_keep_it_where_nobody_else_can_go(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with EmbeddedServers(closed / "var", fast=True) as servers:
        servers.addresses.check()


def test_a_directory_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartupError, match="cannot be used"):
        EmbeddedServers(tmp_path / "file" / "var").start()


def test_a_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=12 << 20))
    with pytest.raises(StartupError, match=r"full \(12 MB free, the servers need 200 MB\)"):
        EmbeddedServers(tmp_path).start()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            Addresses(database_url="postgresql+psycopg://a:geheim@127.0.0.1:1/hall"),
            "HALL_DATABASE_URL: the database at 127.0.0.1 does not answer",
        ),
        (Addresses(redis_url="redis://:geheim@127.0.0.1:1/0"), "HALL_REDIS_URL: Redis does not answer"),
    ],
)
def test_an_address_that_leads_nowhere_is_one_sentence_without_passwords(given: Addresses, sentence: str) -> None:
    with pytest.raises(StartupError, match=sentence) as caught:
        given.check()
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_address_that_will_not_do_is_named_at_once() -> None:
    nowhere = Addresses(
        database_url="postgresql+psycopg://a:geheim@127.0.0.1:1/hall",
        database_owner_url="postgresql+psycopg://b:geheim@127.0.0.1:2/hall",
        redis_url="redis://127.0.0.1:3/0",
    )
    with pytest.raises(StartupError) as caught:
        nowhere.check()
    assert [line.partition(":")[0] for line in str(caught.value).splitlines()] == [
        "HALL_DATABASE_URL", "HALL_DATABASE_OWNER_URL", "HALL_REDIS_URL",
    ]  # fmt: skip


def test_a_login_that_no_wall_binds_is_refused(servers: EmbeddedServers) -> None:
    with pytest.raises(StartupError, match=r"HALL_DATABASE_URL: .* is a superuser"):
        Addresses(database_url=servers.addresses.database_owner_url).check()


def test_what_was_given_back_was_not_left_by_a_death(tmp_path: Path) -> None:
    given = Addresses(database_url="postgresql+psycopg://x/y", redis_url="redis://somewhere/0")
    servers = EmbeddedServers(tmp_path, given=given)
    for _ in range(2):
        servers.claim()
        assert not servers.after_a_death
        servers.stop()
    (tmp_path / "lock").write_text("4711")
    servers.claim()
    assert servers.after_a_death
    servers.stop()

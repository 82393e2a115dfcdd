"""The drill of docs/deploy.md with the scripts of deploy/backup: write, note the time, write on, lose everything, go back."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.config import Settings
from app.core.files import read_file, save_file
from app.core.migrations import upgrade
from app.core.platform import platform
from app.factory import create_app
from app.members.models import Member
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tests.deploy.cluster import PASSWORDS, Cluster, debian_programs, new_cluster, wheel_programs
from tests.deploy.machine import DEPLOY, as_server_user, require_program, wait_until
from tests.fixtures.world import Person, World

pytestmark = pytest.mark.slow
TOOLS = DEPLOY / "backup"


@dataclass
class Backup:
    """A storage for backups, and the scripts that fill and read it."""

    cluster: Cluster
    storage: Path
    env: Path
    files: Path

    @property
    def server_settings(self) -> list[str]:
        command = f"HALL_BACKUP_ENV={self.env} {TOOLS / 'archive-wal'} %p %f"
        return ["archive_mode=on", f"archive_command={command}", "archive_timeout=0", "wal_level=replica"]

    def run(self, tool: str, *arguments: str, ok: bool = True) -> str:
        done = subprocess.run(
            as_server_user([str(TOOLS / tool), *arguments]),
            env={"PATH": f"{self.cluster.programs}:/usr/bin:/bin", "HALL_BACKUP_ENV": str(self.env),
                 "PGPASSWORD": PASSWORDS["hall_backup"]},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) is ok, done.stdout + done.stderr
        return done.stdout + done.stderr

    def finish_the_running_file(self) -> None:
        """What archive_timeout does after a minute."""
        with self.cluster.superuser() as connection:
            connection.execute("SELECT pg_logical_emit_message(false, 'drill', 'so that there is something to finish')")
            row = connection.execute("SELECT pg_walfile_name(pg_current_wal_insert_lsn())").fetchone()
            connection.execute("SELECT pg_switch_wal()")
        assert row
        wait_until((self.storage / "wal" / f"{row[0]}.gz").exists, "the file of changes was not archived")


@pytest.fixture(scope="module", params=[debian_programs, wheel_programs], ids=["debian", "wheel"])
def backup(request: pytest.FixtureRequest) -> Iterator[Backup]:
    require_program("rsync", "gzip")
    programs: Callable[[], Path] = request.param
    with new_cluster(programs()) as cluster:
        storage, files = cluster.folder / "storage", cluster.folder / "files"
        for folder in (storage, storage / "base", storage / "wal", storage / "files", files):
            folder.mkdir()
            if os.geteuid() == 0:
                shutil.chown(folder, cluster.folder.owner(), cluster.folder.group())
        cluster.write("storage/.unionhall-backup", "")
        example = (TOOLS / "backup.env.example").read_text()
        ours = example.replace("/srv/unionhall-backup", str(storage)).replace("5432", str(cluster.port))
        cluster.write("backup.env", ours.replace("/var/lib/unionhall/files", str(files)))
        yield Backup(cluster, storage, cluster.folder / "backup.env", files)


def a_member_with_a_file(world: World, zone: ZoneFacts, name: str) -> tuple[Person, UUID]:
    person = world.member(zone, name=name)
    with scope(Plane.MEMBER, zone=zone, actor=Actor(account_id=person.account_id, member_id=person.member_id)):
        stored = save_file(b"a diagnosis", name="d.txt", media_type="text/plain", purpose="help.proof",
                           visibility="personal", member_id=person.member_id)  # fmt: skip
        file_id = stored.id
        db.session.commit()
    return person, file_id


@dataclass
class Drill:
    """A city that loses everything and comes back."""

    backup: Backup
    app: Flask
    var: Path
    world: World

    @property
    def cluster(self) -> Cluster:
        return self.backup.cluster

    def found(self) -> ZoneFacts:
        self.cluster.create_roles()
        upgrade(self.cluster.url("hall_migrator"), self.app.extensions["migration_folders"])
        self.world.found_city()
        with self.app.app_context():
            return self.world.zone()

    def write(self, zone: ZoneFacts, name: str) -> tuple[Person, UUID]:
        with self.app.app_context():
            return a_member_with_a_file(self.world, zone, name)

    def spoil(self, person: Person) -> None:
        with self.app.app_context(), scope(Plane.WORKER):
            db.session.execute(db.update(Member).where(Member.id == person.member_id).values(name="被改坏了"))
            db.session.commit()

    def back_files_up(self) -> str:
        subprocess.run(["cp", "-a", f"{self.var}/files/.", str(self.backup.files)], check=True)
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", self.cluster.folder.owner(), str(self.backup.files)], check=True)
        return self.backup.run("backup-files")

    def hang_up(self) -> None:
        with self.app.app_context():
            db.engine.dispose()

    def names(self) -> set[str]:
        with self.app.app_context(), scope(Plane.WORKER):
            names = set(db.session.execute(select(Member.name)).scalars())
            db.session.commit()
            return names

    def secrets_of(self, zone: ZoneFacts, person: Person, file_id: UUID) -> tuple[str, bytes]:
        """The person's phone and file, decrypted."""
        actor = Actor(account_id=person.account_id, member_id=person.member_id)
        with self.app.app_context(), scope(Plane.MEMBER, zone=zone, actor=actor):
            content = read_file(file_id)[1]
            member = db.session.get(Member, person.member_id)
            assert member
            assert member.phone_cipher
            phone = platform().cipher.decrypt(member.phone_cipher, table="members", column="phone", row=member.id)
            db.session.commit()
            return phone, content


@pytest.fixture(scope="module")
def drill(backup: Backup, settings: Settings) -> Drill:
    var = backup.cluster.folder / "var"
    app = create_app(replace(settings, database_url=backup.cluster.url("hall_app"), var=var))
    return Drill(backup, app, var, World(app))


def test_everything_is_as_it_was_at_the_chosen_moment(drill: Drill) -> None:
    backup, cluster = drill.backup, drill.cluster
    with cluster.serving(backup.server_settings):
        zone = drill.found()
        drill.write(zone, "基线备份前")
        assert "one can go back to" in backup.run("backup-database")
        time.sleep(1.1)  # the base backup's end is noted in whole seconds
        person, file_id = drill.write(zone, "出事之前")
        moment = datetime.now(UTC).isoformat(sep=" ")
        time.sleep(0.3)
        drill.write(zone, "出事之后")
        drill.spoil(person)
        assert drill.names() == {"基线备份前", "被改坏了", "出事之后"}
        assert "3 files" in drill.back_files_up()
        backup.finish_the_running_file()
        drill.hang_up()

    shutil.rmtree(cluster.data)
    shutil.rmtree(drill.var)

    backup.run("restore-database", str(cluster.data), moment)
    shutil.copytree(max((backup.storage / "files").iterdir()), drill.var / "files")
    with cluster.serving(backup.server_settings):
        wait_until(cluster.is_open, "it did not open", log=cluster.folder / "postgres.log")
        assert drill.names() == {"基线备份前", "出事之前"}
        assert drill.secrets_of(zone, person, file_id) == (person.phone, b"a diagnosis")
        drill.write(zone, "恢复之后")
        backup.run("backup-database")
        backup.finish_the_running_file()
        drill.hang_up()


def test_a_later_restore_reaches_past_the_earlier_one(drill: Drill) -> None:
    backup, cluster = drill.backup, drill.cluster
    shutil.rmtree(cluster.data)
    backup.run("restore-database", "--drill", str(cluster.data), "latest")
    with cluster.serving():
        wait_until(cluster.is_open, "it did not open", log=cluster.folder / "postgres.log")
        assert drill.names() == {"基线备份前", "出事之前", "恢复之后"}
        with cluster.superuser() as connection:
            assert connection.execute("SHOW archive_mode").fetchone() == ("off",)
        drill.hang_up()


def test_it_refuses_to_unpack_over_data(backup: Backup) -> None:
    assert "not empty" in backup.run("restore-database", str(backup.cluster.data), "latest", ok=False)


def test_it_says_so_when_no_backup_reaches_so_far_back(backup: Backup) -> None:
    target = str(backup.cluster.folder / "nowhere")
    assert "no base backup" in backup.run("restore-database", target, "2020-01-01 00:00:00+08", ok=False)


def test_nothing_is_written_while_the_storage_is_away(backup: Backup) -> None:
    mark = backup.storage / ".unionhall-backup"
    mark.rename(mark.with_suffix(".away"))
    try:
        for tool, arguments in (
            ("backup-database", ()),
            ("backup-files", ()),
            ("archive-wal", ("/etc/hostname", "0" * 24)),
        ):
            assert "is the storage mounted" in backup.run(tool, *arguments, ok=False)
        assert not (backup.storage / "wal" / ("0" * 24 + ".gz")).exists()
    finally:
        mark.with_suffix(".away").rename(mark)


def test_a_file_of_changes_is_never_overwritten_by_another(backup: Backup) -> None:
    backup.cluster.write("first", "one")
    backup.cluster.write("second", "two")
    name = "F" * 24
    backup.run("archive-wal", str(backup.cluster.folder / "first"), name)
    backup.run("archive-wal", str(backup.cluster.folder / "first"), name)
    assert "differs" in backup.run("archive-wal", str(backup.cluster.folder / "second"), name, ok=False)


def test_what_is_too_old_is_removed_and_two_always_stay(backup: Backup) -> None:
    bases, snapshots = backup.storage / "base", backup.storage / "files"
    for folder in (bases, snapshots):
        oldest = min(each for each in folder.iterdir() if each.name.endswith("Z"))
        for year in ("2001", "2002"):
            old = folder / f"{year}0101T000000Z"
            subprocess.run(["cp", "-a", str(oldest), str(old)], check=True)
            os.utime(old, (1, 1))
    with backup.cluster.serving(backup.server_settings):
        wait_until(lambda: backup.cluster.superuser().close() is None, "no answer")
        backup.run("backup-database")
    backup.run("backup-files")
    for folder in (bases, snapshots):
        left = sorted(each.name for each in folder.iterdir() if each.name.endswith("Z"))
        assert not [name for name in left if name.startswith("200")]
        assert len(left) >= 2

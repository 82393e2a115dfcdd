"""A roster import by real workers, each of which is killed on the way: everybody is imported, nobody twice."""

from typing import LiteralString
from uuid import UUID

import pytest

from app.members.roster.operations import request_merge, upload_roster
from app.members.tests.rosters import HEADERS, document, phone, sheet
from tenants.context import SYSTEM, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.kill.house import House, wait_until

pytestmark = pytest.mark.kill
ROWS = 20_000  # four chunks


def _state(house: House, batch_id: UUID) -> str:
    return house.scalar("SELECT state FROM members_import_batches WHERE id = %s", batch_id)


def _upload(house: House, zone: ZoneFacts) -> UUID:
    people = [(f"陈{chr(0x4E00 + n)}", "男", document(), phone(), "", "", "") for n in range(ROWS)]
    with house.app.app_context(), scope(Plane.STAFF, zone=zone, actor=SYSTEM):
        batch_id = upload_roster(SYSTEM, uuid7(), sheet(people, HEADERS), "名单.csv").id
        db.session.commit()
    return batch_id


def _kill_in_the_middle(house: House, batch_id: UUID, begun: LiteralString, unfinished: str) -> None:
    wait_until(lambda: house.scalar(begun, batch_id), "the work is under way")
    house.kill("importer")
    assert _state(house, batch_id) == unfinished, "it was over before the worker died"
    house.start("importer", "worker")


def test_a_worker_killed_while_it_checks_and_while_it_writes_loses_nobody_and_doubles_nobody(house: House) -> None:
    with house.app.app_context():
        zone = house.world.zone("imported")
    house.ensure("relay", "relay")
    house.ensure("importer", "worker")
    batch_id = _upload(house, zone)
    checking = "SELECT 1 FROM members_import_rows WHERE batch_id = %s LIMIT 1"
    _kill_in_the_middle(house, batch_id, checking, "uploaded")
    wait_until(lambda: _state(house, batch_id) == "ready", "the check is over when nobody disturbs it")

    with house.app.app_context(), scope(Plane.STAFF, zone=zone, actor=SYSTEM):
        request_merge(SYSTEM, batch_id)
        db.session.commit()
    writing = "SELECT 1 FROM members_import_batches WHERE id = %s AND cursor > 0"
    _kill_in_the_middle(house, batch_id, writing, "committing")
    wait_until(lambda: _state(house, batch_id) == "committed", "the import is over when nobody disturbs it")

    mine = "SELECT count(*), count(DISTINCT member_id) FROM memberships WHERE union_path = %s AND status = 'active'"
    with house.owner() as connection:
        assert connection.execute(mine, [zone.union_path]).fetchone() == (ROWS, ROWS)
    counts = house.scalar("SELECT counts FROM members_import_batches WHERE id = %s", batch_id)
    assert counts["new"] == ROWS

"""Stored files: whole or absent, encrypted where personal, gone only when that is committed."""

import pytest

from app.core.errors import NotFound
from app.core.files import _path, delete_file, read_file, save_file
from tenants.context import Actor, Plane, scope
from tenants.database import db


@pytest.fixture
def zone(world):
    return world.zone()


def keep(zone, visibility="public", member_id=None) -> tuple:
    with scope(Plane.STAFF, zone=zone):
        stored = save_file(b"secret bytes", name="../../etc/病历.pdf", media_type="application/pdf", purpose="test.file",
                           visibility=visibility, member_id=member_id)  # fmt: skip
        db.session.commit()
        return stored.id, _path(zone.id, stored.id)


def test_a_personal_file_is_encrypted_on_disk_and_reads_back(world, zone):
    person = world.member(zone)
    file_id, path = keep(zone, "personal", person.member_id)
    assert b"secret" not in path.read_bytes()
    with scope(Plane.MEMBER, zone=zone, actor=Actor(account_id=person.account_id, member_id=person.member_id)):
        stored, data = read_file(file_id)
    assert (stored.name, data) == ("病历.pdf", b"secret bytes")


def test_another_member_and_another_zone_find_nothing(world, zone):
    person, other = world.member(zone), world.member(zone)
    file_id, _ = keep(zone, "personal", person.member_id)
    elsewhere = world.zone()
    for place, actor in ((zone, Actor(account_id=other.account_id, member_id=other.member_id)), (elsewhere, Actor())):
        with scope(Plane.MEMBER, zone=place, actor=actor), pytest.raises(NotFound):
            read_file(file_id)


def test_only_public_files_have_an_address(world, zone):
    public, _ = keep(zone)
    staff, _ = keep(zone, "staff")
    client = world.client(zone)
    assert client.get(f"/files/{public}").status_code == 200
    assert client.get(f"/files/{staff}").status_code == 404
    assert world.client(world.zone()).get(f"/files/{public}").status_code == 404


def test_deleting_and_rolling_back_keeps_the_bytes(zone):
    file_id, path = keep(zone)
    with scope(Plane.STAFF, zone=zone):
        delete_file(file_id)
        db.session.rollback()
        db.session.commit()
    assert path.exists()
    with scope(Plane.STAFF, zone=zone):
        delete_file(file_id)
        db.session.commit()
    assert not path.exists()

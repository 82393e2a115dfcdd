"""Stored files: whole or absent, encrypted where personal, gone only when that is committed."""

import pytest

from app.core.errors import NotFound
from app.core.files import _path, delete_file, read_file, read_picture, save_file
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


def keep_picture(zone) -> tuple:
    with scope(Plane.STAFF, zone=zone):
        stored = save_file(b"wide", name="a.webp", media_type="image/webp", purpose="test.file", visibility="public",
                           narrow={480: b"narrow"})  # fmt: skip
        db.session.commit()
        return stored.id, _path(zone.id, stored.id).with_name(f"{stored.id}.480")


def test_a_picture_is_read_in_the_width_asked_for_or_as_it_is(world, zone):
    file_id, _ = keep_picture(zone)
    with scope(Plane.MEMBER, zone=zone):
        assert [read_picture(file_id, width)[1] for width in (480, 750, 0, -1)] == [
            b"narrow",
            b"wide",
            b"wide",
            b"wide",
        ]
    client = world.client(zone)
    narrow, wide = client.get(f"/files/{file_id}?width=480"), client.get(f"/files/{file_id}?width=../480")
    assert (narrow.data, wide.data) == (b"narrow", b"wide")
    assert narrow.headers["ETag"] != wide.headers["ETag"]
    assert world.client(world.zone()).get(f"/files/{file_id}?width=480").status_code == 404


def test_narrow_copies_go_with_their_picture_and_not_before_that_is_committed(zone):
    file_id, copy = keep_picture(zone)
    with scope(Plane.STAFF, zone=zone):
        delete_file(file_id)
        db.session.rollback()
    assert copy.exists()
    with scope(Plane.STAFF, zone=zone):
        delete_file(file_id)
        db.session.commit()
    assert not copy.exists()


def test_personal_files_have_no_copies_in_the_open(world, zone):
    with scope(Plane.STAFF, zone=zone), pytest.raises(ValueError, match="public"):
        save_file(b"x", name="x", media_type="image/webp", purpose="test.file", visibility="personal",
                  member_id=world.member(zone).member_id, narrow={480: b"x"})  # fmt: skip

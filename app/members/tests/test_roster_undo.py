"""Taking an import back: what somebody vouched for, moved or used since stays."""

from importlib import import_module

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from app.core.clock import now
from app.members.models import Member, Membership
from app.members.operations import transfer_membership
from app.members.roster import hanging, undoing
from app.members.roster.models import ImportChange
from app.members.tests.rosters import bring_in, document, edit, everyone, ids_of, people, phone, undo
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db
from tenants.ids import uuid7


def _refusals(zone, batch):
    with scope(Plane.WORKER, zone=zone):
        return db.session.scalars(
            select(ImportChange.refusal).where(ImportChange.batch_id == batch.id, ImportChange.refusal != "")
        ).all()


@pytest.mark.parametrize("field", ["name", "phone"])
def test_a_value_verified_after_the_import_stays(world, field):
    zone = world.zone()
    doc, before, after = document(), phone(), phone()
    bring_in(zone, ["甲甲", "", doc, before, "", "", "高中"])
    row = ["乙乙" if field == "name" else "甲甲", "", doc, after if field == "phone" else "", "", "", ""]
    batch = bring_in(zone, row)
    edit(zone, row[0], verified_at=now())
    assert undo(zone, batch.id).undo_counts == {"undone": 0, "refused": 1}
    assert _refusals(zone, batch) == ["verified"]
    assert everyone(zone)[row[0]].phone == f"+86{after if field == 'phone' else before}"


def test_what_a_verification_does_not_vouch_for_is_undone_all_the_same(world):
    zone = world.zone()
    doc = document()
    bring_in(zone, ["丙丙", "", doc, phone(), "", "", "高中"])
    batch = bring_in(zone, ["丙丙", "", doc, "", "", "", "大专"])
    edit(zone, "丙丙", verified_at=now())
    assert undo(zone, batch.id).undo_counts == {"undone": 1, "refused": 0}
    assert everyone(zone)["丙丙"].education == "高中"


def test_a_person_verified_before_the_import_loses_what_it_filled(world):
    zone = world.zone()
    doc, number = document(), phone()
    bring_in(zone, ["丁丁", "", doc, "", "", "", ""])
    edit(zone, "丁丁", verified_at=now())
    batch = bring_in(zone, ["丁丁", "", doc, number, "", "", ""])
    assert everyone(zone)["丁丁"].phone == f"+86{number}"
    assert undo(zone, batch.id).undo_counts == {"undone": 1, "refused": 0}
    assert everyone(zone)["丁丁"].phone == ""


def test_a_member_who_went_to_another_zone_is_not_written_there(world):
    here, there = world.zone(), world.zone()
    doc = document()
    bring_in(here, ["戊戊", "", doc, phone(), "", "", "高中"])
    batch = bring_in(here, ["戊戊", "", doc, "", "", "", "大专"])
    member_id = ids_of(here)["戊戊"]
    with scope(Plane.WORKER, zone=there):
        db.session.execute(db.update(Membership).where(Membership.member_id == member_id).values(status="ended"))
        db.session.add(Membership(member_id=member_id, union_id=there.union_id, union_path=there.union_path))
        db.session.commit()
    assert undo(here, batch.id).undo_counts == {"undone": 0, "refused": 1}
    assert _refusals(here, batch) == ["touched"]
    assert everyone(there)["戊戊"].education == "大专"


def test_a_member_moved_within_the_zone_keeps_their_place_and_loses_the_import(world):
    county = world.union()
    zone, inner = world.zone(union=county), world.union(parent=county)
    doc = document()
    bring_in(zone, ["己己", "", doc, phone(), "", "", "高中"])
    batch = bring_in(zone, ["己己", "", doc, "", "", "", "大专"])
    with scope(Plane.WORKER, zone=zone):
        transfer_membership(SYSTEM, ids_of_open(zone, "己己"), inner.id, uuid7())
        db.session.commit()
    assert undo(zone, batch.id).undo_counts == {"undone": 1, "refused": 0}
    assert (everyone(zone)["己己"].education, everyone(zone)["己己"].union_id) == ("高中", inner.id)


def ids_of_open(zone, name):
    return db.session.scalars(select(Member.id).where(Member.union_path == zone.union_path, Member.name == name)).one()


def test_a_phone_somebody_signs_in_with_is_not_taken_back(world):
    zone = world.zone()
    doc, before, after = document(), phone(), phone()
    bring_in(zone, ["庚庚", "", doc, before, "", "", ""])
    batch = bring_in(zone, ["庚庚", "", doc, after, "", "", ""])
    world._account(uuid7(), ids_of(zone)["庚庚"], f"+86{after}", "庚庚")
    assert undo(zone, batch.id).undo_counts == {"undone": 0, "refused": 1}
    assert _refusals(zone, batch) == ["proved"]
    assert everyone(zone)["庚庚"].phone == f"+86{after}"


def _write_to(zone, member_id):
    with scope(Plane.WORKER, zone=zone):
        message = import_module("app.notifications.models").Message  # a layer above this part
        db.session.add(message(member_id=member_id, kind="news.article", dedupe_key="x"))
        db.session.commit()


@pytest.mark.parametrize("above", [False, True])
def test_people_who_got_a_message_keep_their_record_and_leave_the_union(world, above):
    """Inboxes hold no foreign key; a message of the zone itself, or of one that serves the same people from above."""
    county = world.union()
    upper = world.zone(union=county)
    zone = world.zone(union=world.union(parent=county))
    batch = bring_in(zone, *people(3))
    name, member_id = min(ids_of(zone).items())
    _write_to(upper if above else zone, member_id)
    assert undo(zone, batch.id, chunk=2).undo_counts == {"undone": 2, "refused": 1}
    assert _refusals(zone, batch) == ["in_use"]
    assert everyone(zone) == {}
    with scope(Plane.WORKER, zone=zone):
        left = db.session.scalars(select(Member).where(Member.id == member_id)).one()
        assert (left.name, left.union_path) == (name, None)
        ended = db.session.scalars(select(Membership).where(Membership.member_id == member_id)).one()
        assert (ended.status, ended.end_reason) == ("ended", "import_undone")


def test_everything_kept_about_members_without_a_key_is_looked_at_and_may_be_read(world):
    zone = world.zone()
    with scope(Plane.WORKER, zone=zone):
        asked = {column.table.name for column in hanging.columns_naming_members()}
        assert {"notifications_messages", "notifications_deliveries", "files", "case_events"} <= asked
        assert hanging.members_with_more([uuid7()]) == set()


def test_nobody_can_be_verified_between_the_look_and_the_deletion(world, monkeypatch):
    zone = world.zone()
    batch = bring_in(zone, *people(2))
    held, whole = [], undoing.lock_people

    def looking(ids):
        ids = list(ids)
        found = whole(ids)
        with db.engine.connect() as other, pytest.raises(OperationalError, match="could not obtain lock"):
            other.execute(text("SELECT id FROM members WHERE id = ANY(:ids) FOR UPDATE NOWAIT"), {"ids": ids})
        held.append(len(ids))
        return found

    monkeypatch.setattr(undoing, "lock_people", looking)
    assert undo(zone, batch.id).undo_counts == {"undone": 2, "refused": 0}
    assert held == [2]


def test_one_line_the_database_refuses_to_take_back_does_not_hold_up_the_others(world, monkeypatch):
    """A former document that somebody got in the moment of writing."""
    zone = world.zone()
    doc = document()
    rows = people(4)
    bring_in(zone, *rows, ["辛辛", "", doc, phone(), "", "", ""])
    batch = bring_in(zone, *[[*row[:3], phone(), *row[4:]] for row in rows], ["壬壬", "", doc, "", "", "", ""])
    with scope(Plane.WORKER, zone=zone):
        change = db.session.scalars(
            select(ImportChange).where(ImportChange.batch_id == batch.id).order_by(ImportChange.line.desc())
        ).first()
        assert change is not None
        member_id = change.member_id
        db.session.commit()
    whole = undoing.restore

    def stubborn(changes, found):
        for one in changes:
            if one.member_id == member_id:  # what the database would say to a name that breaks its rules
                one.log["person"]["name"][0] = ""
        return whole(changes, found)

    monkeypatch.setattr(undoing, "restore", stubborn)
    assert undo(zone, batch.id).undo_counts == {"undone": 4, "refused": 1}
    assert {row[0] for row in rows} | {"壬壬"} == set(everyone(zone))
    assert {everyone(zone)[row[0]].phone for row in rows} == {f"+86{row[3]}" for row in rows}

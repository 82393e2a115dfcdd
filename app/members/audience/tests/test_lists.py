"""Lists that never change: frozen from a choice, or from a sheet whose faulty lines are named."""

import hashlib
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import delete, select, update
from sqlalchemy.exc import ProgrammingError

from app.core.clock import now
from app.members.audience import Audience, freeze
from app.members.audience.freezing import keep_upload
from app.members.audience.letting_go import empty_next, let_go
from app.members.audience.models import AudienceList, AudienceListEnd, AudienceListMember
from app.members.errors import UnreadableFile
from app.members.models import Member
from app.members.naming import read_members
from app.members.operations import end_membership, write_document
from app.members.tests.rosters import document, sheet
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7


def frozen(town, audience: Audience):
    with town.staff():
        made = freeze(town.actor, uuid7(), audience, "端午慰问")
        db.session.commit()
        return made.id


def on_list(town, list_id):
    with town.staff():
        query = select(AudienceListMember.member_id).where(AudienceListMember.list_id == list_id)
        return sorted(db.session.scalars(query))


def test_nobody_comes_onto_a_frozen_list_or_leaves_it(town):
    list_id = frozen(town, Audience(union_paths=(town.town_path,)))
    before = on_list(town, list_id)
    assert before == sorted(town.id_of(place) for place in (3, 4))
    town.members.append(town.world.member(town.world.union_of(town.zone)))
    with town.staff():
        end_membership(town.actor, town.id_of(3), "离职")
        db.session.commit()
        again = freeze(town.actor, list_id, Audience(), "别的")
        assert (again.title, again.members) == ("端午慰问", 2)
    assert on_list(town, list_id) == before
    assert town.chosen(Audience(list_id=list_id)) == [4], "who has left the zone is not meant any more"


@pytest.mark.parametrize("plane", [Plane.STAFF, Plane.WORKER])
def test_the_database_lets_nobody_change_a_list_that_was_written(town, plane):
    list_id = frozen(town, Audience(union_paths=(town.town_path,)))
    with scope(plane, zone=town.zone, actor=town.actor):
        db.session.add(AudienceListMember(list_id=list_id, member_id=town.id_of(0)))
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.flush()
        db.session.rollback()
        if plane is Plane.STAFF:
            with pytest.raises(ProgrammingError, match="permission denied"):
                db.session.execute(delete(AudienceListMember))
        else:
            assert db.session.execute(delete(AudienceListMember)).rowcount == 0  # type: ignore[attr-defined]
        db.session.rollback()
        db.session.execute(update(AudienceList).where(AudienceList.id == list_id).values(members=9))
        db.session.commit()
        assert db.session.get_one(AudienceList, (town.zone.id, list_id)).members == 2


def test_anybody_can_compute_the_digest_again(town):
    list_id = frozen(town, Audience())
    joined = ",".join(map(str, on_list(town, list_id)))
    with town.staff():
        kept = db.session.get_one(AudienceList, (town.zone.id, list_id))
        assert kept.digest == hashlib.sha256(joined.encode()).hexdigest()
        assert kept.members == 5
        empty = freeze(town.actor, uuid7(), Audience(gender="female"), "空")
        assert (empty.members, empty.digest) == (0, hashlib.sha256(b"").hexdigest())


@pytest.mark.parametrize("plane", [Plane.STAFF, Plane.WORKER])
def test_an_uploaded_list_has_members_of_the_zone_only(town, plane):
    with scope(plane, zone=town.zone, actor=town.actor):
        kept = keep_upload(town.actor, uuid7(), "名单", [town.id_of(0), town.stranger.member_id], [])
        db.session.commit()
    assert town.chosen(Audience(list_id=kept.id)) == [0]
    assert on_list(town, kept.id) == [town.id_of(0)]


def numbered(town, place: int) -> str:
    """Gives a member an ID number."""
    number = document()
    with scope(Plane.WORKER, zone=town.zone):
        write_document(db.session.get_one(Member, town.id_of(place)), "resident_id", number)
        db.session.commit()
    return number


def named(town, rows, headers, plane=Plane.STAFF):
    with scope(plane, zone=town.zone, actor=town.actor):
        people, refusals = read_members(sheet(rows, headers), "名单.csv")
    return [person.member_id for person in people], [(each.line, each.code, each.cell) for each in refusals]


HEADERS = ("序号", "姓名", "手机号", "会员证号", "身份证号")


@pytest.mark.parametrize("plane", [Plane.STAFF, Plane.WORKER])
def test_a_line_names_a_member_by_each_of_the_numbers(town, plane):
    number = numbered(town, 1)
    town.change_membership(2, member_number="GH-7")
    first = town.members[0]
    rows = [
        ["1", first.name, first.phone.removeprefix("+86"), "", ""],
        ["2", "", "", "", number],
        ["3", town.members[2].name, "", "GH-7", ""],
    ]
    assert named(town, rows, HEADERS, plane) == ([town.id_of(place) for place in range(3)], [])


def test_each_line_that_names_nobody_says_where_and_why(town):
    number, first, other = numbered(town, 1), town.members[0], town.stranger
    town.change_membership(2, member_number="GH-7")
    town.change_membership(3, member_number="GH-7")
    rows = [
        ["1", first.name, "123", "", ""],
        ["2", "王五", first.phone, "", ""],
        ["3", other.name, other.phone, "", ""],
        ["4", "王五", "", "", number],
        ["5", "", "", "GH-7", ""],
        ["6", first.name, "", "", ""],
        ["7", first.name, first.phone, "", ""],
        ["8", first.name, first.phone, "", ""],
    ]
    assert named(town, rows, HEADERS) == (
        [town.id_of(0)],
        [
            (2, "phone_form", "C2"), (3, "no_member", "C3"), (4, "no_member", "C4"), (5, "name_differs", "E5"),
            (6, "several_with_number", "D6"), (7, "nobody_named", ""), (9, "same_person", ""),
        ],
    )  # fmt: skip


def test_a_sheet_without_a_column_that_says_who_is_refused_as_a_whole(town):
    with town.staff(), pytest.raises(UnreadableFile) as refused:
        read_members(sheet([["王五", "工人"]], ("姓名", "职务")), "名单.csv")
    assert "姓名、职务" in str(refused.value.message)


def test_a_list_is_emptied_a_year_after_it_was_let_go_and_its_digest_stays(town):
    ended, lately, running = (frozen(town, Audience()) for _ in range(3))
    for list_id, days in ((ended, 366), (lately, 364)):
        with time_machine.travel(now() - timedelta(days=days)), town.staff():
            let_go(list_id)
            let_go(list_id)
            db.session.commit()
    with scope(Plane.WORKER, zone=town.zone):
        assert [empty_next() for _ in range(2)] == [True, False]
        db.session.commit()
    assert [len(on_list(town, each)) for each in (ended, lately, running)] == [0, 5, 5]
    with town.staff():
        kept = db.session.get_one(AudienceList, (town.zone.id, ended))
        assert (kept.members, len(kept.digest)) == (5, 64)


def test_an_uploaded_list_is_not_let_go_and_another_zone_s_is_not_touched(town):
    uploaded, foreign = uuid7(), frozen(town, Audience())
    other = town.world.zone()
    with town.staff():
        keep_upload(town.actor, uploaded, "劳模", [town.id_of(0)], [])
        let_go(uploaded)
        db.session.commit()
    with scope(Plane.STAFF, zone=other, actor=town.actor):
        let_go(foreign)
        db.session.commit()
    with town.staff():
        assert db.session.scalars(select(AudienceListEnd)).all() == []


@pytest.mark.parametrize("days", [0, 364])
def test_the_database_lets_no_worker_empty_a_list_earlier(town, days):
    list_id = frozen(town, Audience())
    with time_machine.travel(now() - timedelta(days=days)), town.staff():
        let_go(list_id)
        db.session.commit()
    with scope(Plane.WORKER, zone=town.zone):
        assert db.session.execute(delete(AudienceListMember)).rowcount == 0  # type: ignore[attr-defined]

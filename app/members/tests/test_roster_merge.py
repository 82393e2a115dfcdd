"""Writing a checked import: repeated, killed, overtaken, undone."""

import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import ProgrammingError

from app.core.clock import now
from app.core.errors import Conflict
from app.members.errors import NotUndoable
from app.members.models import Member, Membership
from app.members.operations import end_membership, write_phone
from app.members.roster import merging
from app.members.roster.models import ImportBatch, ImportChange, ImportRow
from app.members.roster.operations import discard_roster, request_merge
from app.members.roster.sweeping import KEEP_STAGED, sweep_imports
from app.members.tests.rosters import (
    bring_in,
    check,
    document,
    edit,
    everyone,
    ids_of,
    merge,
    outcomes,
    people,
    phone,
    preview,
    problem_codes,
    sheet,
    undo,
)  # fmt: skip
from app.unions.models import UnionMemberCount
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db
from tenants.ids import uuid7


def test_a_verified_name_is_never_overwritten(world):
    zone = world.zone()
    doc, number = document(), phone()
    bring_in(zone, ["韩真", "男", doc, number, "", "", "高中"])
    edit(zone, "韩真", verified_at=now())
    batch = check(zone, sheet([["韩假", "", doc, phone(), "", "", "大专"]]))
    (row,) = preview(zone, batch, "changed")
    assert {(d.field, d.is_kept) for d in row.differences} == {("name", True), ("phone", True), ("education", False)}
    merge(zone, batch.id)
    stored = everyone(zone)["韩真"]
    assert (stored.phone, stored.education) == (f"+86{number}", "大专")


def test_a_member_verified_between_check_and_merge_is_left_alone(world):
    zone = world.zone()
    doc = document()
    bring_in(zone, ["杨柳", "", doc, phone(), "", "", ""])
    batch = check(zone, sheet([["杨树", "", doc, "", "", "", ""]]))
    edit(zone, "杨柳", verified_at=now())
    batch = merge(zone, batch.id)
    assert outcomes(batch) == {"kept": 1}
    assert set(everyone(zone)) == {"杨柳"}


def test_a_record_changed_after_the_check_is_refused_instead_of_overwritten(world):
    zone = world.zone()
    doc = document()
    bring_in(zone, ["朱一", "", doc, phone(), "", "", "高中"])
    batch = check(zone, sheet([["朱一", "", doc, "", "", "", "大专"]]))
    edit(zone, "朱一", education="博士")
    batch = merge(zone, batch.id)
    assert problem_codes(zone, batch) == {2: [("changed_meanwhile", "")]}
    assert everyone(zone)["朱一"].education == "博士"


def test_a_person_who_appeared_after_the_check_is_not_added_twice(world):
    zone = world.zone()
    data = sheet([["秦一", "", document(), phone(), "", "", ""]])
    first, second = check(zone, data), check(zone, data)
    assert outcomes(merge(zone, first.id)) == {"new": 1}
    assert outcomes(merge(zone, second.id)) == {"same": 1}
    assert len(everyone(zone)) == 1


def test_two_zones_that_send_the_same_new_person_do_not_both_get_them(world):
    here, there = world.zone(), world.zone()
    data = sheet([["尤一", "", document(), phone(), "", "", ""]])
    first, second = check(here, data), check(there, data)
    merge(here, first.id)
    assert outcomes(merge(there, second.id)) == {"transfer": 1}
    assert everyone(there) == {}


def test_merging_a_batch_again_changes_nothing(world):
    zone = world.zone()
    batch = bring_in(zone, *people(5))
    before = ids_of(zone)
    assert merge(zone, batch.id).state == "committed"
    assert ids_of(zone) == before


def test_the_same_file_again_is_all_the_same(world):
    zone = world.zone()
    data = sheet(people(5))
    merge(zone, check(zone, data).id)
    assert outcomes(check(zone, data)) == {"same": 5}


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("survived", [0, 1, 2, 3])
def test_a_merge_killed_anywhere_goes_on_exactly_where_it_stood(world, monkeypatch, survived):
    zone = world.zone()
    rows = people(7)
    batch = check(zone, sheet(rows))
    whole, calls = merging.write_chunk, []

    def dying(*arguments):
        calls.append(1)
        written = whole(*arguments)
        if len(calls) > survived:
            raise Killed  # after the statements, before the commit
        return written

    monkeypatch.setattr(merging, "write_chunk", dying)
    with pytest.raises(Killed):
        merge(zone, batch.id, chunk=2)
    assert len(everyone(zone)) == 2 * survived
    monkeypatch.undo()
    assert merge(zone, batch.id, chunk=2).state == "committed"
    assert {name: person.phone for name, person in everyone(zone).items()} == {row[0]: f"+86{row[3]}" for row in rows}
    with scope(Plane.WORKER, zone=zone):
        assert db.session.scalar(select(func.count(ImportChange.id)).where(ImportChange.batch_id == batch.id)) == 7
        counted = db.session.get(UnionMemberCount, zone.union_id)
        assert counted is not None
        assert counted.members == 7


def test_an_undo_killed_in_the_middle_goes_on_where_it_stood(world, monkeypatch):
    zone = world.zone()
    batch = bring_in(zone, *people(5))
    from app.members.roster import undoing

    whole, calls = undoing.remove_members, []

    def dying(changes):
        calls.append(1)
        if len(calls) == 2:
            raise Killed
        return whole(changes)

    monkeypatch.setattr(undoing, "remove_members", dying)
    with pytest.raises(Killed):
        undo(zone, batch.id, chunk=2)
    monkeypatch.undo()
    assert undo(zone, batch.id, chunk=2).undo_counts == {"undone": 5, "refused": 0}
    assert everyone(zone) == {}


def test_undo_brings_former_values_and_memberships_back(world):
    county = world.union()
    zone = world.zone(union=county)
    inner = world.union(parent=county)
    doc, number = document(), phone()
    bring_in(zone, ["许一", "男", doc, number, "", "工人", "高中"])
    before = everyone(zone)
    batch = bring_in(zone, ["许二", "", doc, phone(), inner.name, "厂长", "大专"])
    assert everyone(zone)["许二"].union_id == inner.id
    assert undo(zone, batch.id).undo_counts == {"undone": 1, "refused": 0}
    assert everyone(zone) == before
    with scope(Plane.WORKER, zone=zone):
        assert db.session.scalar(
            select(func.count(Membership.id)).join(Member, Member.id == Membership.member_id).where(Member.name == "许一")
        ) == 1  # fmt: skip


@pytest.mark.parametrize("touch", ["phone", "verified", "ended", "account"])
def test_undo_leaves_what_somebody_touched_since_and_says_so(world, touch):
    zone = world.zone()
    batch = bring_in(zone, *people(3))
    name, member_id = min(ids_of(zone).items())
    if touch == "account":
        world._account(uuid7(), member_id, f"+86{phone()}", name)
    with scope(Plane.WORKER, zone=zone):
        member = db.session.get(Member, member_id)
        assert member is not None
        if touch == "phone":
            write_phone(member, "+8613600000001")
        elif touch == "verified":
            member.verified_at = now()
        elif touch == "ended":
            end_membership(SYSTEM, member_id, "离职")
        db.session.commit()
    assert undo(zone, batch.id).undo_counts == {"undone": 2, "refused": 1}
    with scope(Plane.WORKER, zone=zone):
        left = db.session.get(Member, member_id)
        assert left is not None
        assert left.name == name
        refusal = db.session.scalar(select(ImportChange.refusal).where(ImportChange.member_id == member_id))
    assert refusal == {"phone": "touched", "verified": "verified", "ended": "touched", "account": "in_use"}[touch]


def test_only_a_written_import_can_be_undone_and_only_a_checked_one_written(world):
    zone = world.zone()
    batch = check(zone, sheet(people(1)))
    with pytest.raises(NotUndoable):
        undo(zone, batch.id)
    with scope(Plane.STAFF, zone=zone):
        discard_roster(SYSTEM, batch.id)
        db.session.commit()
    with pytest.raises(Conflict):
        merge(zone, batch.id)
    with scope(Plane.STAFF, zone=zone), pytest.raises(Conflict):
        request_merge(SYSTEM, batch.id)
    assert everyone(zone) == {}


def test_a_dissolved_union_takes_nobody_in(world):
    county = world.union()
    zone = world.zone(union=county)
    inner = world.union(parent=county)
    batch = check(zone, sheet([["吕一", "", "", phone(), inner.name, "", ""]]))
    with scope(Plane.CITY, reason="test"):
        from app.unions.models import Union

        db.session.execute(db.update(Union).where(Union.id == inner.id).values(status="dissolved"))
        db.session.commit()
    assert problem_codes(zone, merge(zone, batch.id)) == {2: [("union_unknown", "")]}


def test_two_imports_at_once_never_make_twins(world):
    """People without a document have no unique key: only waiting for each other keeps them single."""
    zone = world.zone()
    data = sheet([[f"同{chr(0x4E00 + n)}", "", "", phone(), "", "", ""] for n in range(60)])
    batches = [check(zone, data).id for _ in range(2)]

    def run(batch_id):
        with world.app.app_context():
            merge(zone, batch_id, chunk=7)

    threads = [threading.Thread(target=run, args=(batch_id,)) for batch_id in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scope(Plane.WORKER, zone=zone):
        assert db.session.scalar(select(func.count(Member.id)).where(Member.union_path == zone.union_path)) == 60


def test_staged_people_are_cleared_away_in_time(world):
    zone = world.zone()
    old, fresh = check(zone, sheet(people(1))), check(zone, sheet(people(1)))
    with scope(Plane.WORKER, zone=zone):
        long_ago = now() - KEEP_STAGED * 2
        db.session.execute(db.update(ImportBatch).where(ImportBatch.id == old.id).values(moved_at=long_ago))
        sweep_imports()
        db.session.commit()
        left = dict(db.session.execute(select(ImportRow.batch_id, func.count()).group_by(ImportRow.batch_id)).all())  # type: ignore[arg-type]
    assert left == {fresh.id: 1}


def test_the_counters_of_every_union_stay_right_through_merge_move_and_undo(world):
    county = world.union()
    zone = world.zone(union=county)
    inner = world.union(parent=county)

    def counted():
        with scope(Plane.WORKER, zone=zone):
            counters = db.session.execute(
                select(UnionMemberCount.union_id, UnionMemberCount.members).where(
                    UnionMemberCount.union_id.in_([county.id, inner.id])
                )
            )
            return {union_id: number for union_id, number in counters if number}

    rows = people(4)
    bring_in(zone, *rows)
    moved = bring_in(zone, *[[*row[:4], inner.name, *row[5:]] for row in rows[:3]])
    assert counted() == {county.id: 1, inner.id: 3}
    undo(zone, moved.id)
    assert counted() == {county.id: 4}


def test_staff_themselves_may_not_write_members(world):
    zone = world.zone()
    batch = check(zone, sheet(people(1)))
    with scope(Plane.STAFF, zone=zone, actor=SYSTEM):
        with pytest.raises(ProgrammingError, match="permission denied"):
            merging.merge_roster_in_steps(batch.id)
        db.session.rollback()
    assert everyone(zone) == {}


def test_a_record_changed_while_its_chunk_is_written_is_looked_at_again(world, monkeypatch):
    zone = world.zone()
    doc = document()
    bring_in(zone, ["戚一", "", doc, phone(), "", "", "高中"])
    batch = check(zone, sheet([["戚一", "", doc, "", "", "", "大专"]]))
    whole, calls = merging.write_chunk, []

    def overtaken(*arguments):
        calls.append(1)
        if len(calls) == 1:
            other = threading.Thread(target=lambda: _edit_elsewhere(world, zone, "戚一", education="博士"))
            other.start()
            other.join()
        return whole(*arguments)

    monkeypatch.setattr(merging, "write_chunk", overtaken)
    batch = merge(zone, batch.id)
    assert problem_codes(zone, batch) == {2: [("changed_meanwhile", "")]}
    assert everyone(zone)["戚一"].education == "博士"


def _edit_elsewhere(world, zone, name, **values):
    with world.app.app_context():
        edit(zone, name, **values)

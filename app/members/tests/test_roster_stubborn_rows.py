"""One row that can't be written never holds up the others; and what was not seen is never overwritten."""

import threading

import pytest
from sqlalchemy import select

from app.members.errors import NotRecognised, OtherDocument
from app.members.models import Member, Membership
from app.members.operations import NewMember, add_member, end_membership, write_document
from app.members.retrying import retried
from app.members.roster import merging
from app.members.tests.rosters import (
    bring_in,
    check,
    document,
    everyone,
    ids_of,
    merge,
    outcomes,
    people,
    phone,
    preview,
    problem_codes,
    sheet,
)  # fmt: skip
from app.unions.models import Union
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db
from tenants.ids import uuid7


def _dissolve(union):
    with scope(Plane.CITY, reason="test"):
        db.session.execute(db.update(Union).where(Union.id == union.id).values(status="dissolved"))
        db.session.commit()


def _give_document(zone, name, number):
    member_id = ids_of(zone)[name]
    with scope(Plane.WORKER, zone=zone):
        member = db.session.get(Member, member_id)
        assert member is not None
        write_document(member, "resident_id", number)
        db.session.commit()


def test_a_document_that_somebody_got_meanwhile_refuses_its_row_alone(world):
    zone = world.zone()
    doc, number = document(), phone()
    bring_in(zone, ["一一", "", "", number, "", "", ""], ["二二", "", "", phone(), "", "", ""])
    batch = check(zone, sheet([["一一", "", doc, number, "", "", ""], *people(3)]))
    _give_document(zone, "二二", doc)
    batch = merge(zone, batch.id)
    assert problem_codes(zone, batch) == {2: [("changed_meanwhile", "")]}
    assert (batch.state, outcomes(batch)) == ("committed", {"new": 3, "refused": 1})


def test_two_rows_that_come_to_mean_one_former_member_are_not_both_written(world):
    """New to the check, both; then somebody appears whom one names by document and the other by phone."""
    zone, other = world.zone(), world.zone()
    doc, number = document(), phone()
    batch = check(
        zone, sheet([["三三", "", doc, phone(), "", "", ""], ["三三", "", "", number, "", "", ""], *people(2)])
    )
    assert outcomes(batch) == {"new": 4}
    bring_in(other, ["三三", "", doc, number, "", "", ""])
    with scope(Plane.WORKER, zone=other):
        end_membership(SYSTEM, _id_here(other, "三三"), "离职")
        db.session.commit()
    batch = merge(zone, batch.id)
    assert problem_codes(zone, batch) == {2: [("appeared_meanwhile", "")], 3: [("appeared_meanwhile", "")]}
    assert len(everyone(zone)) == 2


def _id_here(zone, name):
    return db.session.scalars(select(Member.id).where(Member.union_path == zone.union_path, Member.name == name)).one()


@pytest.mark.parametrize("when", ["before the check", "before the merge"])
def test_rows_without_a_union_are_refused_once_the_default_is_dissolved(world, when):
    from app.members.roster.checking import check_roster_in_steps
    from app.members.tests.rosters import upload

    county = world.union()
    zone, inner = world.zone(union=county), world.union(parent=county)
    batch_id = upload(zone, sheet([["四四", "", "", phone(), "", "", ""], ["五五", "", "", phone(), county.name, "", ""]]),
                      union_id=inner.id)  # fmt: skip
    if when == "before the check":
        _dissolve(inner)
    with scope(Plane.WORKER, zone=zone, actor=SYSTEM):
        check_roster_in_steps(batch_id)
    if when == "before the merge":
        _dissolve(inner)
    batch = merge(zone, batch_id)
    assert problem_codes(zone, batch)[2][0][0] in ("no_union", "union_unknown")
    assert set(everyone(zone)) == {"五五"}


@pytest.mark.parametrize("place", [0, 4, 8])
def test_a_row_the_database_refuses_is_found_among_the_others_and_named(world, monkeypatch, place):
    """Whatever it is that nobody thought of: here a name that breaks a rule of the table."""
    zone = world.zone()
    rows = people(9)
    batch = check(zone, sheet(rows))
    whole = merging.write_chunk

    def stubborn(zone_id, batch_id, writes):
        for write in writes:
            if write.row.entry.line == place + 2:
                write.row.entry.values["name"] = ""
        return whole(zone_id, batch_id, writes)

    monkeypatch.setattr(merging, "write_chunk", stubborn)
    batch = merge(zone, batch.id, chunk=5)
    assert (batch.state, outcomes(batch)) == ("committed", {"new": 8, "refused": 1})
    assert problem_codes(zone, batch) == {place + 2: [("not_written", "")]}
    (told,) = preview(zone, batch, "refused")
    assert told.name == rows[place][0]
    assert set(everyone(zone)) == {row[0] for number, row in enumerate(rows) if number != place}


def test_a_document_taken_in_the_very_moment_of_writing_refuses_its_row_alone(world, monkeypatch):
    zone = world.zone()
    doc, number = document(), phone()
    bring_in(zone, ["六六", "", "", number, "", "", ""], ["七七", "", "", phone(), "", "", ""])
    batch = check(zone, sheet([*people(3), ["六六", "", doc, number, "", "", ""]]))
    whole, calls = merging.write_chunk, []

    def overtaken(*arguments):
        if not calls:
            calls.append(1)
            other = threading.Thread(target=_in_app, args=(world, lambda: _give_document(zone, "七七", doc)))
            other.start()
            other.join()
        return whole(*arguments)

    monkeypatch.setattr(merging, "write_chunk", overtaken)
    batch = merge(zone, batch.id)
    assert problem_codes(zone, batch) == {5: [("changed_meanwhile", "")]}
    assert len(everyone(zone)) == 5


def _in_app(world, work):
    with world.app.app_context():
        work()


def test_a_change_that_no_mask_shows_is_not_overwritten(world):
    """Both old numbers read 137****1234: only the state of the record tells them apart."""
    zone = world.zone()
    doc = document()
    bring_in(zone, ["八八", "", doc, "13700001234", "", "", ""])
    batch = check(zone, sheet([["八八", "", doc, "13799991111", "", "", ""]]))
    with scope(Plane.WORKER, zone=zone):
        from app.members.operations import write_phone

        member = db.session.get(Member, _id_here(zone, "八八"))
        assert member is not None
        write_phone(member, "+8613755551234")
        db.session.commit()
    batch = merge(zone, batch.id)
    assert problem_codes(zone, batch) == {2: [("changed_meanwhile", "")]}
    assert everyone(zone)["八八"].phone == "+8613755551234"


def test_a_phone_the_person_signs_in_with_is_kept_like_verified_data(world):
    zone = world.zone()
    doc, number = document(), phone()
    bring_in(zone, ["九九", "", doc, number, "", "", "高中"])
    world._account(uuid7(), ids_of(zone)["九九"], f"+86{number}", "九九")
    batch = check(zone, sheet([["九九九", "", doc, phone(), "", "", "大专"]]))
    (row,) = preview(zone, batch, "changed")
    assert {(d.field, d.is_kept) for d in row.differences} == {("name", False), ("phone", True), ("education", False)}
    merge(zone, batch.id)
    assert everyone(zone)["九九九"].phone == f"+86{number}"


def test_a_document_is_never_replaced_by_an_import(world):
    zone = world.zone()
    doc, number = document(), phone()
    bring_in(zone, ["十十", "", doc, number, "", "", ""])
    batch = check(zone, sheet([["十十", "", document(), number, "", "", ""]]))
    assert problem_codes(zone, batch) == {2: [("document_differs", "C2")]}
    person = NewMember("十十", f"+86{number}", "resident_id", document())
    with scope(Plane.WORKER, zone=zone), pytest.raises(OtherDocument):
        add_member(SYSTEM, uuid7(), person, zone.union_id)


def test_the_same_name_and_phone_elsewhere_with_another_document_is_somebody_else(world):
    here, there = world.zone(), world.zone()
    number = phone()
    bring_in(there, ["百百", "", document(), number, "", "", ""])
    assert outcomes(bring_in(here, ["百百", "", document(), number, "", "", ""])) == {"new": 1}
    assert (len(everyone(here)), len(everyone(there))) == (1, 1)


@pytest.mark.parametrize("is_active", [False, True])
def test_a_number_alone_opens_nobodys_record(world, is_active):
    """Neither of a former member nor of a member elsewhere; the refusal is the same."""
    here, there = world.zone(), world.zone()
    doc = document()
    bring_in(there, ["千千", "", doc, phone(), "", "", ""])
    if not is_active:
        with scope(Plane.WORKER, zone=there):
            end_membership(SYSTEM, _id_here(there, "千千"), "离职")
            db.session.commit()
    batch = check(here, sheet([["万万", "", doc, phone(), "", "", ""]]))
    assert problem_codes(here, batch) == {2: [("not_from_a_list", "C2")]}
    with scope(Plane.WORKER, zone=here), pytest.raises(NotRecognised):
        add_member(SYSTEM, uuid7(), NewMember("万万", id_kind="resident_id", id_number=doc), here.union_id)


def test_who_appears_under_the_number_after_the_check_is_refused_alike(world):
    here, there = world.zone(), world.zone()
    doc = document()
    batch = check(here, sheet([["亿亿", "", doc, phone(), "", "", ""]]))
    bring_in(there, ["兆兆", "", doc, phone(), "", "", ""])
    assert problem_codes(here, merge(here, batch.id)) == {2: [("not_from_a_list", "")]}


def test_opposite_moves_at_once_both_happen(world):
    """Each touches both counters, in the order its statements come: the one PostgreSQL ends begins again.

    On a busy machine it may be back at its counter before the other one wakes; then the two meet once more.
    """
    county = world.union()
    zone = world.zone(union=county)
    first, second = world.union(parent=county), world.union(parent=county)
    bring_in(zone, *[[*row[:4], union.name, *row[5:]] for row, union in zip(people(2), (first, second), strict=True)])
    with scope(Plane.WORKER, zone=zone):
        places = {row.union_id: row.member_id for row in db.session.execute(select(Membership.union_id, Membership.member_id))
                  if row.union_id in (first.id, second.id)}  # fmt: skip
        db.session.commit()
    barrier, tries = threading.Barrier(2), []

    def move(member_id, target):
        def once():
            tries.append(member_id)
            active = db.session.scalars(select(Membership).where(Membership.member_id == member_id)).one()
            active.status = "ended"
            db.session.flush()
            if tries.count(member_id) == 1:
                barrier.wait()
            db.session.add(Membership(member_id=member_id, union_id=target.id, union_path=target.path))
            db.session.commit()

        with world.app.app_context(), scope(Plane.WORKER, zone=zone, actor=SYSTEM):
            retried(once)

    threads = [
        threading.Thread(target=move, args=pair) for pair in ((places[first.id], second), (places[second.id], first))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tries) > 2, "one of the two was ended by the database and began again"
    with scope(Plane.WORKER, zone=zone):
        moved = dict(
            db.session.execute(
                select(Membership.union_id, Membership.member_id).where(Membership.status == "active")
            ).all()
        )  # type: ignore[arg-type]
    assert (moved[second.id], moved[first.id]) == (places[first.id], places[second.id])

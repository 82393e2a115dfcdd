"""A member changes their own number by proof; rosters that still have the former one come later."""

import pytest

from app.identity.operations.phones import change_phone
from app.members.errors import NumberChanged
from app.members.operations import NewMember, add_member
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
    undo,
)  # fmt: skip
from tenants.context import SYSTEM, Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7

NAME = "改号人"


def change_own(world, zone, former, number, name=NAME):
    """The member's account, which has the former number, proves another one."""
    account_id, member_id = uuid7(), ids_of(zone)[name]
    world._account(account_id, member_id, f"+86{former}", name)
    actor = Actor(account_id=account_id, member_id=member_id)
    with scope(Plane.IDENTITY, actor=actor):
        change_phone(actor, f"+86{number}", kept=uuid7())
        db.session.commit()


@pytest.fixture
def zone(world):
    return world.zone()


def test_an_old_roster_with_document_leaves_the_new_number(world, zone):
    doc, former, number = document(), phone(), phone()
    bring_in(zone, [NAME, "", doc, former, "", "", ""])
    change_own(world, zone, former, number)
    batch = check(zone, sheet([[NAME, "", doc, former, "", "", ""]]))
    assert outcomes(batch) == {"kept": 1}
    merge(zone, batch.id)
    assert everyone(zone)[NAME].phone == f"+86{number}"


def test_what_else_an_old_roster_says_is_written_and_taken_back_beside_the_new_number(world, zone):
    doc, former, number = document(), phone(), phone()
    bring_in(zone, [NAME, "", doc, former, "", "", "高中"])
    change_own(world, zone, former, number)
    batch = check(zone, sheet([[NAME, "", doc, former, "", "", "大专"]]))
    (row,) = preview(zone, batch, "changed")
    assert {(found.field, found.is_kept) for found in row.differences} == {("phone", True), ("education", False)}
    merge(zone, batch.id)
    assert (everyone(zone)[NAME].phone, everyone(zone)[NAME].education) == (f"+86{number}", "大专")
    assert undo(zone, batch.id).undo_counts == {"undone": 1, "refused": 0}
    assert (everyone(zone)[NAME].phone, everyone(zone)[NAME].education) == (f"+86{number}", "高中")


def test_a_number_changed_between_check_and_merge_stays(world, zone):
    doc, former, number = document(), phone(), phone()
    bring_in(zone, [NAME, "", doc, former, "", "", ""])
    batch = check(zone, sheet([[NAME, "", doc, phone(), "", "", "大专"]]))
    change_own(world, zone, former, number)
    assert problem_codes(zone, merge(zone, batch.id)) == {2: [("changed_meanwhile", "")]}
    assert everyone(zone)[NAME].phone == f"+86{number}"


@pytest.mark.parametrize("made", [True, False], ids=["made by the import", "changed by the import"])
def test_undoing_the_roster_that_wrote_the_former_number_leaves_the_new_one(world, zone, made):
    doc, former, number = document(), phone(), phone()
    if not made:
        bring_in(zone, [NAME, "", doc, phone(), "", "", ""])
    batch = bring_in(zone, [NAME, "", doc, former, "", "", ""])
    change_own(world, zone, former, number)
    assert undo(zone, batch.id).undo_counts == {"undone": 0, "refused": 1}
    assert everyone(zone)[NAME].phone == f"+86{number}"


def test_an_old_roster_without_document_makes_nobody_a_second_time(world, zone):
    former, number = phone(), phone()
    bring_in(zone, [NAME, "", document(), former, "", "", ""])
    change_own(world, zone, former, number)
    batch = check(zone, sheet([[NAME, "", "", former, "", "", "大专"], *people(1)]))
    assert outcomes(batch) == {"new": 1, "refused": 1}
    assert problem_codes(zone, batch) == {2: [("number_changed", "D2")]}
    merge(zone, batch.id)
    assert (len(everyone(zone)), everyone(zone)[NAME].phone) == (2, f"+86{number}")
    with scope(Plane.WORKER, zone=zone), pytest.raises(NumberChanged):
        add_member(SYSTEM, uuid7(), NewMember(NAME, f"+86{former}"), zone.union_id)


def test_who_is_meant_is_said_by_the_present_number_or_by_a_document(world, zone):
    former, number = phone(), phone()
    bring_in(zone, [NAME, "", document(), former, "", "", ""])
    change_own(world, zone, former, number)
    assert outcomes(bring_in(zone, [NAME, "", "", number, "", "", "大专"])) == {"changed": 1}
    namesake = NewMember(NAME, f"+86{phone()}", "resident_id", document())
    with scope(Plane.WORKER, zone=zone):
        assert add_member(SYSTEM, member_id := uuid7(), namesake, zone.union_id) == member_id
        db.session.commit()
    rows = [NAME, "", document(), phone(), "", "", ""], [NAME, "", "", former, "", "", ""]
    assert outcomes(bring_in(zone, *rows)) == {"new": 1, "refused": 1}


def test_namesakes_of_who_kept_their_number_come_in(zone):
    bring_in(zone, [NAME, "", document(), phone(), "", "", ""])
    assert outcomes(bring_in(zone, [NAME, "", "", phone(), "", "", ""])) == {"new": 1}


def test_namesakes_of_who_changed_a_number_in_another_zone_come_in(world, zone):
    there, former = world.zone(), phone()
    bring_in(there, [NAME, "", document(), former, "", "", ""])
    change_own(world, there, former, phone())
    assert outcomes(bring_in(zone, [NAME, "", "", former, "", "", ""])) == {"new": 1}

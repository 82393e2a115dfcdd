"""Lists, searches and counts of members, as staff and members see them."""

import pytest
from sqlalchemy import text

from app.core.errors import NotFound
from app.members import queries
from app.members.errors import NoSuchUnion, TransferNeeded
from app.members.looks import list_reveals
from app.members.models import Member
from app.members.operations import NewMember, add_member, end_membership, reveal_field, transfer_membership
from app.members.queries import MemberFilter
from app.members.tests.rosters import bring_in, document, phone
from tenants.context import SYSTEM, Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7


def _names(zone, **filters):
    with scope(Plane.STAFF, zone=zone):
        return {row.name for row in queries.list_members(MemberFilter(**filters)).rows}


def test_a_member_is_found_by_beginning_of_name_given_name_phone_and_document(world):
    zone, other = world.zone(), world.zone()
    doc, number = document(), phone()
    bring_in(
        zone,
        ["欧阳静", "女" if int(doc[16]) % 2 == 0 else "男", doc, number, "", "", ""],
        ["何静", "", "", phone(), "", "", ""],
    )
    bring_in(other, ["欧阳静", "", "", phone(), "", "", ""])
    assert _names(zone, q="欧阳") == {"欧阳静"}
    assert _names(zone, q="静") == {"何静"}
    assert _names(zone, q="阳静") == {"欧阳静"}
    assert _names(zone, q=number) == {"欧阳静"}
    assert _names(zone, q=f"+86 {number}") == {"欧阳静"}
    assert _names(zone, q=doc.lower()) == {"欧阳静"}
    assert _names(zone, q="没有") == set()


def test_rows_are_masked_and_names_are_not(world):
    zone = world.zone()
    doc = document()
    bring_in(zone, ["金小明", "", doc, "13712345678", "", "", ""])
    with scope(Plane.STAFF, zone=zone):
        (row,) = queries.list_members(MemberFilter()).rows
    assert (row.name, row.phone) == ("金小明", "137****5678")
    assert row.id_number == f"440*************{doc[-2:]}"


def test_the_pager_walks_through_everybody_once_and_back(world):
    county = world.union()
    zone = world.zone(union=county)
    inner = world.union(parent=county)
    bring_in(zone, *[[f"页{chr(0x4E00 + n)}", "", "", phone(), inner.name if n % 2 else "", "", ""] for n in range(11)])
    with scope(Plane.STAFF, zone=zone):
        pages, after = [], ""
        while True:
            page = queries.list_members(MemberFilter(), after=after, limit=4)
            pages.append([row.id for row in page.rows])
            if not page.next:
                break
            after = page.next
        assert [len(ids) for ids in pages] == [4, 4, 3]
        assert len({member for ids in pages for member in ids}) == 11
        back = queries.list_members(MemberFilter(), before=page.previous, limit=4)
        assert [row.id for row in back.rows] == pages[1]
        first = queries.list_members(MemberFilter(), before=back.previous, limit=4)
        assert ([row.id for row in first.rows], first.previous) == (pages[0], "")


def test_counts_come_from_counters_or_from_counting(world):
    county = world.union()
    zone = world.zone(union=county)
    inner = world.union(parent=county)
    bring_in(zone, *[[f"数{chr(0x4E00 + n)}", "", "", phone(), inner.name if n < 2 else "", "", ""] for n in range(5)])
    with scope(Plane.STAFF, zone=zone):
        assert queries.count_members(MemberFilter()).number == 5
        assert queries.count_members(MemberFilter(union_path=inner.path)).number == 2
        assert queries.count_members(MemberFilter(verified="no")).number == 5
        assert queries.count_members(MemberFilter(verified="yes")).number == 0


def test_a_subtree_outside_the_zone_narrows_to_the_zone_instead(world):
    zone, other = world.zone(), world.zone()
    bring_in(other, ["外人", "", "", phone(), "", "", ""])
    assert _names(zone, union_path=other.union_path) == set()
    assert _names(zone, union_path="0000.") == set()


def test_no_filter_of_the_list_uses_an_operator_that_leaks(world):
    """Under row-level security LIKE and its kin never reach an index."""
    zone = world.zone()
    with scope(Plane.STAFF, zone=zone):
        for filters in (
            MemberFilter(q="王"),
            MemberFilter(q=phone()),
            MemberFilter(q=document()),
            MemberFilter(gender="male"),
        ):
            query = queries._select().where(*queries._conditions(filters))
            compiled = str(query.compile(db.engine, compile_kwargs={"literal_binds": False}))
            assert " LIKE " not in compiled
        plan = db.session.execute(
            text("EXPLAIN SELECT id FROM members WHERE phone_index = '\\x00' "), {}
        ).scalars().all()  # fmt: skip
        assert any("phone_index" in line for line in plan)


def test_a_reveal_is_told_to_the_member_with_reason_and_name(world):
    zone = world.zone()
    person = world.member(zone, "曹一")
    staff = Actor(account_id=uuid7(), name="干部甲", permissions=frozenset({"members.reveal"}))
    with scope(Plane.STAFF, zone=zone, actor=staff):
        assert reveal_field(staff, person.member_id, "phone", "电话核实") == person.phone
        db.session.commit()
    with scope(Plane.MEMBER, zone=zone, actor=Actor(person.account_id, person.member_id)):
        (seen,) = list_reveals(person.member_id)
    assert (seen.actor_name, seen.zone_name, seen.reason) == ("干部甲", zone.name, "电话核实")
    assert seen.detail["field"] == "phone"


def test_staff_of_another_zone_can_neither_find_nor_reveal_a_member(world):
    here, there = world.zone(), world.zone()
    person = world.member(there)
    with scope(Plane.STAFF, zone=here):
        assert queries.find_member(person.member_id) is None
        with pytest.raises(NotFound):
            reveal_field(SYSTEM, person.member_id, "phone", "好奇")
        with pytest.raises(NotFound):
            end_membership(SYSTEM, person.member_id, "好奇")


def test_adding_the_same_person_twice_makes_one_member(world):
    zone = world.zone()
    person = NewMember(name="严一", phone=f"+86{phone()}", id_kind="resident_id", id_number=document())
    with scope(Plane.WORKER, zone=zone):
        first = add_member(SYSTEM, uuid7(), person, zone.union_id)
        assert add_member(SYSTEM, uuid7(), person, zone.union_id) == first
        db.session.commit()
    with scope(Plane.STAFF, zone=zone):
        assert queries.count_members(MemberFilter()).number == 1


def test_a_member_elsewhere_is_not_added_but_needs_a_transfer(world):
    here, there = world.zone(), world.zone()
    person = NewMember(name="华一", phone=f"+86{phone()}")
    with scope(Plane.WORKER, zone=there):
        add_member(SYSTEM, uuid7(), person, there.union_id)
        db.session.commit()
    with scope(Plane.WORKER, zone=here), pytest.raises(TransferNeeded):
        add_member(SYSTEM, uuid7(), person, here.union_id)


def test_nobody_can_be_added_to_a_union_outside_the_zone(world):
    here, there = world.zone(), world.zone()
    with scope(Plane.WORKER, zone=here), pytest.raises(NoSuchUnion):
        add_member(SYSTEM, uuid7(), NewMember(name="华二"), there.union_id)


def test_a_transfer_keeps_history_and_moves_once(world):
    county = world.union()
    zone = world.zone(union=county)
    inner = world.union(parent=county)
    person = world.member(zone)
    new_id = uuid7()
    with scope(Plane.WORKER, zone=zone):
        for _ in range(2):
            transfer_membership(SYSTEM, person.member_id, inner.id, new_id)
        db.session.commit()
    with scope(Plane.STAFF, zone=zone):
        assert [(row.union_id, row.status) for row in queries.list_memberships(person.member_id)] == [
            (inner.id, "active"), (county.id, "ended"),
        ]  # fmt: skip


def test_an_ended_membership_takes_the_member_out_of_the_list_and_the_count(world):
    zone = world.zone()
    person = world.member(zone)
    with scope(Plane.STAFF, zone=zone):
        end_membership(SYSTEM, person.member_id, "退休")
        db.session.commit()
        assert queries.count_members(MemberFilter()).number == 0
        assert queries.list_members(MemberFilter()).rows == []
    with scope(Plane.WORKER, zone=zone):
        member = db.session.get(Member, person.member_id)
        assert member is not None
        assert member.union_path is None


def test_a_phone_finds_its_members_for_sign_in(world):
    zone = world.zone()
    person = world.member(zone, "魏一")
    with scope(Plane.IDENTITY):
        assert queries.find_by_phone(person.phone) == [person.member_id]
        assert queries.find_by_phone(person.phone, "别人") == []

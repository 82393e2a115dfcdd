"""Members are enrolled by the unions they belong to, within the window, once for the same days."""

from datetime import timedelta

from app.core.clock import today_in_china
from app.members.models import Membership
from app.modules.help.mutual_aid.enrolment import Enrolled, enrol_union
from app.modules.help.mutual_aid.operations import ENROL
from app.modules.help.mutual_aid.tests.conftest import Deed
from app.modules.help.mutual_aid.tests.office import PLAN, day
from tenants.context import Actor, Plane, scope
from tenants.database import db


def phone(person) -> str:
    return person.phone.removeprefix("+86")


def test_all_members_of_a_union_and_below_are_enrolled_and_nobody_else(office, world):
    here = world.union_of(office.zone)
    town = world.union(parent=here, kind="town")
    members = [world.member(office.zone), world.member(town)]
    world.member(world.union())
    assert "已为 2 名会员办理参保" in follow(office, office.enrol(office.open_window(office.set_up())))
    assert {cover.member_id for cover in office.covers()} == {member.member_id for member in members}


def test_a_smaller_union_within_the_window_may_be_named(office, world):
    town = world.union("青山镇总工会", parent=world.union_of(office.zone), kind="town")
    world.member(office.zone)
    member = world.member(town)
    window_id = office.open_window(office.set_up())
    office.enrol(window_id, union="青山镇总工会")
    assert [cover.member_id for cover in office.covers()] == [member.member_id]
    assert office.enrol(window_id, union=world.union().name).status_code == 422


def test_of_a_window_for_a_smaller_union_others_are_not_enrolled(office, world):
    town = world.union(parent=world.union_of(office.zone), kind="town")
    other, member = world.member(office.zone, "王明"), world.member(town, "李青")
    window_id = office.open_window(office.set_up(), union=town.name)
    answer = office.enrol_sheet(window_id, [["王明", phone(other)], ["李青", phone(member)]])
    assert "B2" in answer.text
    assert "不属于本窗口适用的工会" in answer.text
    assert [cover.member_id for cover in office.covers()] == [member.member_id]
    assert office.enrol(window_id, union=world.union_of(office.zone).name).status_code == 422


def test_only_who_had_joined_by_a_day_is_enrolled_if_one_is_named(office, world):
    early, late = world.member(office.zone), world.member(office.zone)
    joined(early, day(-900))
    joined(late, day(-1))
    office.enrol(office.open_window(office.set_up()), joined_until=str(day(-300)))
    assert [cover.member_id for cover in office.covers()] == [early.member_id]


def test_a_cover_begins_on_the_day_of_enrolment_or_with_the_plan_and_waits_its_days(office, world):
    world.member(office.zone)
    office.enrol(office.open_window(office.set_up(waiting_days="30")))
    world.member(office.zone)
    office.enrol(
        office.open_window(office.set_up(version="2027", covers_from=str(day(200)), covers_until=str(day(500))))
    )
    first, *later = office.covers()
    assert (first.covered_from, first.claims_from) == (day(0), day(30))
    assert str(first.covered_until) == PLAN["covers_until"]
    assert {(cover.covered_from, cover.claims_from) for cover in later} == {(day(200), day(200))}
    assert len(later) == 2


def test_nobody_is_enrolled_before_or_after_the_window(office, world):
    world.member(office.zone)
    plan_id = office.set_up()
    for opens, closes in ((1, 5), (-5, -1)):
        window_id = office.open_window(plan_id, opens=opens, closes=closes)
        refused = office.enrol(window_id)
        assert refused.status_code == 409
        assert "该参保窗口今日未开放" in refused.text
        assert office.enrol_sheet(window_id, [["王明", "13800138000"]]).status_code == 409
    for opens, closes in ((0, 0),):
        assert office.enrol(office.open_window(plan_id, opens=opens, closes=closes)).status_code == 302
    assert len(office.covers()) == 1


def test_who_is_covered_in_these_days_is_not_enrolled_again_by_this_plan_or_another(office, world):
    member = world.member(office.zone, "王明")
    window_id = office.open_window(office.set_up())
    office.enrol(window_id)
    assert "没有新增参保会员" in follow(office, office.enrol(window_id))
    other = office.open_window(office.set_up(name="大病互助"))
    assert "其中 1 人在该期间已参保" in follow(office, office.enrol(other))
    answer = office.enrol_sheet(other, [["王明", phone(member)]])
    assert "不能重复参保" in answer.text
    assert len(office.covers()) == 1


def test_two_at_once_give_nobody_two_covers(office, world, overtaken):
    for _ in range(3):
        world.member(office.zone)
    windows = [office.open_window(office.set_up(name=name)) for name in ("职工医疗互助", "大病互助")]
    actor = Actor(permissions=frozenset({ENROL}))
    first, second = (
        Deed(
            office.zone, Plane.STAFF, actor, lambda actor, window_id=window_id: enrol_union(actor, window_id, "", None)
        )
        for window_id in windows
    )
    assert overtaken(first, second) == [Enrolled(0, 3)]
    assert len(office.covers()) == 3


def test_rows_of_a_sheet_that_can_t_be_enrolled_are_named_by_line_and_cell(office, world):
    good, stranger = world.member(office.zone, "王明"), world.member(world.union(), "李青")
    rows = [
        ["王明", phone(good)],
        ["李青", phone(stranger)],
        ["赵一", "123"],
        ["", "13800138000"],
        ["王明", phone(good)],
    ]
    answer = office.enrol_sheet(office.open_window(office.set_up()), rows)
    assert answer.status_code == 200
    table = answer.text.partition("未办理参保的行")[2]
    assert [cell in table for cell in ("B3", "B4", "A5", "B6")] == [True] * 4
    assert "没有姓名与号码一致的会员" in table
    assert "此人在表中已出现过" in table
    assert phone(stranger) not in answer.text
    assert [cover.member_id for cover in office.covers()] == [good.member_id]


def test_a_file_that_is_no_roll_is_refused_with_what_it_lacks(office):
    window_id = office.open_window(office.set_up())
    refused = office.enrol_sheet(window_id, [["王明"]], headings=("姓名", "部门"))
    assert refused.status_code == 422
    assert "身份证号" in refused.text


def test_a_member_sees_from_when_to_when_they_are_covered_and_keeps_it_when_they_leave(office, world):
    member = world.member(office.zone)
    client = world.client(office.zone, member)
    assert "您在本专区未参加医疗互助" in client.get("/help/mutual-aid").text
    office.enrol(office.open_window(office.set_up()))
    leave(office, member)
    page = client.get("/help/mutual-aid").text
    assert f"{today_in_china()} 至 {PLAN['covers_until']}" in page
    other = world.client(office.zone, world.member(office.zone))
    assert "您在本专区未参加医疗互助" in other.get("/help/mutual-aid").text


def joined(person, on) -> None:
    with scope(Plane.WORKER):
        db.session.execute(db.update(Membership).where(Membership.member_id == person.member_id).values(joined_on=on))
        db.session.commit()


def leave(office, person) -> None:
    with scope(Plane.WORKER, zone=office.zone):
        ended = {"status": "ended", "ended_on": today_in_china() - timedelta(days=1)}
        db.session.execute(db.update(Membership).where(Membership.member_id == person.member_id).values(**ended))
        db.session.commit()


def follow(office, answer) -> str:
    return office.clerk.get(answer.location).text

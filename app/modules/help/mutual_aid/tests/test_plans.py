"""Plans are set up once, never changed, and deleted only while nobody may be enrolled in them."""

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.core.audit import AuditEntry
from app.modules.help.mutual_aid.models import Plan
from app.modules.help.mutual_aid.tests.office import PLANS, day
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import token_of as token


def test_a_plan_is_set_up_with_its_formula_and_its_source(office):
    page = office.admin.get(f"{PLANS}/{office.set_up()}").text
    assert all(
        words in page
        for words in ("职工医疗互助 2026", "海工〔2026〕12号", "¥80.00", "¥10,000.00 以上：60%", "¥30,000.00")
    )


def test_sent_twice_it_is_one_plan_and_one_entry_of_the_trail(office):
    plan_id = uuid7()
    assert [office.send_plan(plan_id).status_code for _ in range(2)] == [302, 302]
    with scope(Plane.STAFF, zone=office.zone):
        assert len(db.session.scalars(select(Plan)).all()) == 1
        assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "help.set_up_plan")).all()) == 1


def test_a_version_is_given_once_and_what_was_typed_stays(office):
    office.set_up()
    refused = office.send_plan(uuid7(), source="另一文件")
    assert refused.status_code == 422
    assert "同名计划已有此版本" in refused.text
    assert "另一文件" in refused.text
    office.set_up(version="2027")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"covers_until": "2020-01-01"}, "保障截止日早于起始日"),
        ({"covers_from": "2090-12-31", "covers_until": "2090-12-31"}, "请选择十年以内的日期"),
        ({"tiers": "0 50\nx"}, "第 2 行"),
        ({"period_cap": "100"}, "低于单次给付封顶额"),
        ({"counted_kinds": []}, "请至少选择一类"),
        ({"contribution": "viel"}, "金额"),
    ],
)
def test_what_makes_no_plan_is_told_at_its_field(office, told, words):
    refused = office.send_plan(uuid7(), **told)
    assert refused.status_code == 422
    assert words in refused.text


def test_another_version_begins_with_what_the_former_says(office):
    page = office.admin.get(f"{PLANS}/new?like={office.set_up()}").text
    assert 'value="职工医疗互助"' in page
    assert "0 50%\n10000 60%" in page


def test_only_who_sets_up_plans_does(office):
    refused = office.clerk.post(f"{PLANS}/new", data={"csrf_token": token(office.clerk, PLANS)})
    assert refused.status_code == 404
    assert office.clerk.get(f"{PLANS}/new").status_code == 404


def test_a_plan_is_deleted_until_a_window_is_noted_and_after_that_kept(office):
    gone, kept = office.set_up(), office.set_up(version="2027")
    office.open_window(kept)
    for plan_id in (gone, kept):
        office.admin.post(f"{PLANS}/{plan_id}/delete", data={"csrf_token": token(office.admin, PLANS)})
    assert office.admin.get(f"{PLANS}/{gone}").status_code == 404
    assert office.admin.get(f"{PLANS}/{kept}").status_code == 200


def test_the_database_keeps_a_plan_that_covers_somebody(office, world):
    world.member(office.zone)
    plan_id = office.set_up()
    office.enrol(office.open_window(plan_id))
    with scope(Plane.STAFF, zone=office.zone), pytest.raises(IntegrityError):
        db.session.execute(delete(Plan).where(Plan.id == plan_id))


def test_a_window_is_for_a_union_of_the_zone_and_ends_with_the_cover(office, world):
    plan_id, elsewhere = office.set_up(), world.union()
    for told, words in (({"union": elsewhere.name}, "没有名称完全一致的工会"), ({"closes": 400}, "保障期结束后不能参保"),
                        ({"opens": 5, "closes": 4}, "截止日早于开放日")):  # fmt: skip
        refused = office.send_window(plan_id, uuid7(), **told)
        assert refused.status_code == 422
        assert words in refused.text
    office.open_window(plan_id, opens=3, closes=9)
    assert str(day(3)) in office.admin.get(f"{PLANS}/{plan_id}").text

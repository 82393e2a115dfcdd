"""What deeds were about: by kind and name where the reader may know it, by kind and number where not."""

import ast
from dataclasses import replace

import pytest

from app.console.audit_lines import audit_lines
from app.console.audit_words import things
from app.console.queries import list_audit
from app.console.tests.test_city_audit import ROOT, cells
from app.core.audit import record
from app.core.audit_things import CODE
from app.identity.operations.grants import grant_role, revoke_role
from app.identity.tests.conftest import ID
from app.members.operations import reveal_field
from app.modules.help.tests.desk import STORY, make_desk
from app.modules.news import operations as news
from app.modules.news.tests.desk import CHIEF, at_desk, draft
from app.notifications.tests.desk import compose
from tenants.context import SYSTEM, Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import fill

ZONE_ADMIN = frozenset({"staff.grant", "audit.view", "members.view", "members.reveal", "members.import",
                        "broadcasts.send", "news.write", "events.manage", "help.review", "jobs.view", "desk.view"})  # fmt: skip


@pytest.fixture
def zone(world):
    return world.zone()


@pytest.fixture
def admin(world, zone):
    return world.client(zone, world.staff(zone))


def told(client, path="/console/audit") -> list[str]:
    """What each deed of a trail was about, the newest first."""
    column = 4 if path.startswith("/city") else 3
    return [row[column] for row in cells(client.get(path))]


def test_an_article_is_told_by_its_title_to_the_zone_and_by_a_number_to_the_city(zone, admin, desk):
    article_id = draft(zone, "尚未公开的稿件")
    assert told(admin) == ["文章：尚未公开的稿件"]
    assert told(desk, f"/city/audit?zone={zone.slug}") == [f"文章 …{str(article_id)[-6:]}"]
    assert "尚未公开" not in desk.get("/city/audit").text
    with at_desk(zone) as actor:
        news.delete_draft(actor, article_id)
    assert told(admin) == [f"文章 …{str(article_id)[-6:]}"] * 2


def test_the_city_is_told_of_a_zones_own_things_by_kind_alone(zone, admin, desk):
    fill(admin, "/console/news/categories", name="安全生产")
    assert told(admin) == ["栏目：安全生产"]
    assert [thing[:4] for thing in told(desk, f"/city/audit?zone={zone.slug}")] == ["栏目 …"]


def test_both_languages(zone, admin):
    draft(zone, "稿件")
    assert ">Article: 稿件</td>" in admin.get("/console/audit", headers={"Accept-Language": "en"}).text


def test_another_zones_things_have_no_name_here(world, zone):
    elsewhere = draft(world.zone(), "别处的稿件")
    with scope(Plane.STAFF, zone=zone, actor=CHIEF):
        record("news.edit", object_type="news_article", object_id=elsewhere)
        db.session.commit()
        lines = audit_lines(list_audit(zone.id))
    assert [line.thing for line in lines] == [f"文章 …{str(elsewhere)[-6:]}"]


def test_names_are_for_readers_who_may_read_the_thing_itself(world):
    permissions = {kind: thing.permission for kind, thing in things().items() if thing.permission}
    assert permissions == {
        "news_article": "news.write", "broadcast": "broadcasts.send", "events_campaign": "events.manage", "events_quiz_question": "events.manage",
        "events_competition_round": "events.manage", "events_week": "events.manage",
        "audience_list": "members.import",
        "member": "members.view", "legal_aid_lawyer": "legal_aid.manage_lawyers", "correction": "members.view", "import": "members.import",
        "task": "jobs.view",
    }  # fmt: skip


def test_a_reader_without_the_permission_is_told_the_kind_alone(world, zone):
    draft(zone, "尚未公开的稿件")
    reader = Actor(account_id=world.staff(zone).account_id, permissions=ZONE_ADMIN)
    for actor, shown in ((reader, True), (replace(reader, permissions=ZONE_ADMIN - {"news.write"}), False)):
        with scope(Plane.STAFF, zone=zone, actor=actor):
            (line,) = audit_lines(list_audit(zone.id))
        assert ("尚未公开的稿件" in line.thing) == shown


def test_a_member_is_told_by_a_masked_name(world, zone, admin, desk):
    member = world.member(zone, "欧阳海燕")
    actor = Actor(account_id=world.staff(zone).account_id, name="干部", permissions=ZONE_ADMIN)
    with scope(Plane.STAFF, zone=zone, actor=actor):
        reveal_field(actor, member.member_id, "phone", "电话核实")
        db.session.commit()
    assert told(admin) == ["会员：欧**燕"]
    assert "欧阳海燕" not in admin.get("/console/audit").text
    assert told(desk, f"/city/audit?zone={zone.slug}") == [f"会员 …{str(member.member_id)[-6:]}"]


def test_whoever_acts_for_themselves_has_no_name_in_any_trail(world, zone, admin, desk):
    person = world.member(world.zone(), "欧阳海燕")
    fill(world.client(zone, person), "/me", post_to="/display", locale="en")
    fill(world.client(ID, person), "/account/", post_to="/display", locale="zh_CN")
    mine, citys = cells(admin.get("/console/audit")), cells(desk.get("/city/audit?action=identity.set-display"))
    assert [row[1] for row in mine] == ["账号本人"]
    assert len(citys) >= 2  # other tests of this process may have done the same
    assert {row[1] for row in citys} == {"账号本人"}
    assert "欧阳海燕" not in admin.get("/console/audit").text + desk.get("/city/audit").text


def test_code_that_acts_for_nobody_is_named_in_the_readers_language(zone, admin):
    for actor in (SYSTEM, Actor(name="command line"), Actor(name="demo")):
        with scope(Plane.STAFF, zone=zone, actor=actor):
            record("news.edit", object_type="news_article", object_id=uuid7())
            db.session.commit()
    english = admin.get("/console/audit", headers={"Accept-Language": "en"})
    assert [row[1] for row in cells(admin.get("/console/audit"))] == ["演示数据", "命令行", "系统"]
    assert [row[1] for row in cells(english)] == ["demo data", "the command line", "the system"]


def test_every_name_that_code_gives_itself_has_words():
    names = {
        keyword.value.value
        for path in [*ROOT.rglob("*.py"), *(ROOT.parent / "tenants").rglob("*.py")]
        if "tests" not in path.parts
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Actor"
        for keyword in call.keywords
        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant)
    }
    assert names == set(CODE)


def test_a_case_is_told_by_its_number_and_nothing_of_it(world):
    case = make_desk(world)
    case_id = case.submitted()
    number = case.find(case_id).number
    case.handler.get(f"/console/help/{case_id}")
    page = case.admin.get("/console/audit")
    assert {row[3] for row in cells(page)} == {f"个案：{number}"}
    assert not any(text in page.text for text in (STORY, STORY[:6], case.person.name))
    assert not any("8000" in cell for row in cells(page) for cell in row)


def test_a_cases_number_is_for_those_who_review_cases_of_its_module(world):
    case = make_desk(world)
    number = case.find(case.submitted()).number
    for permissions, shown in ((ZONE_ADMIN, True), (ZONE_ADMIN - {"help.review"}, False)):
        with scope(Plane.STAFF, zone=case.zone, actor=Actor(permissions=permissions)):
            (line,) = audit_lines(list_audit(case.zone.id))
        assert (str(number) in line.thing) == shown


def test_a_broadcast_is_told_by_its_title(world, zone, admin):
    world.member(zone)
    compose(admin, title="停水通知", channels=["inbox"])
    assert told(admin) == ["群发通知：停水通知"]


def test_staff_are_told_by_name_even_after_their_role_was_taken_away(world, zone, admin):
    newcomer = world.staff(world.zone())
    actor = Actor(account_id=world.staff(zone).account_id, permissions=ZONE_ADMIN)
    with scope(Plane.STAFF, zone=zone, actor=actor):
        grant_id = grant_role(actor, newcomer.account_id, "editor", zone.union_id, name="何干事")
        db.session.commit()
    assert told(admin) == ["账号：何干事"]
    with scope(Plane.STAFF, zone=zone, actor=actor):
        revoke_role(actor, grant_id)
        db.session.commit()
    assert told(admin)[0] == "账号：何干事"


def test_the_city_reads_which_union_a_lock_is_for(world, desk):
    union = world.union()
    world.zone(union=union)
    fill(desk, "/city/locks", union_id=union.id, choice="module.news=off", reason="整顿")
    assert told(desk, "/city/audit?action=zones.locked")[0].startswith(f"工会：{union.name}")


def test_whatever_a_deed_can_be_about_has_a_name_for_its_kind(world):
    kinds = {
        keyword.value.value
        for path in ROOT.rglob("*.py")
        if "tests" not in path.parts
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg == "object_type" and isinstance(keyword.value, ast.Constant)
    }
    assert {"news_article", "zone", "account", "case"} <= kinds
    assert kinds - set(things()) == set()


def test_an_administrator_is_told_by_name_to_the_city(zone, desk):
    page = f"/city/zones/{zone.slug}"
    fill(desk, page, post_to=f"{page}/staff", phone="13800138123", name="何干事")
    assert told(desk, "/city/audit?action=zones.appointed")[0] == "账号：何干事"

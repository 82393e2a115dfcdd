"""The staff's pages of issues: made by one, checked by another, and what each is told."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.benefits.beans.errors import TagsNotYours
from app.benefits.beans.issue_lines import name_members
from app.benefits.beans.issuing import draft_issue
from app.benefits.beans.models import BeanIssue, BeanIssueLine
from app.benefits.beans.tests.office import Office
from app.benefits.rules.tests.book import rule_in_force
from app.core.audit import AuditEntry
from app.core.clock import now, today_in_china
from app.core.jobs.inline import run_due_events
from app.core.sheets import read_sheet
from app.identity import limits
from app.members.audience.models import MemberTag
from app.members.tests.rosters import sheet
from tenants.context import Actor
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import fill, hidden_fields, send, typed

ISSUES = "/console/benefits/issues"
HEADERS = ("姓名", "手机号", "豆数")


@pytest.fixture
def office(world) -> Office:
    return Office(world.zone(), world, names=("陈一鸣", "林二妹", "黄三和"))


@pytest.fixture
def maker(office):
    return office.world.client(office.zone, office.world.staff(office.zone))


@pytest.fixture
def checker(office):
    return office.world.client(office.zone, office.world.staff(office.zone, "approver"))


def drafted(office, maker, **fields):
    said = {"title": "端午慰问", "budget_id": str(office.budget_id), "grace_days": "30", "category": "festival",
            "expires_on": (today_in_china() + timedelta(days=90)).isoformat()}  # fmt: skip
    return fill(maker, f"{ISSUES}/new", **said | fields)


def chosen(maker, href, **fields):
    return fill(maker, href, post_to=f"{href}/choice", **{"audience": "open", "amount": "20"} | fields)


def from_sheet(maker, href, rows, headers=HEADERS):
    file = (io.BytesIO(sheet(rows, headers)), "名单.csv")
    return fill(maker, href, post_to=f"{href}/sheet", file=file)


def the_issue(office) -> BeanIssue:
    with office.staff():
        return db.session.scalars(select(BeanIssue)).one()


def lines(office) -> dict:
    with office.staff():
        return dict(db.session.execute(select(BeanIssueLine.member_id, BeanIssueLine.amount)).all())  # type: ignore[arg-type]


def test_from_a_draft_to_the_members_by_two_people(office, maker, checker):
    href = drafted(office, maker).location
    chosen(maker, href)
    page = maker.get(href).text
    assert "陈*" in page
    assert "陈一鸣" not in page
    assert fill(maker, href, post_to=f"{href}/make/submit_issue").status_code == 302
    assert "端午慰问" in checker.get(f"{ISSUES}/?state=submitted").text
    assert fill(checker, href, post_to=f"{href}/check/approve_issue").status_code == 302
    bar = checker.get(f"{href}/progress")
    assert "hx-get" in bar.text
    assert "HX-Refresh" not in bar.headers
    run_due_events()
    assert the_issue(office).state == "issued"
    assert checker.get(f"{href}/progress").headers["HX-Refresh"] == "true"
    assert lines(office) == dict.fromkeys(office.members, 20)


def test_a_sheet_gives_each_their_amount_and_names_the_cells_it_could_not_take(office, maker):
    stranger = office.world.member(office.world.zone(), "郑六安")
    people = office.people
    href = drafted(office, maker).location
    rows = [
        [people[0].name, people[0].phone, 30], [people[1].name, people[1].phone, "很多"],
        [stranger.name, stranger.phone, 5], [people[2].name, people[2].phone, 0],
    ]  # fmt: skip
    assert from_sheet(maker, href, rows).status_code == 302
    assert lines(office) == {office.members[0]: 30}
    page = maker.get(href).text
    assert all(cell in page for cell in ("C3", "B4", "C5"))
    issue = the_issue(office)
    assert (issue.refused, issue.sheet_name, issue.audience) == (3, "名单.csv", None)


def test_an_amount_in_a_sheet_may_have_its_thousands_apart_and_nothing_else(office, maker):
    href, people = drafted(office, maker).location, office.people
    rows = [
        [person.name, person.phone, amount] for person, amount in zip(people, ("1,200", "1,2", "12,00"), strict=True)
    ]
    assert from_sheet(maker, href, rows).status_code == 302
    assert lines(office) == {office.members[0]: 1200}
    assert the_issue(office).refused == 2


def tags(office) -> set:
    with office.staff():
        return {tuple(row) for row in db.session.execute(select(MemberTag.member_id, MemberTag.tag))}


def test_a_sheet_gives_tags_to_those_it_names(office, maker):
    href, people = drafted(office, maker).location, office.people
    rows = [[people[0].name, people[0].phone, 30, "劳模、困难职工"], [people[1].name, people[1].phone, 5, ""],
            [people[2].name, people[2].phone, 5, "<劳模>"]]  # fmt: skip
    for _twice in range(2):
        assert from_sheet(maker, href, rows, (*HEADERS, "标签")).status_code == 302
    assert lines(office) == {office.members[0]: 30, office.members[1]: 5}
    assert tags(office) == {(office.members[0], "劳模"), (office.members[0], "困难职工")}
    assert "D4" in maker.get(href).text


def test_who_may_give_no_tags_sends_no_sheet_with_any(office):
    href, person = uuid7(), office.people[0]
    maker = Actor(uuid7(), name="测试", permissions=frozenset({"benefits.manage"}))
    data = sheet([[person.name, person.phone, 30, "劳模"]], (*HEADERS, "标签"))
    with office.staff():
        draft_issue(maker, href, budget_id=office.budget_id, category="festival", title="端午慰问",
                    expires_on=today_in_china(), grace_days=0)  # fmt: skip
        with pytest.raises(TagsNotYours):
            name_members(maker, href, data, "名单.csv", seen="draft.1")
    assert tags(office) == set()


def test_a_member_of_another_union_than_the_budgets_is_left_out(office, maker):
    below = office.world.union("东海镇总工会", "town", office.world.union_of(office.zone))
    office.move_budget(below)
    inside = office.world.member(below, "吴四海")
    href = drafted(office, maker).location
    outside = office.people[0]
    from_sheet(maker, href, [[inside.name, inside.phone, 5], [outside.name, outside.phone, 5]])
    assert lines(office) == {inside.member_id: 5}
    chosen(maker, href)
    assert lines(office) == {inside.member_id: 20}
    assert the_issue(office).audience == {}


def test_choosing_anew_replaces_and_a_choice_of_nobody_changes_nothing(office, maker):
    href = drafted(office, maker).location
    chosen(maker, href)
    refused = chosen(maker, href, audience="targeted", gender="female", amount="7")
    assert refused.status_code == 422
    assert 'id="error-audience"' in refused.text
    assert 'value="7"' in refused.text
    assert "陈*" in refused.text, "the page shows who was chosen before"
    assert lines(office) == dict.fromkeys(office.members, 20)
    answer = from_sheet(maker, href, [[office.people[0].name, office.people[0].phone, 3]])
    assert answer.status_code == 302, answer.text
    assert lines(office) == {office.members[0]: 3}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": ""}, "title"), ({"category": "cash"}, "category"), ({"budget_id": ""}, "budget_id"), ({"expires_on": "2020-01-01"}, "expires_on"),
        ({"expires_on": "9999-12-31"}, "expires_on"),
        ({"grace_days": "1.5"}, "grace_days"), ({"grace_days": "400"}, "grace_days"),
        ({"budget_id": "00000000-0000-0000-0000-000000000000"}, "budget_id"),
    ],
)  # fmt: skip
def test_a_mistake_is_shown_at_its_field_with_everything_typed(office, maker, fields, field):
    answer = drafted(office, maker, **fields)
    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.text
    assert "端午慰问" in answer.text or field == "title"


@pytest.mark.parametrize("amount", ["0", "1.5", "", "很多", "1000001"])
def test_an_amount_is_a_whole_number(office, maker, amount):
    href = drafted(office, maker).location
    answer = chosen(maker, href, amount=amount, tags=[])
    assert answer.status_code == 422
    assert 'id="error-amount"' in answer.text
    assert lines(office) == {}


def test_whoever_made_it_never_checks_it_and_others_do_not_make_it(office, maker):
    href = drafted(office, maker).location
    chosen(maker, href)
    other = office.world.client(office.zone, office.world.staff(office.zone))
    assert chosen(other, href, amount="5").status_code == 403
    fill(maker, href, post_to=f"{href}/make/submit_issue")
    assert "approve_issue" not in maker.get(href).text
    answer = fill(maker, href, post_to=f"{href}/check/approve_issue")
    assert answer.status_code == 403
    assert the_issue(office).state == "submitted"


def test_it_is_returned_with_a_reason_that_the_maker_reads_and_mends(office, maker, checker):
    href = drafted(office, maker).location
    chosen(maker, href)
    fill(maker, href, post_to=f"{href}/make/submit_issue")
    without = fill(checker, href, post_to=f"{href}/check/return_issue")
    assert without.status_code == 422
    assert 'id="error-reason"' in without.text
    fill(checker, href, post_to=f"{href}/check/return_issue", reason="日期有误")
    assert "日期有误" in maker.get(href).text
    new_day = (today_in_china() + timedelta(days=60)).isoformat()
    assert send(maker, f"{href}/edit", expires_on=new_day).status_code == 302
    assert the_issue(office).expires_on.isoformat() == new_day


def test_a_decision_upon_what_was_changed_meanwhile_does_nothing(office, maker, checker):
    href = drafted(office, maker).location
    chosen(maker, href)
    fill(maker, href, post_to=f"{href}/make/submit_issue")
    seen = typed(checker.get(href).text, f"{href}/check/approve_issue")
    fill(checker, href, post_to=f"{href}/check/return_issue", reason="人数有误")
    chosen(maker, href, amount="1")
    fill(maker, href, post_to=f"{href}/make/submit_issue")
    late = checker.post(f"{href}/check/approve_issue", data=seen)
    assert late.status_code == 409
    assert the_issue(office).state == "submitted"
    assert (
        checker.post(f"{href}/check/approve_issue", data=typed(late.text, f"{href}/check/approve_issue")).status_code
        == 302
    )


def test_what_the_budget_lacks_is_told_before_and_refused_after(office, maker):
    href = drafted(office, maker).location
    chosen(maker, href, amount="34")
    assert "还差 2 颗豆" in maker.get(href).text
    answer = fill(maker, href, post_to=f"{href}/make/submit_issue")
    assert answer.status_code == 409
    assert the_issue(office).state == "draft"


def test_whom_a_rule_refuses_it_is_told_to_whoever_submits_it(office, maker):
    href = drafted(office, maker).location
    chosen(maker, href)
    rule_in_force(office.zone.union_path, 19_00)
    refused = fill(maker, href, post_to=f"{href}/make/submit_issue")
    assert refused.status_code == 409
    table = refused.text.partition("超出标准的会员")[2].partition("</table>")[0]
    assert table.count("¥1.00") == len(office.members)
    assert "陈*鸣" in table
    assert "陈一鸣" not in table


def test_a_draft_sent_twice_is_one(office, maker):
    once = hidden_fields(maker, f"{ISSUES}/new")
    said = {"title": "端午慰问", "budget_id": str(office.budget_id), "grace_days": "0", "category": "festival",
            "expires_on": today_in_china().isoformat()}  # fmt: skip
    first, second = (maker.post(f"{ISSUES}/new", data={**once, **said}) for _ in range(2))
    assert first.location == second.location


def test_a_form_is_sent_as_often_as_its_limit_says_and_no_more(office, maker, monkeypatch):
    moment = now()
    monkeypatch.setattr(limits, "now", lambda: moment)
    typed = hidden_fields(maker, f"{ISSUES}/new")
    assert [maker.post(f"{ISSUES}/new", data=typed).status_code for _ in range(61)] == [422] * 60 + [429]


def test_the_members_are_taken_along_as_a_workbook_and_that_is_noted(office, maker):
    issue_id = office.drafted()
    with fill(maker, f"{ISSUES}/{issue_id}", post_to=f"{ISSUES}/{issue_id}/export") as file:
        found = [cells for _line, cells in read_sheet(io.BytesIO(file.data), "beans.xlsx").rows]
    assert sorted(str(cells[0]) for cells in found) == sorted(person.name for person in office.people)
    assert {cells[-1] for cells in found} == {"20"}
    with office.staff():
        assert "beans.export_issue" in set(db.session.scalars(select(AuditEntry.action)))


def test_an_issue_of_another_zone_is_not_there(office, maker):
    issue_id = office.drafted()
    other = office.world.zone()
    stranger = office.world.client(other, office.world.staff(other))
    for address in (f"{ISSUES}/{issue_id}", f"{ISSUES}/{issue_id}/edit", f"{ISSUES}/{issue_id}/progress"):
        assert stranger.get(address).status_code == 404
        assert maker.get(address).status_code == 200


def test_who_may_only_look_sees_no_buttons_and_nobody_else_sees_anything(office):
    issue_id = office.drafted()
    editor = office.world.client(office.zone, office.world.staff(office.zone, "editor"))
    assert editor.get(f"{ISSUES}/").status_code == 404
    approver = office.world.client(office.zone, office.world.staff(office.zone, "approver"))
    page = approver.get(f"{ISSUES}/{issue_id}").text
    assert "还没有选定会员" not in page
    assert "submit_issue" not in page
    assert "/choice" not in page
    assert approver.get(f"{ISSUES}/new").status_code == 404

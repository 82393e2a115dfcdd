"""Who sees what: zones, members, staff, the database itself, the trail that looking leaves."""

import re

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.casework.figures import count_untaken
from app.casework.models import Case, CaseDocument
from app.casework.queries import list_history
from app.casework.queue import list_handlers
from app.core.audit import AuditEntry
from app.core.files import StoredFile, zone_folder
from app.modules.help.tests.desk import STORY, picture
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.isolation import allow_raw_sql, raw_sql
from tests.fixtures.forms import token_of as token

RAW = allow_raw_sql("tests.help", "looks at what the disk would show")
TABLES = ("cases", "case_documents", "case_events", "case_counters", "case_names", "case_clocks")


@pytest.fixture
def case(desk):
    """A submitted application with papers: its id and the id of one paper."""
    case_id = desk.send(desk.form()).location.split("/")[-2]
    with scope(Plane.WORKER, zone=desk.zone):
        document = db.session.execute(
            select(CaseDocument.id).where(CaseDocument.case_id == case_id, CaseDocument.paper == "household")
        ).scalar_one()
    return case_id, document


@pytest.fixture
def taken(desk, case):
    """The same, taken by the handler."""
    assert desk.step(desk.handler, case[0], "take").status_code == 302
    return case


def paths(case) -> list[str]:
    case_id, document_id = case
    return [f"/help/{case_id}", f"/help/{case_id}/documents/{document_id}"]


def desk_paths(case) -> list[str]:
    case_id, document_id = case
    return ["/console/help/", f"/console/help/{case_id}",
            f"/console/help/{case_id}/documents/{document_id}"]  # fmt: skip


def test_another_member_of_the_zone_finds_nothing(desk, world, case):
    stranger = world.client(desk.zone, world.member(desk.zone))
    for path in paths(case):
        assert desk.member.get(path).status_code == 200
        assert stranger.get(path).status_code == 404
    csrf = token(stranger, "/help/apply/seasonal")
    for deed in ("withdraw", "discard"):
        assert stranger.post(f"/help/{case[0]}/{deed}", data={"csrf_token": csrf}).status_code == 404
    form = {"csrf_token": csrf, "_once": case[0], "action": "submit", "description": "别人的"}
    assert stranger.post("/help/apply/hardship", data=form).status_code == 404


def test_employer_and_its_zone_learn_nothing_of_a_case_at_the_county(desk, world):
    """An employee applies at the county's zone; the enterprise's own zone and staff see no trace of it."""
    enterprise = world.zone(union=world.union(kind="enterprise", parent=_union(world, desk.zone)))
    employee = world.member(enterprise)
    desk.member = world.client(desk.zone, employee)
    case_id = desk.submitted()
    assert "HD-" in desk.member.get("/help/").text
    at_work = world.client(enterprise, employee)
    assert at_work.get(f"/help/{case_id}").status_code == 404
    assert "HD-" not in at_work.get("/help/").text
    employer = world.client(enterprise, world.staff(enterprise, "zone_admin"))
    assert "HD-" not in employer.get("/console/help/?state=all").text
    assert employer.get(f"/console/help/{case_id}").status_code == 404
    with scope(Plane.STAFF, zone=enterprise):
        assert (count_untaken("help"), list_handlers("help")) == (0, [])
    with scope(Plane.STAFF, zone=desk.zone):
        assert count_untaken("help") == 1


@pytest.mark.parametrize("role", ["zone_admin", "caseworker"])
def test_staff_of_other_zones_find_nothing_beside_below_or_above(desk, world, case, role):
    below = world.zone(union=world.union(kind="enterprise", parent=_union(world, desk.zone)))
    beside = world.zone()
    for other in (below, beside):
        browser = world.client(other, world.staff(other, role))
        assert browser.get("/console/help/").status_code == 200
        assert "HD-" not in browser.get("/console/help/?state=all").text
        for path in desk_paths(case)[1:]:
            assert browser.get(path).status_code == 404
        intruder = world.client(desk.zone, world.staff(other, role))
        for path in desk_paths(case):
            assert intruder.get(path).status_code == 404
    county_staff = world.client(below, world.staff(desk.zone, role))
    assert county_staff.get("/console/help/").status_code == 404


def _union(world, zone):
    from app.unions.models import Union

    with scope(Plane.CITY, reason="test"):
        return db.session.get(Union, zone.union_id)


def test_staff_without_the_permission_find_nothing(desk, world, case):
    editor = world.client(desk.zone, world.staff(desk.zone, "editor"))
    for path in desk_paths(case):
        assert editor.get(path).status_code == 404
        assert desk.member.get(path).status_code == 404
        assert world.client(desk.zone).get(path).status_code == 302
    assert "/console/help/" not in editor.get("/console/").text


def test_caseworker_may_not_export_or_decide(desk, case):
    csrf = token(desk.handler, "/console/help/")
    assert desk.handler.post("/console/help/export", data={"csrf_token": csrf}).status_code == 404
    case_id = desk.recommended()
    assert desk.step(desk.colleague, case_id, "approve", amount_granted="1").status_code == 404


def test_nothing_a_person_told_is_readable_in_the_database_or_on_disk(desk, case):
    desk.step(desk.handler, case[0], "take")
    desk.step(desk.handler, case[0], "return", reason="请补充脑梗诊断证明")
    with scope(Plane.WORKER, zone=desk.zone), raw_sql(RAW):
        raw = [row[0] for table in TABLES for row in db.session.execute(text(f"SELECT t::text FROM {table} t"))]  # noqa: S608
    assert len(raw) >= 7
    for words in (STORY, "脑梗", "林海燕", "13800138000"):
        assert words not in "".join(raw)
        assert words.encode().hex() not in "".join(raw)
    stored = [path.read_bytes() for path in zone_folder(desk.zone.id).rglob("*") if path.is_file()]
    assert len(stored) == 2
    assert not any(data.startswith((b"%PDF", b"RIFF")) or b"Catalog" in data for data in stored)


def test_masked_data_is_shown_only_for_a_reason_that_the_member_can_read(desk, taken):
    page = desk.handler.get(f"/console/help/{taken[0]}").text
    assert "林*燕" in page
    assert "林海燕" not in page
    assert "13800138000" not in page
    csrf = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    path = f"/console/help/{taken[0]}/reveal"
    assert desk.handler.post(path, data={"csrf_token": csrf, "reveal_reason": ""}).status_code == 422
    shown = desk.handler.post(path, data={"csrf_token": csrf, "reveal_reason": "电话核实家庭情况"})
    assert "林海燕" in shown.text
    assert "138" in shown.text
    member = Actor(desk.person.account_id, desk.person.member_id)
    with scope(Plane.MEMBER, zone=desk.zone, actor=member):
        entries = db.session.execute(select(AuditEntry).where(AuditEntry.action == "help.reveal")).scalars().all()
    assert [(entry.subject_member_id, entry.detail["stated_reason"]) for entry in entries] == [
        (desk.person.member_id, "电话核实家庭情况")
    ]


def test_the_member_reads_in_their_own_data_who_looked_at_the_case_and_why(desk, taken):
    path = f"/console/help/{taken[0]}"
    desk.handler.get(path)
    page = desk.handler.get(path).text
    csrf = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    desk.handler.post(f"{path}/reveal", data={"csrf_token": csrf, "reveal_reason": "电话核实家庭情况"})
    desk.handler.get(desk_paths(taken)[2])
    told = desk.member.get("/me/data").text
    number = desk.find(taken[0]).number
    for words in ("电话核实家庭情况", f"您帮扶申请中的姓名和手机号 {number}", f"您帮扶申请中的材料 {number}"):
        assert told.count(words) == 1
    assert told.count(f"查看了您的帮扶申请 {number}") == 1
    copy = desk.member.get("/me/data/copy.json").json["reveals"]
    assert [(look["action"], look["reason"]) for look in copy if look["reason"]] == [
        ("help.reveal", "电话核实家庭情况")
    ]
    assert all(look["at"] and look["actor_name"] and look["what"] for look in copy)


def test_the_member_list_tells_staff_nothing_of_looks_at_a_case(desk, taken):
    desk.handler.get(f"/console/help/{taken[0]}")
    record = desk.admin.get(f"/console/members/{desk.person.member_id}")
    assert record.status_code == 200
    assert "HD-" not in record.text


def test_a_member_of_another_union_is_sent_to_their_own_zone(desk, world):
    other = world.zone()
    refused = world.client(desk.zone, world.member(other)).get("/help/apply/hardship")
    assert refused.status_code == 403
    assert other.name in refused.text
    assert f"//{other.host}/" in refused.text
    assert "没有访问此页面所需的权限" not in refused.text
    nobody = world.client(desk.zone, world.staff(other, "zone_admin")).get("/help/apply/hardship")
    assert nobody.status_code == 403
    assert other.host not in nobody.text


def test_looking_at_a_case_or_its_papers_is_recorded(desk, taken):
    for path in desk_paths(taken)[1:]:
        desk.handler.get(path)
    with scope(Plane.STAFF, zone=desk.zone):
        found = db.session.execute(select(AuditEntry.action).where(AuditEntry.object_id == taken[0])).scalars().all()
    assert {"help.read", "help.read_paper", "help.submit"} <= set(found)


def test_papers_are_served_to_be_shown_and_nothing_else(desk, case):
    answer = desk.member.get(paths(case)[1])
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"] == (
        "inline; filename=\"paper.webp\"; filename*=UTF-8''%E6%88%B7%E5%8F%A3%E7%B0%BF.webp"
    )
    assert answer.mimetype == "image/webp"
    assert answer.data != picture()


def test_paper_of_one_case_is_not_found_under_another(desk, case):
    other = desk.taken()
    assert desk.member.get(f"/help/{other}/documents/{case[1]}").status_code == 404
    assert desk.handler.get(f"/console/help/{other}/documents/{case[1]}").status_code == 404


def test_drafts_are_the_members_own(desk):
    form = desk.form(action="save")
    desk.send(form)
    assert form["_once"] not in desk.handler.get("/console/help/?state=all").text
    assert desk.handler.get(f"/console/help/{form['_once']}").status_code == 404
    with scope(Plane.STAFF, zone=desk.zone):
        assert db.session.execute(select(Case.id)).all() == []
        assert db.session.execute(select(CaseDocument.id)).all() == []


def test_database_refuses_a_members_own_hand_on_the_decision(desk, case):
    member = Actor(desk.person.account_id, desk.person.member_id)
    with scope(Plane.MEMBER, zone=desk.zone, actor=member):
        application = db.session.execute(select(Case)).scalar_one()
        application.state, application.phase, application.due_at = "refused", "decided", None
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.flush()
        db.session.rollback()


def test_database_refuses_a_decision_by_one_person(desk):
    case_id = desk.recommended()
    with scope(Plane.STAFF, zone=desk.zone):
        application = db.session.execute(select(Case).where(Case.id == case_id)).scalar_one()
        application.state, application.phase, application.due_at = "approved", "decided", None
        application.closed_at = application.submitted_at
        application.amount_granted_cents, application.keeps_vouchers = 100, True
        application.decided_by = application.recommended_by
        with pytest.raises(IntegrityError, match="two_people"):
            db.session.flush()
        db.session.rollback()


def test_staff_do_not_handle_their_own_application(desk, world):
    with scope(Plane.CITY, reason="test"):
        from app.identity.models import RoleGrant

        db.session.add(RoleGrant(account_id=desk.person.account_id, role="zone_admin", union_id=desk.zone.union_id,
                                 union_path=desk.zone.union_path))  # fmt: skip
        db.session.commit()
    own = desk.submitted()
    browser = world.client(desk.zone, desk.person)
    assert browser.get("/console/help/").status_code == 200
    assert browser.get(f"/console/help/{own}").status_code == 403
    csrf = token(browser, "/console/help/")
    browser.post("/console/help/take", data={"csrf_token": csrf, "id": str(own)})
    assert desk.find(own).state == "submitted"


def test_removed_papers_and_discarded_drafts_leave_no_file(desk):
    form = desk.form(action="save")
    desk.send(form)
    with scope(Plane.WORKER, zone=desk.zone):
        document = db.session.execute(select(CaseDocument.id).where(CaseDocument.paper == "income")).scalar_one()
    desk.send({"csrf_token": form["csrf_token"], "_once": form["_once"], "remove": str(document)})
    assert len(_stored(desk)) == 1
    answer = desk.member.post(f"/help/{form['_once']}/discard", data={"csrf_token": form["csrf_token"]})
    assert answer.status_code == 302
    assert _stored(desk) == []


def _stored(desk) -> list:
    with scope(Plane.WORKER, zone=desk.zone):
        return list(db.session.execute(select(StoredFile.id).where(StoredFile.purpose == "casework.paper")).scalars())


def test_members_history_holds_neither_inner_lines_nor_names_of_staff_whatever_reads_it(desk):
    case_id = desk.recommended()
    with scope(Plane.STAFF, zone=desk.zone):
        told = list_history(case_id, for_member=True)
        all_lines = list_history(case_id, for_member=False)
    assert [(line.action, line.actor_name) for line in told] == [("submit", ""), ("take", "")]
    assert [line.action for line in all_lines] == ["submit", "take", "recommend"]
    assert all(line.actor_name for line in all_lines[1:])

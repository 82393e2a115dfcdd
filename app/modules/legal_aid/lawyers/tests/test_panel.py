"""The panel as its keeper uses it."""

import pytest
from sqlalchemy import select

from app.core.clock import today_in_china
from app.modules.legal_aid.lawyers.errors import AccountFixed
from app.modules.legal_aid.lawyers.licences import parse_licence
from app.modules.legal_aid.lawyers.models import Client, Lawyer
from app.modules.legal_aid.lawyers.operations import invite_lawyer
from app.modules.legal_aid.lawyers.sealing import mobile_of
from app.modules.legal_aid.rights import MANAGE
from app.unions.names import core
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tests.fixtures.forms import token_of


def test_a_lawyer_is_put_on_the_panel_once_with_a_sealed_number(panel):
    lawyer_id, answer = panel.add(name="江一帆", mobile="137 0000 1234")
    assert answer.status_code == 302
    lawyer = panel.find(lawyer_id)
    assert b"13700001234" not in (lawyer.mobile_cipher or b"")
    page = panel.desk.admin.get("/console/legal_aid/lawyers").text
    assert "江一帆" in page
    assert "未邀请" in page
    form = {"csrf_token": token_of(panel.desk.admin, "/console/legal_aid/lawyers/new"), "_once": str(lawyer_id)}
    again = panel.desk.admin.post("/console/legal_aid/lawyers/new", data=form | panel.facts())
    assert again.status_code == 302
    with scope(Plane.WORKER, zone=panel.desk.zone):
        assert len(db.session.scalars(select(Lawyer)).all()) == 1


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("licence", "14401200410123", "17 位"),
        ("licence", "24401200410123456", "17 位"),
        ("licence", "14401209910123456", "17 位"),
        ("mobile", "12345", "11 位"),
        ("active_to", "2020-01-01", "截止日期"),
        ("active_to", "9999-12-31", "2000 年至 2099 年"),
        ("active_from", "0001-01-01", "2000 年至 2099 年"),
        ("firm", "", "律师事务所"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(panel, field, value, said):
    _id, answer = panel.add(name="江留存", **{field: value})
    assert answer.status_code == 422
    assert "江留存" in answer.text
    assert said.replace(" ", "") in answer.text.replace(" ", "")


def test_a_licence_is_on_the_panel_once(panel):
    licence = panel.facts()["licence"]
    assert panel.add(licence=licence)[1].status_code == 302
    assert panel.add(licence=licence)[1].status_code == 422


def mobile_of_lawyer(panel, lawyer: Lawyer) -> str:
    with scope(Plane.WORKER, zone=panel.desk.zone):
        return mobile_of(lawyer)


def test_only_who_decides_keeps_the_panel(panel, world):
    lawyer_id, _answer = panel.add()
    for client in (panel.desk.handler, panel.desk.member, world.client(panel.desk.zone)):
        for path in ("", "/new", f"/{lawyer_id}"):
            assert client.get(f"/console/legal_aid/lawyers{path}").status_code in (302, 404)
    other = world.zone()
    stranger = world.client(other, world.staff(other))
    assert stranger.get(f"/console/legal_aid/lawyers/{lawyer_id}").status_code == 404


def test_two_tabs_do_not_write_over_each_other(panel):
    lawyer_id, _answer = panel.add()
    facts = panel.facts()
    assert panel.send(lawyer_id, **facts).status_code == 302
    stale = panel.send(lawyer_id, **facts | {"name": "江另写", "_seen": "1"})
    assert stale.status_code == 409
    assert "江另写" in stale.text
    assert panel.find(lawyer_id).name == facts["name"]


def test_who_is_invited_comes_in_as_a_lawyer_and_sees_nothing_else(panel):
    lawyer = panel.invited()
    assert lawyer.browser.get("/console/legal_aid/counsel").status_code == 200
    case_id = panel.desk.under_way()
    for path in (
        "",
        "lawyers",
        "handlers",
        str(case_id),
        f"{case_id}/lawyer",
        f"counsel/{case_id}",
        "answers",
        "tasks",
    ):
        assert lawyer.browser.get(f"/console/legal_aid/{path}").status_code == 404, path
    assert lawyer.browser.get("/console/help/").status_code == 404


@pytest.mark.parametrize("has_a_case", [False, True])
def test_the_number_of_who_was_invited_stays_whether_they_have_cases_or_not(panel, has_a_case):
    lawyer = panel.invited()
    if has_a_case:
        panel.accepted(panel.desk.under_way(), lawyer)
    refused = panel.send(lawyer.lawyer_id, **panel.facts(firm="海城另投律师事务所"))
    assert refused.status_code == 422
    assert "请先移出该律师，再重新添加" in refused.text
    assert "海城另投律师事务所" in refused.text
    kept = panel.find(lawyer.lawyer_id)
    own = {"mobile": mobile_of_lawyer(panel, kept), "licence": kept.licence}
    assert panel.send(lawyer.lawyer_id, **panel.facts(**own)).status_code == 302
    assert panel.find(lawyer.lawyer_id).account_id == lawyer.account_id


def test_who_was_invited_is_not_invited_by_another_account(panel, world):
    lawyer, other = panel.invited(), world.staff(panel.desk.zone, "caseworker")
    keeper = Actor(permissions=frozenset({MANAGE}), ties=frozenset({panel.desk.zone.union_path}))
    with scope(Plane.STAFF, zone=panel.desk.zone, actor=keeper), pytest.raises(AccountFixed):
        invite_lawyer(keeper, lawyer.lawyer_id, other.account_id)


def test_who_left_the_panel_is_put_on_it_again_with_another_number(panel):
    lawyer = panel.invited()
    licence = panel.find(lawyer.lawyer_id).licence
    assert panel.add(licence=licence)[1].status_code == 422
    assert panel.send(lawyer.lawyer_id, "end").status_code == 302
    again = panel.invited(licence=licence)
    assert again.account_id != lawyer.account_id
    assert again.browser.get("/console/legal_aid/counsel").status_code == 200


def test_who_leaves_the_panel_leaves_no_number_and_no_access(panel):
    lawyer = panel.invited()
    panel.send(lawyer.lawyer_id, "clients", client_name="海城某某有限公司")
    assert panel.send(lawyer.lawyer_id, "end").status_code == 302
    panel.desk.world.settle()
    gone = panel.find(lawyer.lawyer_id)
    assert (gone.mobile_cipher, gone.account_id, gone.active_to) == (None, None, today_in_china())
    assert lawyer.browser.get("/console/legal_aid/counsel").status_code == 404
    with scope(Plane.WORKER, zone=panel.desk.zone):
        assert db.session.scalars(select(Client)).all() == []


def test_whom_a_lawyer_acts_for_is_sealed_and_taken_back(panel):
    lawyer_id, _answer = panel.add()
    assert panel.send(lawyer_id, "clients", client_name="海城秘密有限公司").status_code == 302
    with scope(Plane.WORKER, zone=panel.desk.zone):
        (client,) = db.session.scalars(select(Client)).all()
    assert "秘密".encode() not in client.name_cipher
    assert "海城秘密有限公司" in panel.desk.admin.get(f"/console/legal_aid/lawyers/{lawyer_id}").text
    assert panel.send(lawyer_id, f"clients/{client.id}/remove").status_code == 302
    assert "海城秘密有限公司" not in panel.desk.admin.get(f"/console/legal_aid/lawyers/{lawyer_id}").text
    wrong = panel.send(lawyer_id, "clients", client_name="海城某某有限公司", client_uscc="9144")
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    "name",
    [
        "海城甲乙丙制衣有限公司",
        "海城甲乙丙制衣有限公司工会",
        "海城甲乙丙制衣有限公司工会委员会",
        " 海城甲乙丙制衣 有限公司",
    ],
)
def test_an_employer_and_its_union_are_one(name):
    assert core(name) == core("海城甲乙丙制衣")


def test_a_licence_number_is_read_as_people_write_it():
    assert parse_licence("1 4401 2004 1 0 123456", today_in_china()) == "14401200410123456"

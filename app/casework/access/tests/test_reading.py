"""What the desk's pages show to whom: nothing of what a case tells but to those who have a part in it."""

import io
import re
from contextlib import closing
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.casework.access.models import CaseOpening, CaseParticipant
from app.casework.desk_pages import ROUTES
from app.casework.feature_routes import DESK_ROUTES
from app.casework.kinds import all_kinds
from app.casework.models import CaseDocument, CaseEvent
from app.core.audit import AuditEntry
from app.core.clock import today_in_china
from app.core.places import Place
from app.core.platform import platform
from app.core.sheets import read_sheet
from app.modules.help.tests.desk import STORY
from app.notifications.kinds import kinds
from app.notifications.models import Message
from tenants.context import Plane, scope
from tenants.database import db
from tests.contracts.walking import pass_csrf, steps
from tests.fixtures.forms import token_of as token
from tests.fixtures.world import Browser

NOTE = "邻居反映家中另有一名病人"
REASON = "经办人休假，当事人来电催办"
SECRETS = (STORY, "林海燕", "13800138000", "138 0013 8000", NOTE, "3,200.50", "户口簿", "工资单")
BEFORE_READING = {f"console_help.{route.name}" for route in (*ROUTES, *DESK_ROUTES) if route.before_reading}


@pytest.fixture
def case(desk) -> tuple[str, list[UUID]]:
    """An application with papers that the handler has taken and noted of: its id and those of its papers."""
    case_id = desk.send(desk.form()).location.split("/")[-2]
    desk.step(desk.handler, case_id, "take")
    path = f"/console/help/{case_id}"
    desk.handler.post(f"{path}/notes", data={"csrf_token": token(desk.handler, path), "inner_note": NOTE})
    with scope(Plane.WORKER, zone=desk.zone):
        papers = select(CaseDocument.id).where(CaseDocument.case_id == case_id).order_by(CaseDocument.id)
        return case_id, list(db.session.execute(papers).scalars())


def in_days(days: int) -> str:
    return (today_in_china() + timedelta(days=days)).isoformat()


def staff(desk, role: str = "caseworker") -> tuple[Browser, UUID]:
    """Another of the desk, with their account."""
    person = desk.world.staff(desk.zone, role)
    return desk.world.client(desk.zone, person), person.account_id


def in_zone(desk, statement) -> list:
    with scope(Plane.WORKER, zone=desk.zone):
        return list(db.session.execute(statement).scalars())


def told(desk) -> str:
    """The member's page of the newest application."""
    case_id = re.findall(r'href="(/help/[0-9a-f-]{36})"', desk.member.get("/help/").text)[0]
    return desk.member.get(case_id).text


def every_answer(app, desk, client: Browser, planted: dict[str, UUID]):
    """Every page and file of the module's desk, and every form sent empty, as this person."""
    pass_csrf(client)
    for step in steps(app, Place.ZONE, planted, []):
        if step.rule.endpoint.partition(".")[0] == "console_help" and step.method in ("GET", "POST"):
            for address in step.addresses:
                with closing(client.open(address, method=step.method)) as answer:
                    yield step, address, answer.status_code, answer.data


def test_nothing_of_a_case_that_others_have_is_in_any_page_file_or_answer(app, desk, case):
    case_id, papers = case
    client, _account = staff(desk, "zone_admin")
    planted = {"cases": UUID(case_id), "case_documents": papers[0]}
    shown = [
        *every_answer(app, desk, client, planted),
        *every_answer(app, desk, client, {**planted, "case_documents": papers[1]}),
    ]
    assert len(shown) > 20
    for step, address, status, data in shown:
        words = data.decode("utf-8", "replace")
        assert [secret for secret in SECRETS if secret in words] == [], (str(step), address)
        assert not data.startswith((b"%PDF", b"RIFF", b"\xff\xd8")), address
        of_the_case = address.startswith(f"/console/help/{case_id}")
        if step.method == "GET" and of_the_case and step.rule.endpoint not in BEFORE_READING:
            assert status in (403, 404, 405), address
    for path in ("/console/", "/console/audit", f"/console/help/{case_id}?step=recommend"):
        page = client.get(path).text
        assert [secret for secret in SECRETS if secret in page] == [], path
    assert desk.find(case_id).version == 3, "no form of it changed anything"


def test_the_walk_sees_what_there_is(app, desk, case):
    """Its positive control: the handler's same walk meets every secret."""
    case_id, papers = case
    shown = every_answer(app, desk, desk.handler, {"cases": UUID(case_id), "case_documents": papers[0]})
    everything = "".join(data.decode("utf-8", "replace") for *_, data in shown)
    for secret in (STORY, NOTE, "户口簿", "工资单"):
        assert secret in everything


def test_the_workbook_stays_masked_for_who_exports(desk, case):
    csrf = token(desk.admin, "/console/help/")
    with closing(desk.admin.post("/console/help/export", data={"csrf_token": csrf, "state": "all"})) as answer:
        rows = read_sheet(io.BytesIO(answer.data), "list.xlsx").rows
    words = " ".join(str(cell) for _, row in rows for cell in row)
    assert "林*燕" in words
    assert [secret for secret in SECRETS if secret in words] == []


def test_an_untaken_case_shows_its_head_and_opens_by_taking_it(desk):
    case_id = desk.submitted()
    path = f"/console/help/{case_id}"
    head = desk.colleague.get(path).text
    for shown in ("林*燕", "HD-", "送温暖", f"{path}/steps/take"):
        assert shown in head
    assert STORY not in head
    assert f"{path}/openings" not in head
    desk.step(desk.colleague, case_id, "take")
    assert STORY in desk.colleague.get(path).text
    assert STORY not in desk.handler.get(path).text


def test_who_opened_it_for_a_reason_only_reads(desk, case):
    case_id, _papers = case
    desk.open_for_reason(desk.colleague, case_id)
    page = desk.colleague.get(f"/console/help/{case_id}").text
    assert STORY in page
    assert "step=take_over" not in page
    handler = desk.find(case_id).handler_id
    assert desk.step(desk.colleague, case_id, "take_over", note="经办人休假").status_code == 403
    assert desk.find(case_id).handler_id == handler


def test_who_lost_the_case_reads_it_no_more_and_may_not_go_on(desk, world, case):
    case_id, _papers = case
    path = f"/console/help/{case_id}"
    person = world.staff(desk.zone, "caseworker")
    desk.colleague = world.client(desk.zone, person)
    assert name(desk, desk.handler, case_id, person.account_id, str(today_in_china())).status_code == 302
    assert desk.step(desk.colleague, case_id, "take_over", note="经办人休假").status_code == 302
    assert STORY not in desk.handler.get(path).text
    note = {"csrf_token": token(desk.handler, path), "inner_note": "我还想补充一句"}
    assert desk.handler.post(f"{path}/notes", data=note).status_code == 403
    assert desk.step(desk.handler, case_id, "recommend", recommendation="refuse", note="不符合").status_code == 403


def test_who_decides_reads_while_it_waits_for_them_and_once_they_decided(desk):
    case_id = desk.taken()
    path = f"/console/help/{case_id}"
    assert STORY not in desk.admin.get(path).text
    desk.step(desk.handler, case_id, "recommend", recommendation="grant", amount_recommended="800", note="家访属实")
    assert STORY in desk.admin.get(path).text
    assert STORY not in desk.colleague.get(path).text
    other_admin, _account = staff(desk, "zone_admin")
    assert STORY in other_admin.get(path).text
    desk.step(desk.admin, case_id, "approve", amount_granted="500")
    assert STORY in desk.admin.get(path).text
    assert STORY not in other_admin.get(path).text
    assert STORY in desk.handler.get(path).text


def test_who_decides_gives_no_case_to_themselves_that_they_may_not_read(desk, case):
    case_id, _papers = case
    client, account_id = staff(desk, "zone_admin")
    path, found = f"/console/help/{case_id}", desk.find(case_id)
    given = {"handler": str(account_id), "hand_on_reason": "本人接手办理", "_seen": found.mark}
    over = {"giver": str(found.handler_id), "receiver": str(account_id), "reason": "本人接手办理"}
    for address, form in ((f"{path}/hand-on", given), ("/console/help/handlers/hand-over", over)):
        csrf = token(client, "/console/help/handlers")
        assert client.post(address, data={"csrf_token": csrf, **form}).status_code == 403, address
    assert STORY not in client.get(path).text
    desk.open_for_reason(client, case_id)
    csrf = token(client, f"{path}/hand-on")
    assert client.post(f"{path}/hand-on", data={"csrf_token": csrf, **given}).status_code == 302
    assert desk.find(case_id).handler_id == account_id


def name(desk, client: Browser, case_id, account_id: UUID, until: str):
    path = f"/console/help/{case_id}/participants"
    csrf = (
        token(desk.handler, f"/console/help/{case_id}") if client is desk.handler else token(client, "/console/help/")
    )
    return client.post(path, data={"csrf_token": csrf, "participant": str(account_id), "until": until})


def test_a_colleague_named_to_help_reads_until_the_day_and_not_after_it(desk, case):
    case_id, papers = case
    helper, account_id = staff(desk)
    path = f"/console/help/{case_id}"
    page = desk.handler.get(f"{path}/participants").text
    assert str(account_id) in page
    today, tomorrow = in_days(0), in_days(1)
    assert name(desk, desk.handler, case_id, account_id, in_days(-1)).status_code == 422
    assert name(desk, desk.handler, case_id, account_id, in_days(400)).status_code == 422
    for _twice in range(2):
        assert name(desk, desk.handler, case_id, account_id, today).status_code == 302
    assert len(in_zone(desk, select(CaseEvent.id).where(CaseEvent.action == "name_participant"))) == 1
    assert STORY in helper.get(path).text
    assert helper.get(f"{path}/documents/{papers[0]}").status_code == 200
    assert desk.step(helper, case_id, "return", reason="请补充材料").status_code == 403, "who helps is not the handler"
    assert name(desk, helper, case_id, account_id, tomorrow).status_code == 403, "nor names anybody"
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(db.update(CaseParticipant).values(until=today_in_china() - timedelta(days=1)))
        db.session.commit()
    assert STORY not in helper.get(path).text


def test_who_helps_is_taken_off_again(desk, case):
    case_id, _papers = case
    helper, account_id = staff(desk)
    path = f"/console/help/{case_id}"
    name(desk, desk.handler, case_id, account_id, in_days(5))
    form = {"csrf_token": token(desk.handler, path), "participant": str(account_id)}
    for _twice in range(2):
        assert desk.handler.post(f"{path}/participants/remove", data=form).status_code == 302
    assert STORY not in helper.get(path).text
    actions = in_zone(
        desk, select(CaseEvent.action).where(CaseEvent.action.like("%participant")).order_by(CaseEvent.id)
    )
    assert actions == ["name_participant", "remove_participant"]
    told_to_auditors = in_zone_staff(desk, "help.remove_participant")
    assert len(told_to_auditors) == 1


def in_zone_staff(desk, action: str) -> list[AuditEntry]:
    with scope(Plane.STAFF, zone=desk.zone):
        return list(db.session.execute(select(AuditEntry).where(AuditEntry.action == action)).scalars())


def test_nobody_is_named_who_has_no_business_with_the_case(desk, case, world):
    case_id, _papers = case
    kept_away, kept_away_account = staff(desk)
    path = f"/console/help/{case_id}"
    kept_away.post(f"{path}/conflicts", data={"csrf_token": token(kept_away, "/console/help/")})
    elsewhere = world.staff(world.zone(), "caseworker").account_id
    _editor, editor_account = staff(desk, "editor")
    handlers_own = desk.find(case_id).handler_id
    for account_id in (kept_away_account, elsewhere, editor_account, handlers_own, desk.person.account_id):
        answer = name(desk, desk.handler, case_id, account_id, in_days(3))
        assert answer.status_code == 422, account_id
        assert in_days(3) in answer.text, "what was typed is still there"
    assert in_zone(desk, select(CaseParticipant.id)) == []


def test_a_reason_opens_the_case_for_a_day_and_the_member_is_told(desk, case):
    case_id, papers = case
    path = f"/console/help/{case_id}"
    short = desk.open_for_reason(desk.colleague, case_id, "太短")
    assert short.status_code == 422
    assert "太短" in short.text
    assert STORY not in short.text
    for _twice in range(2):
        form = {"csrf_token": token(desk.colleague, "/console/help/"), "opening_reason": REASON}
        assert desk.colleague.post(f"{path}/openings", data=form).status_code == 302
    assert STORY in desk.colleague.get(path).text
    assert desk.colleague.get(f"{path}/documents/{papers[0]}").status_code == 200
    messages = in_zone(desk, select(Message).where(Message.kind == "help.opened"))
    assert [(message.member_id, message.href) for message in messages] == [(desk.person.member_id, f"/help/{case_id}")]
    assert REASON not in str(messages[0].params)
    assert REASON in told(desk)
    inbox = desk.member.get("/inbox").text
    assert "查阅了您的申请" in inbox
    assert STORY not in inbox
    assert told(desk).partition("查阅记录")[2].count("其他工作人员") == 3, "opening, reading, a paper"
    (entry,) = in_zone_staff(desk, "help.break_glass")
    assert REASON not in str(entry.detail)
    assert REASON in desk.handler.get(path).text, "the inner history has the reason"
    with scope(Plane.WORKER, zone=desk.zone):
        opening = db.session.execute(select(CaseOpening)).scalar_one()
        assert (opening.until - opening.opened_at).total_seconds() == 24 * 3600
        assert REASON.encode() not in opening.reason_cipher
        opening.opened_at, opening.until = opening.opened_at.replace(year=2025), opening.until.replace(year=2025)
        db.session.commit()
    assert STORY not in desk.colleague.get(path).text
    assert REASON in told(desk), "the member still reads it"


def test_nobody_else_opens_a_case_for_a_reason(desk, case, world):
    case_id, _papers = case
    for role, zone in (("editor", desk.zone), ("zone_admin", world.zone())):
        client = world.client(zone, world.staff(zone, role))
        form = {"csrf_token": token(client, "/console/"), "opening_reason": REASON}
        assert client.post(f"/console/help/{case_id}/openings", data=form).status_code == 404
    assert in_zone(desk, select(CaseOpening.id)) == []


def test_who_knows_the_people_is_kept_from_the_case_and_the_case_waits_for_another(desk, case):
    case_id, papers = case
    path = f"/console/help/{case_id}"
    csrf = token(desk.handler, path)
    for _twice in range(2):
        assert desk.handler.post(f"{path}/conflicts", data={"csrf_token": csrf}).status_code == 302
    found = desk.find(case_id)
    assert (found.state, found.handler_id, found.handler_name) == ("submitted", None, "")
    assert found.due_at is not None
    assert in_zone(desk, select(CaseEvent.action).where(CaseEvent.action == "declare_conflict")) == ["declare_conflict"]
    assert len(in_zone_staff(desk, "help.declare_conflict")) == 1
    for address in (path, f"{path}/documents/{papers[0]}", f"{path}/documents/{papers[0]}/small"):
        assert desk.handler.get(address).status_code == 403
    for deed, form in (
        ("steps/take", {"_seen": found.mark}),
        ("openings", {"opening_reason": REASON}),
        ("notes", {"inner_note": "x y"}),
    ):
        assert desk.handler.post(f"{path}/{deed}", data={"csrf_token": csrf, **form}).status_code == 403, deed
    desk.handler.post("/console/help/take", data={"csrf_token": csrf, "id": case_id})
    assert desk.find(case_id).handler_id is None
    assert desk.step(desk.colleague, case_id, "take").status_code == 302


def test_a_recommendation_of_who_knows_the_people_counts_no_more(desk):
    case_id = desk.recommended()
    path = f"/console/help/{case_id}"
    desk.handler.post(f"{path}/conflicts", data={"csrf_token": token(desk.handler, path)})
    found = desk.find(case_id)
    assert (found.state, found.recommendation, found.recommended_by) == ("submitted", None, None)
    assert found.amount_recommended_cents is None


def test_who_knows_the_people_does_not_decide(desk):
    case_id = desk.recommended()
    path = f"/console/help/{case_id}"
    csrf, mark = token(desk.admin, path), desk.find(case_id).mark
    desk.admin.post(f"{path}/conflicts", data={"csrf_token": csrf})
    decision = {"csrf_token": csrf, "_seen": mark, "amount_granted": "500"}
    assert desk.admin.post(f"{path}/steps/approve", data=decision).status_code == 403
    assert desk.find(case_id).state == "recommended", "of a case that is not theirs it says nothing"


def test_the_member_reads_who_looked_when_at_what_without_names(desk, case):
    case_id, papers = case
    path = f"/console/help/{case_id}"
    for _many in range(3):
        desk.handler.get(path)
    desk.handler.get(f"{path}/documents/{papers[0]}")
    csrf = token(desk.handler, path)
    desk.handler.post(f"{path}/reveal", data={"csrf_token": csrf, "reveal_reason": "电话核实家庭情况"})
    page = told(desk)
    log = page.partition("查阅记录")[2]
    for said in ("经办人员", "您的帮扶申请，", " 次", "您帮扶申请中的材料", "电话核实家庭情况"):
        assert said in log, said
    assert log.count("您帮扶申请中的材料") == 1
    assert not re.search(r"干部\d", page)


def test_every_module_with_cases_tells_its_members_who_opened_one(app):
    with app.app_context():
        modules = {kind.module for kind in all_kinds()}
        assert modules
        for module in modules:
            assert f"{module}.opened" in kinds()
            assert {f"{module}.{look}" for look in ("read", "read_paper", "reveal", "break_glass")} <= set(
                platform().modules.looks
            )

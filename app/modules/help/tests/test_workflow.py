"""The whole way of an application, as member and staff see it."""

import re
from uuid import UUID

from app.casework.models import Case
from app.core.clock import CHINA
from app.modules.help.tests.desk import STORY
from app.notifications.models import Message
from tenants.context import Plane, scope
from tenants.database import db
from tests.fixtures.forms import token_of as token


def inbox(desk) -> list[tuple[str, dict]]:
    with scope(Plane.WORKER, zone=desk.zone):
        return [
            (row.kind, row.params)
            for row in db.session.execute(
                db.select(Message).where(Message.member_id == desk.person.member_id).order_by(Message.id)
            ).scalars()
        ]


def test_application_goes_from_the_form_to_the_grant(desk):
    answer = desk.send(desk.form())
    assert answer.status_code == 302
    case_id = answer.location.split("/")[-2]
    home = f"/help/{case_id}"
    page = desk.member.get(home)
    assert desk.find(UUID(case_id)).number in page.text
    assert STORY in page.text
    assert "户口簿.webp" in page.text
    assert "工资单.pdf" in page.text

    assert desk.step(desk.handler, case_id, "take").status_code == 302
    assert "审核中" in desk.member.get(home).text
    assert desk.step(desk.handler, case_id, "return", reason="请补充低保证明").status_code == 302
    assert "请补充低保证明" in desk.member.get(home).text

    again = desk.send(desk.form(description=STORY + "已补充。"))
    assert again.location == answer.location
    assert desk.step(desk.handler, case_id, "take").status_code == 302
    assert desk.step(desk.handler, case_id, "recommend", recommendation="grant", amount_recommended="5000",
                     note="家访属实").status_code == 302  # fmt: skip
    member_page = desk.member.get(home).text
    assert "家访属实" not in member_page
    assert "5,000" not in member_page
    assert desk.step(desk.admin, case_id, "approve", amount_granted="4500", reason="祝早日康复").status_code == 302

    page = desk.member.get(home).text
    assert "4,500.00" in page
    assert "祝早日康复" in page
    assert [kind for kind, _ in inbox(desk)] == ["help.received", "help.returned", "help.received", "help.approved"]
    assert all("4500" not in str(params) and STORY not in str(params) for _, params in inbox(desk))


def test_refusal_tells_its_reasons(desk):
    case_id = desk.recommended()
    assert desk.step(desk.admin, case_id, "refuse", reason="同一事由本年度已获救助").status_code == 302
    assert "同一事由本年度已获救助" in desk.member.get(f"/help/{case_id}").text


def test_withdrawn_application_leaves_the_queue(desk):
    case_id = desk.submitted()
    page = desk.member.get(f"/help/{case_id}")
    csrf = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    for _ in range(2):
        assert desk.member.post(f"/help/{case_id}/withdraw", data={"csrf_token": csrf}).status_code == 302
    assert desk.find(case_id).state == "withdrawn"
    assert str(case_id) not in desk.handler.get("/console/help/").text


def test_the_page_after_submitting_says_what_happened_and_what_comes_next_by_when(desk):
    answer = desk.send(desk.form())
    promised = desk.find(UUID(answer.location.split("/")[-2])).due_at.astimezone(CHINA).date()
    for _ in range(2):  # opened again, it shows the same and submits nothing
        page = desk.member.get(answer.location)
        assert page.status_code == 200
        main = page.text.partition("<main")[2].partition("</main>")[0]
        for said in (
            "提交成功",
            desk.find(UUID(answer.location.split("/")[-2])).number,
            f"最迟于 {promised} 前答复",
            answer.location.removesuffix("/result"),
            "/help/",
        ):
            assert said in main, said
        assert "<form" not in main
    with scope(Plane.WORKER, zone=desk.zone):
        assert db.session.execute(db.select(db.func.count(Case.id))).scalar_one() == 1
    assert desk.member.get(answer.location).text.count("<h1") == 1


def test_the_page_after_withdrawing_says_so_and_that_one_may_apply_again(desk):
    case_id = desk.submitted()
    csrf = token(desk.member, f"/help/{case_id}")
    answer = desk.member.post(f"/help/{case_id}/withdraw", data={"csrf_token": csrf})
    page = desk.member.get(answer.location).text
    assert "已撤回" in page
    assert 'href="/help/apply/seasonal"' in page


def test_there_is_no_result_to_see_of_a_decision_or_of_somebody_elses_application(desk, world):
    case_id = desk.recommended()
    desk.step(desk.admin, case_id, "approve", amount_granted="100")
    assert desk.member.get(f"/help/{case_id}/result").location == f"/help/{case_id}"
    other = world.client(desk.zone, world.member(desk.zone))
    assert other.get(f"/help/{case_id}/result").status_code == 404


def test_member_may_apply_again_after_a_decision(desk):
    first = desk.recommended()
    desk.step(desk.admin, first, "approve", amount_granted="100")
    assert desk.submitted() != first

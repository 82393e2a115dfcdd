"""The whole way of an application, as member and staff see it."""

import re

from app.modules.help.tests.desk import STORY
from app.notifications.models import Message
from tenants.context import Plane, scope
from tenants.database import db


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
    page = desk.member.get(answer.location)
    assert re.search(r"HD-\d{4}-000001", page.text)
    assert STORY in page.text
    assert "户口簿.webp" in page.text
    assert "工资单.pdf" in page.text
    application_id = answer.location.rsplit("/", 1)[-1]

    assert desk.step(desk.handler, application_id, "take").status_code == 302
    assert "审核中" in desk.member.get(answer.location).text
    assert desk.step(desk.handler, application_id, "return", reason="请补充低保证明").status_code == 302
    assert "请补充低保证明" in desk.member.get(answer.location).text

    again = desk.send(desk.form(description=STORY + "已补充。"))
    assert again.location == answer.location
    assert desk.step(desk.handler, application_id, "take").status_code == 302
    assert desk.step(desk.handler, application_id, "recommend", recommendation="grant", amount_recommended="5000",
                     note="家访属实").status_code == 302  # fmt: skip
    member_page = desk.member.get(answer.location).text
    assert "家访属实" not in member_page
    assert "5,000" not in member_page
    assert (
        desk.step(desk.admin, application_id, "approve", amount_granted="4500", reason="祝早日康复").status_code == 302
    )

    page = desk.member.get(answer.location).text
    assert "4,500.00" in page
    assert "祝早日康复" in page
    assert [kind for kind, _ in inbox(desk)] == ["help.received", "help.returned", "help.received", "help.approved"]
    assert all("4500" not in str(params) and STORY not in str(params) for _, params in inbox(desk))


def test_refusal_tells_its_reasons(desk):
    application_id = desk.recommended()
    assert desk.step(desk.admin, application_id, "refuse", reason="同一事由本年度已获救助").status_code == 302
    assert "同一事由本年度已获救助" in desk.member.get(f"/help/{application_id}").text


def test_withdrawn_application_leaves_the_queue(desk):
    application_id = desk.submitted()
    page = desk.member.get(f"/help/{application_id}")
    csrf = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    for _ in range(2):
        assert desk.member.post(f"/help/{application_id}/withdraw", data={"csrf_token": csrf}).status_code == 302
    assert desk.find(application_id).state == "withdrawn"
    assert str(application_id) not in desk.handler.get("/console/help/").text


def test_member_may_apply_again_after_a_decision(desk):
    first = desk.recommended()
    desk.step(desk.admin, first, "approve", amount_granted="100")
    assert desk.submitted() != first

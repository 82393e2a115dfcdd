"""Aid as member and staff see it: granted by two people, given step by step, with what was recovered at its end."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.casework.models import Case
from app.core.clock import CHINA, now
from app.modules.legal_aid.cases import CASEWORK
from app.modules.legal_aid.manifest import MODULE
from app.modules.legal_aid.providers import CASES
from app.notifications.models import Message
from tenants.context import Plane, scope
from tenants.database import db


def inbox(desk) -> list[Message]:
    with scope(Plane.WORKER, zone=desk.zone):
        found = select(Message).where(Message.member_id == desk.person.member_id).order_by(Message.id)
        return list(db.session.execute(found).scalars())


def test_arbitration_goes_from_the_form_to_what_was_recovered(desk):
    case_id = desk.under_way("arbitration")
    home = f"/legal_aid/{case_id}"
    assert "工会援助中" in desk.member.get(home).text
    for action, inputs in (
        ("file", {"filing": "已向市仲裁委提交"}),
        ("report", {"news": "庭审顺利，等待裁决"}),
    ):
        assert desk.step(desk.handler, case_id, action, **inputs).status_code == 302
        (told,) = inputs.values()
        page = desk.member.get(home).text
        promised = desk.clocks(case_id)["news"].due_at.astimezone(CHINA).date()
        assert told in page
        assert f"最迟于 {promised} 前告知您进展" in page
    done = desk.step(desk.handler, case_id, "conclude", outcome="公司付清拖欠工资", amount_recovered="23,600.50")
    assert done.status_code == 302
    case = desk.find(case_id)
    assert (case.phase, case.amount_recovered_cents, case.decided_by) == ("ended", 2_360_050, None)
    for page in (desk.member.get(home), desk.handler.get(f"/console{home}")):
        assert "追回金额" in page.text
        assert "¥23,600.50" in page.text
    assert [each.kind.partition(".")[2] for each in inbox(desk)] == [
        "received", "accepted", "news", "news", "concluded"
    ]  # fmt: skip


def test_who_recommended_does_not_grant_the_aid(desk, world):
    case_id = desk.submitted("mediation")
    desk.step(desk.admin, case_id, "take")
    desk.step(desk.admin, case_id, "recommend", recommendation="grant", note="事实清楚")
    page = desk.admin.get(f"/console/legal_aid/{case_id}")
    assert "批准援助" not in page.text
    second = world.client(desk.zone, world.staff(desk.zone, "zone_admin"))
    assert desk.step(second, case_id, "accept").status_code == 302
    assert desk.find(case_id).state == "under_way"


@pytest.mark.parametrize("second", ["nobody", "the same"])
def test_the_database_itself_refuses_aid_that_two_people_did_not_agree_on(desk, second):
    case_id = desk.submitted("arbitration")
    desk.step(desk.handler, case_id, "take")
    desk.step(desk.handler, case_id, "recommend", recommendation="grant", note="事实清楚")
    with scope(Plane.WORKER, zone=desk.zone):
        case = db.session.execute(select(Case).where(Case.id == case_id)).scalar_one()
        case.state, case.accepted_by = "under_way", None if second == "nobody" else case.recommended_by
        with pytest.raises(IntegrityError, match=r"legal_aid_accepted|cases_accepted_by_a_second"):
            db.session.flush()
        db.session.rollback()


def test_news_that_was_promised_and_not_given_is_late(desk):
    case_id = desk.under_way("mediation")
    assert desk.clocks(case_id)["news"].due_at > now()
    assert "answer" not in desk.clocks(case_id)


@pytest.mark.parametrize("amount", ["很多", "-5"])
def test_a_wrong_amount_is_refused_and_the_words_stay(desk, amount):
    case_id = desk.under_way("mediation")
    page = desk.step(desk.handler, case_id, "agree", outcome="双方签字", amount_recovered=amount)
    assert page.status_code == 422
    assert "双方签字" in page.text
    assert desk.find(case_id).state == "under_way"


def test_an_urgent_case_comes_first_and_is_marked(desk):
    calm = desk.find(desk.submitted("consultation"))
    urgent = desk.find(desk.submitted("arbitration", alarm=["danger"]))
    later = desk.find(desk.submitted("consultation"))
    assert (calm.is_urgent, urgent.is_urgent) == (False, True)
    assert urgent.due_at > calm.due_at, "its clock alone would put it behind"
    page = desk.handler.get("/console/legal_aid/").text
    assert sorted((urgent, calm, later), key=lambda case: page.index(case.number)) == [urgent, calm, later]
    assert page.count("紧急</span>") == 1
    desk.step(desk.handler, urgent.id, "take")
    assert "紧急</span>" in desk.handler.get(f"/console/legal_aid/{urgent.id}").text


def test_what_is_ticked_no_more_is_urgent_no_more(desk):
    case_id = desk.submitted("arbitration", alarm=["many"])
    desk.step(desk.handler, case_id, "take")
    desk.step(desk.handler, case_id, "return", reason="请补充工资条")
    desk.submit("arbitration", case_id)
    assert desk.find(case_id).is_urgent is False


def test_the_figures_count_what_is_urgent_and_what_is_over(desk):
    def numbers() -> list[int]:
        with scope(Plane.STAFF, zone=desk.zone):
            counted = (
                CASES.untaken(),
                CASES.urgent(),
                CASES.in_hand(),
                CASES.late(),
                CASES.over_this_month(),
            )
        return list(counted)

    case_id = desk.submitted("consultation", alarm=["limit"])
    assert numbers() == [1, 1, 0, 0, 0]
    desk.step(desk.handler, case_id, "take")
    assert numbers() == [0, 1, 1, 0, 0]
    desk.step(desk.handler, case_id, "answer", answer="应当缴纳。")
    assert numbers() == [0, 0, 0, 0, 0]
    desk.own_step(case_id, "close")
    assert numbers() == [0, 0, 0, 0, 1]


def test_what_leaves_the_house_says_nothing_of_the_matter():
    said = [
        words
        for kind in MODULE.notifications
        for source in (kind.sms, kind.email and kind.email.subject, kind.email and kind.email.body)
        for words in (source or {}).values()
    ]
    assert said
    for words in said:
        assert not any(
            word in words.lower() for word in ("legal", "aid", "law", "维权", "法律", "仲裁", "调解", "诉讼", "援助")
        )
    assert {kind.number for kind in CASEWORK.kinds} == {"FW"}


def test_every_kind_is_kept_from_the_employers_union():
    assert all(kind.is_employer_blind for kind in CASEWORK.kinds)

"""The figures of legal aid: questions answered in their hours, and how aid came to its end."""

from datetime import timedelta

from sqlalchemy import update

from app.casework.models import CaseClock
from app.casework.overview.counting import Period, count_cases
from app.core.clock import now, today_in_china
from app.modules.legal_aid.tests.desk import days_ago
from tenants.context import Plane, scope
from tenants.database import db

NOW = Period.year(today_in_china().year)
MONTH = today_in_china().replace(day=1)


def numbers(desk):
    with scope(Plane.STAFF, zone=desk.zone):
        return count_cases("legal_aid", NOW)


def test_an_answered_question_counts_whether_it_is_closed_or_not(desk):
    case_id = desk.answered()
    found = numbers(desk)
    assert (found.days, found.in_time) == ({"legal_aid.consultation": {0: 1}}, {"legal_aid.consultation": 1})
    assert desk.own_step(case_id, "close").status_code == 302
    found = numbers(desk)
    assert found.days == {"legal_aid.consultation": {0: 1}}
    assert found.outcomes == {("legal_aid.consultation", "closed"): 1}


def test_only_the_first_answer_counts(desk):
    case_id = desk.answered()
    answered_at = desk.find(case_id).answered_at
    desk.own_step(case_id, "ask_more", question="那补缴从哪个月算起？")
    desk.step(desk.handler, case_id, "answer", answer="从入职当月算起。")
    assert desk.find(case_id).state == "answered"
    assert desk.find(case_id).answered_at == answered_at


def test_a_question_answered_after_its_hours_is_late(desk):
    case_id = desk.submitted()
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(CaseClock).values(due_at=now() - timedelta(hours=1)))
        db.session.commit()
    desk.step(desk.handler, case_id, "take")
    desk.step(desk.handler, case_id, "answer", answer="试用期应当缴纳社会保险。")
    assert desk.find(case_id).answered_in_time is False


def test_what_was_sent_back_is_not_answered(desk):
    case_id = desk.submitted("mediation")
    desk.step(desk.handler, case_id, "take")
    desk.step(desk.handler, case_id, "return", reason="请补充工资条")
    assert desk.find(case_id).answered_at is None


def test_what_aid_got_back_is_in_the_figures_and_their_workbook(desk):
    case_id = desk.under_way(dispute_on=days_ago(500), left_on=days_ago(500))
    assert desk.find(case_id).answered_in_time is True, "a time limit that was over before counts for nothing"
    desk.step(desk.handler, case_id, "conclude", outcome="公司已付清", amount_recovered="90000")
    found = numbers(desk)
    assert found.outcomes == {("legal_aid.arbitration", "concluded"): 1}
    assert found.recovered == {("legal_aid.arbitration", MONTH): 9_000_000}
    page = desk.admin.get("/console/legal_aid/overview").text
    assert "为会员追回" in page
    assert "批准金额" not in page

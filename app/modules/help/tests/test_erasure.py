"""A member has a case erased, or is told what has it kept; staff answer in time; what is on hold stays, and nobody outside knows."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import func, select, update

from app.casework.calendar.in_force import read_calendar
from app.casework.models import Case
from app.casework.retention.erasing import COUNTED
from app.casework.retention.holds import end_holds_that_are_over
from app.casework.retention.models import CaseErasure, CaseHold, PastCase
from app.core.audit import AuditEntry
from app.core.clock import now, today_in_china
from app.core.jobs.inline import run_due_events
from app.modules.help.tests.test_retention import age, erase, refused, tables_that_say
from app.notifications.models import Message
from tenants.context import SYSTEM, Actor, Plane, scope
from tenants.database import db
from tests.fixtures.forms import token_of as token

# What says that something happened to a case, and nothing of what it told.
MAY_NAME_IT = {"notifications_messages", "outbox_events", "notifications_deliveries"}
WORDS = "本案涉及的救助资金正在接受审计"


def ask(desk, case_id, client=None):
    client = client or desk.member
    return client.post(f"/help/{case_id}/erasure", data={"csrf_token": token(client, "/help/apply/schooling")})


def request_of(desk, case_id) -> CaseErasure | None:
    with scope(Plane.WORKER, zone=desk.zone):
        found = select(CaseErasure).where(CaseErasure.case_id == UUID(str(case_id))).order_by(CaseErasure.id.desc())
        return db.session.execute(found.limit(1)).scalar_one_or_none()


def hold_of(desk, case_id) -> CaseHold | None:
    with scope(Plane.WORKER, zone=desk.zone):
        return db.session.execute(select(CaseHold).where(CaseHold.case_id == UUID(str(case_id)))).scalar_one_or_none()


def post(desk, case_id, what: str, client=None, **form):
    client = client or desk.admin
    page = f"/console/help/{case_id}"
    csrf = token(client, "/console/help/") if "csrf_token" not in form else form.pop("csrf_token")
    return client.post(f"{page}/{what}", data={"csrf_token": csrf, **form})


def answer(desk, case_id, client=None, **form):
    request = request_of(desk, case_id)
    assert request is not None
    return post(desk, case_id, "retention/answer", client, **{"request": request.id, "answer": "grant", **form})


def hold(desk, case_id, client=None, days: int = 200, **form):
    until = (today_in_china() + timedelta(days=days)).isoformat()
    return post(desk, case_id, "hold", client, **{"until": until, "hold_reason": WORDS, **form})


def is_there(desk, case_id) -> bool:
    with scope(Plane.WORKER, zone=desk.zone):
        return bool(db.session.scalar(select(func.count(Case.id)).where(Case.id == UUID(str(case_id)))))


def deeds(desk, case_id) -> list[str]:
    with scope(Plane.STAFF, zone=desk.zone):
        found = select(AuditEntry.action).where(AuditEntry.object_id == str(case_id)).order_by(AuditEntry.id)
        return [action.removeprefix("help.") for action in db.session.execute(found).scalars()]


def inbox(desk) -> list[str]:
    with scope(Plane.WORKER, zone=desk.zone):
        return list(db.session.execute(select(Message.kind).order_by(Message.id)).scalars())


def withdrawn(desk, *, taken: bool) -> UUID:
    case_id = desk.taken() if taken else desk.submitted()
    done = desk.member.post(f"/help/{case_id}/withdraw", data={"csrf_token": token(desk.member, f"/help/{case_id}")})
    assert done.status_code == 302
    return case_id


def test_what_was_withdrawn_before_anybody_took_it_is_erased_at_once(desk):
    case_id = withdrawn(desk, taken=False)
    assert ask(desk, case_id).status_code == 302
    run_due_events()
    assert not is_there(desk, case_id)
    assert tables_that_say(desk, str(case_id)) <= MAY_NAME_IT
    assert {"ask_erasure", "erase"} <= set(deeds(desk, case_id))


def test_what_somebody_worked_on_waits_for_an_answer(desk):
    case_id = withdrawn(desk, taken=True)
    assert [ask(desk, case_id).status_code, ask(desk, case_id).status_code] == [302, 302]
    run_due_events()
    assert is_there(desk, case_id)
    assert deeds(desk, case_id).count("ask_erasure") == 1
    with scope(Plane.CITY, reason="test"):
        by = read_calendar().add_working_days(today_in_china(), 15)
    assert f"最迟于 {by} 前答复您" in desk.member.get(f"/help/{case_id}").text
    assert str(by) in desk.admin.get("/console/help/retention").text
    assert "有 1 名会员请求删除个案" in desk.admin.get("/console/help/").text
    assert "请求删除个案" not in desk.handler.get("/console/help/").text


def test_a_granted_case_is_erased_by_the_job_and_leaves_a_line_of_numbers(desk):
    case_id = refused(desk)
    case = desk.find(case_id)
    told = (case.answers_cipher or b"").hex()
    ask(desk, case_id)
    assert [answer(desk, case_id).status_code, answer(desk, case_id).status_code] == [302, 302]
    shown = desk.member.get(f"/help/{case_id}").text
    assert "一天内删除；尚有他人事项未办结（如对公示的异议待答复）的，办结后删除" in shown
    run_due_events()
    assert tables_that_say(desk, str(case_id)) <= MAY_NAME_IT
    assert tables_that_say(desk, told) == set()
    assert inbox(desk).count("help.erasure_granted") == 1
    with scope(Plane.STAFF, zone=desk.zone):
        past = db.session.execute(select(PastCase)).scalar_one()
    assert {column: getattr(past, column) for column in COUNTED} == {
        column: getattr(case, column) for column in COUNTED
    }
    assert deeds(desk, case_id)[-3:] == ["ask_erasure", "grant_erasure", "erase"]


def test_a_refusal_names_law_and_reason_and_the_member_may_ask_again(desk):
    case_id = refused(desk)
    ask(desk, case_id)
    refusal = {"answer": "refuse", "ground": "purpose", "erasure_words": WORDS}
    assert [answer(desk, case_id, **refusal).status_code for _ in range(2)] == [302, 302]
    page = desk.member.get(f"/help/{case_id}").text
    assert "第四十七条第一款" in page
    assert WORDS in page
    assert "help.erasure_refused" in inbox(desk)
    assert deeds(desk, case_id).count("refuse_erasure") == 1
    run_due_events()
    assert is_there(desk, case_id)
    assert ask(desk, case_id).status_code == 302
    assert deeds(desk, case_id).count("ask_erasure") == 2


@pytest.mark.parametrize(
    "form", [{"answer": ""}, {"answer": "refuse"}, {"answer": "refuse", "ground": "period", "erasure_words": "太短"},
             {"answer": "refuse", "ground": "mood", "erasure_words": WORDS}],
)  # fmt: skip
def test_half_an_answer_is_refused_and_nothing_typed_is_lost(desk, form):
    case_id = refused(desk)
    ask(desk, case_id)
    page = answer(desk, case_id, **form)
    assert page.status_code == 422
    assert form.get("erasure_words", "") in page.text
    request = request_of(desk, case_id)
    assert request is not None
    assert request.answer is None


def test_a_running_case_can_t_be_erased_and_the_page_says_what_to_do(desk):
    case_id = desk.taken()
    assert ask(desk, case_id).status_code == 409
    assert request_of(desk, case_id) is None
    page = desk.member.get(f"/help/{case_id}").text
    assert "请求删除</" not in page
    assert "请先撤回" in page


def test_nobody_erases_another_ones_case(desk, world):
    case_id = refused(desk)
    stranger = world.client(desk.zone, world.member(desk.zone))
    assert ask(desk, case_id, stranger).status_code == 404
    assert request_of(desk, case_id) is None


def test_a_hold_stops_time_and_request_and_the_member_does_not_know(desk):
    case_id = refused(desk)
    assert hold(desk, case_id).status_code == 302
    age(desk, case_id, days=30 * 366)
    assert erase(desk) == 0
    ask(desk, case_id)
    granted = answer(desk, case_id)
    assert granted.status_code == 409
    assert "保全留存" in granted.text
    for page in (f"/help/{case_id}", "/help/", "/me/looks", "/me/"):
        shown = desk.member.get(page).text
        assert WORDS not in shown, page
        assert "保全" not in shown, page
    with scope(Plane.MEMBER, zone=desk.zone, actor=Actor(desk.person.account_id, desk.person.member_id)):
        mine = db.session.execute(select(AuditEntry.action).where(AuditEntry.object_id == str(case_id))).scalars()
        assert not {action for action in mine if "hold" in action}
    held = hold_of(desk, case_id)
    assert held is not None
    assert post(desk, case_id, "hold/end", _seen=held.mark, end_reason="审计已经结束，无须留存").status_code == 302
    assert answer(desk, case_id).status_code == 302
    run_due_events()
    assert not is_there(desk, case_id)
    assert {"hold", "end_hold"} <= set(deeds(desk, case_id))


def test_a_request_that_was_granted_before_a_hold_waits_for_its_end(desk):
    """Between the answer and the job somebody may find that the case is needed."""
    case_id = refused(desk)
    ask(desk, case_id)
    answer(desk, case_id)
    hold(desk, case_id)
    run_due_events()
    assert is_there(desk, case_id)


def test_a_hold_ends_by_itself_after_its_last_day(desk):
    case_id = refused(desk)
    hold(desk, case_id, days=3)
    for days, ended in ((3, 0), (4, 1), (5, 0)):
        with time_machine.travel(now() + timedelta(days=days)), scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
            assert end_holds_that_are_over() == ended, days
            db.session.commit()
    assert deeds(desk, case_id)[-1] == "end_hold"


def test_a_hold_is_looked_at_once_a_year(desk):
    case_id = refused(desk)
    hold(desk, case_id, days=3000)
    assert "待复核" not in desk.admin.get("/console/help/retention").text
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(CaseHold).values(reviewed_at=now() - timedelta(days=366)))
        db.session.commit()
    assert "待复核" in desk.admin.get("/console/help/retention").text
    before = hold_of(desk, case_id)
    assert before is not None
    until = (today_in_china() + timedelta(days=900)).isoformat()
    form = {"until": until, "hold_reason": "诉讼尚未审结，仍须留存", "_seen": before.mark}
    assert post(desk, case_id, "hold/review", **form).status_code == 302
    assert post(desk, case_id, "hold/review", **form).status_code == 409
    shown = desk.admin.get("/console/help/retention").text
    assert "待复核" not in shown
    assert "诉讼尚未审结，仍须留存" in shown


def test_two_hold_one_case_once_and_a_stale_page_ends_nothing(desk, world):
    case_id = refused(desk)
    second = world.client(desk.zone, world.staff(desk.zone, "zone_admin"))
    assert [hold(desk, case_id).status_code for _ in range(2)] == [302, 302]
    assert hold(desk, case_id, second).status_code == 409
    assert deeds(desk, case_id).count("hold") == 1
    refused_page = post(desk, case_id, "hold/end", _seen="stale", end_reason="审计已经结束，无须留存")
    assert refused_page.status_code == 409
    assert "审计已经结束，无须留存" in refused_page.text
    held = hold_of(desk, case_id)
    assert held is not None
    assert held.ended_at is None


@pytest.mark.parametrize(
    "form", [{"until": ""}, {"until": "昨天"}, {"until": "2020-01-01"}, {"until": "2999-01-01"}, {"hold_reason": "短"}]
)
def test_a_hold_without_day_or_reason_is_refused(desk, form):
    case_id = refused(desk)
    page = hold(desk, case_id, **form)
    assert page.status_code == 422
    assert form.get("hold_reason", WORDS) in page.text
    assert hold_of(desk, case_id) is None


def test_it_takes_the_permission_and_no_case_of_one_s_own(desk, world):
    case_id = refused(desk)
    ask(desk, case_id)
    csrf = token(desk.handler, "/console/help/")
    assert desk.handler.get("/console/help/retention").status_code == 404
    assert desk.handler.get(f"/console/help/{case_id}/retention").status_code == 404
    assert answer(desk, case_id, desk.handler, csrf_token=csrf).status_code == 404
    assert hold(desk, case_id, desk.handler, csrf_token=csrf).status_code == 404
    world.grant(desk.person, desk.zone, "zone_admin")
    own = world.client(desk.zone, desk.person)
    assert answer(desk, case_id, own).status_code == 403
    assert hold(desk, case_id, own).status_code == 403
    elsewhere = world.zone()
    stranger = world.client(elsewhere, world.staff(elsewhere, "zone_admin"))
    assert answer(desk, case_id, stranger).status_code == 404


def test_the_desk_sees_what_is_due_soon_and_its_alarm_of_what_is_late(desk):
    case_id = refused(desk)
    number = desk.find(case_id).number
    assert number not in desk.admin.get("/console/help/retention").text
    age(desk, case_id, days=5 * 365 - 30)
    assert number in desk.admin.get("/console/help/retention").text
    ask(desk, case_id)
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(CaseErasure).values(asked_at=now() - timedelta(days=60)))
        db.session.commit()
    assert "已逾期" in desk.admin.get("/console/help/retention").text
    assert number in desk.admin.get(f"/console/help/{case_id}/retention").text

"""A question is answered by one person in a day; the member may ask again, and what nobody comes back to closes by itself."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.casework import lapsing, operations
from app.casework.models import Case
from app.core.clock import now
from app.modules.legal_aid.tables import CLOSES_AFTER
from app.modules.legal_aid.tests.desk import QUESTION
from app.notifications.models import Message
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db
from tenants.ids import uuid7


def inbox(desk) -> list[str]:
    with scope(Plane.WORKER, zone=desk.zone):
        found = select(Message.kind).where(Message.member_id == desk.person.member_id).order_by(Message.id)
        return list(db.session.execute(found).scalars())


def untouched_for(desk, case_id, days: int) -> None:
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(Case).where(Case.id == case_id).values(updated_at=now() - timedelta(days=days)))
        db.session.commit()


def lapse(desk) -> int:
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        lapsed = lapsing.lapse(SYSTEM)
        db.session.commit()
        return lapsed


def test_a_question_is_answered_within_a_day_and_can_be_asked_again(desk):
    case_id = desk.submitted()
    assert timedelta(hours=23, minutes=50) < desk.find(case_id).due_at - now() <= timedelta(hours=24)
    home = f"/legal_aid/{case_id}"
    assert "等待答复" in desk.member.get(home).text
    desk.step(desk.handler, case_id, "take")
    assert desk.step(desk.handler, case_id, "answer", answer="应当缴纳。").status_code == 302

    page = desk.member.get(home).text
    assert "应当缴纳。" in page
    assert f"{CLOSES_AFTER} 天内没有追问的，将自动结束" in page
    assert desk.find(case_id).due_at is None
    assert str(case_id) not in desk.handler.get("/console/legal_aid/").text

    assert desk.own_step(case_id, "ask_more", question="已经两年了，还能补缴吗？").status_code == 302
    again = desk.find(case_id)
    assert (again.state, again.handler_name != "") == ("in_hand", True)
    assert again.due_at > now() + timedelta(hours=23)
    assert "已经两年了，还能补缴吗？" in desk.handler.get(f"/console/legal_aid/{case_id}").text
    assert desk.step(desk.handler, case_id, "answer", answer="可以向社保经办机构投诉。").status_code == 302
    page = desk.member.get(home).text
    assert all(
        said in page for said in (QUESTION, "应当缴纳。", "已经两年了，还能补缴吗？", "可以向社保经办机构投诉。")
    )
    assert inbox(desk) == ["legal_aid.received", "legal_aid.answered", "legal_aid.answered"]


def test_what_was_asked_again_is_not_shown_as_the_unions_word(desk):
    case_id = desk.answered()
    desk.own_step(case_id, "ask_more", question="那加班费呢？")
    assert "工会答复" not in desk.member.get(f"/legal_aid/{case_id}").text


def test_asking_again_sent_twice_is_asked_once_and_other_words_are_kept_on_the_page(desk):
    case_id = desk.answered()
    for _ in range(2):
        assert desk.own_step(case_id, "ask_more", question="那加班费呢？").status_code == 302
    other = desk.own_step(case_id, "ask_more", question="那年休假呢？")
    assert other.status_code == 409
    assert "那年休假呢？" in other.text
    assert desk.member.get(f"/legal_aid/{case_id}").text.count("那加班费呢？") == 1


def test_an_empty_question_is_refused_at_its_field(desk):
    case_id = desk.answered()
    page = desk.own_step(case_id, "ask_more", question="")
    assert page.status_code == 422
    assert "error-question" in page.text
    assert desk.find(case_id).state == "answered"


def test_the_member_closes_what_is_answered_once(desk):
    case_id = desk.answered()
    for _ in range(2):
        assert desk.own_step(case_id, "close").status_code == 302
    assert (desk.find(case_id).state, desk.find(case_id).phase) == ("closed", "ended")
    assert "继续追问" not in desk.member.get(f"/legal_aid/{case_id}").text


def test_what_nobody_comes_back_to_closes_by_itself_and_only_then(desk):
    answered, asked = desk.answered(), desk.submitted()
    untouched_for(desk, asked, 400)
    untouched_for(desk, answered, CLOSES_AFTER - 1)
    assert lapse(desk) == 0
    untouched_for(desk, answered, CLOSES_AFTER + 1)
    assert [lapse(desk), lapse(desk)] == [1, 0]
    assert (desk.find(answered).state, desk.find(asked).state) == ("closed", "asked")
    assert "自动结束" in desk.member.get(f"/legal_aid/{answered}").text


def test_a_zone_without_the_module_is_left_alone(desk, world):
    untouched_for(desk, desk.answered(), CLOSES_AFTER + 1)
    with scope(Plane.WORKER, zone=world.zone(), actor=SYSTEM):
        assert lapsing.lapse(SYSTEM) == 0


@pytest.mark.parametrize("action", ["ask_more", "close"])
def test_nobody_takes_a_members_step_for_them(desk, world, action):
    case_id = desk.answered()
    stranger = world.client(desk.zone, world.member(desk.zone))
    assert desk.own_step(case_id, action, stranger, question="我也想知道结果").status_code == 404
    assert desk.find(case_id).state == "answered"


@pytest.mark.parametrize("action", ["submit", "withdraw", "lapse", "answer", "take", "nothing"])
def test_only_steps_of_the_page_are_taken_there(desk, action):
    case_id = desk.answered()
    assert desk.own_step(case_id, action).status_code == 404
    assert desk.find(case_id).state == "answered"


def test_several_questions_may_be_open_at_once(desk):
    assert desk.submitted() != desk.submitted()
    assert desk.member.get("/legal_aid/").text.count("等待答复") == 2


def test_nobody_floods_the_desk_and_what_they_typed_is_kept(desk, monkeypatch):
    monkeypatch.setattr(operations, "MOST_A_DAY", 2)
    for _ in range(2):
        desk.submitted()
    case_id = uuid7()
    answer = desk.submit(case_id=case_id)
    assert answer.status_code == 422
    assert "您今天提交的次数过多" in answer.text
    assert desk.find(case_id).state == "draft"

"""Staff keep answers to use again, and put them into their messages with and without scripts."""

import pytest
from sqlalchemy import select

from app.casework.conversation.models import Answer
from app.modules.help.tests.desk import make_desk
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import token_of as token

PAGE = "/console/help/answers"
BODY = "请补充近三个月的工资流水。"


def keep(client, title: str = "补充流水", body: str = BODY, once=None):
    csrf = token(client, PAGE)
    return client.post(PAGE, data={"csrf_token": csrf, "_once": str(once or uuid7()), "title": title, "body": body})


def answers(desk) -> list[Answer]:
    with scope(Plane.WORKER, zone=desk.zone):
        return list(db.session.execute(select(Answer).order_by(Answer.title)).scalars())


def change(client, answer: Answer, seen: str, **typed):
    csrf = token(client, f"{PAGE}/{answer.id}")
    return client.post(f"{PAGE}/{answer.id}", data={"csrf_token": csrf, "_seen": seen, **typed})


def test_an_answer_is_put_into_a_message_after_what_was_typed(desk):
    assert keep(desk.handler).status_code == 302
    (answer,) = answers(desk)
    case_id = desk.submitted()
    desk.step(desk.handler, case_id, "take")
    path = f"/console/help/{case_id}"
    page = desk.handler.get(path).text
    assert f'data-text="{BODY}"' in page
    csrf = token(desk.handler, path)
    data = {"csrf_token": csrf, "_once": str(uuid7()), "message": "您好！", "answer": str(answer.id), "insert": "1"}
    shown = desk.handler.post(f"{path}/messages", data=data)
    assert shown.status_code == 200
    assert f"您好！\n{BODY}</textarea>" in shown.text
    assert "您好！" not in desk.member.get(f"/help/{case_id}").text, "nothing was sent"
    nothing = desk.handler.post(f"{path}/messages", data={**data, "answer": ""})
    assert "您好！</textarea>" in nothing.text


def test_the_same_form_sent_twice_keeps_one_answer_and_titles_are_told_apart(desk):
    once = uuid7()
    for _twice in range(2):
        assert keep(desk.handler, once=once).status_code == 302
    assert len(answers(desk)) == 1
    refused = keep(desk.colleague, body="别的话")
    assert refused.status_code == 409
    assert "别的话" in refused.text
    assert len(answers(desk)) == 1


@pytest.mark.parametrize(
    "typed", [{"title": "", "body": BODY}, {"title": "题", "body": BODY}, {"title": "标题", "body": "短"}]
)
def test_a_wrong_answer_is_shown_again(desk, typed):
    refused = keep(desk.handler, **typed)
    assert refused.status_code == 422
    assert typed["body"] in refused.text
    assert answers(desk) == []


def test_two_people_at_one_answer_are_told(desk):
    keep(desk.handler)
    (answer,) = answers(desk)
    seen = answer.mark
    assert change(desk.handler, answer, seen, title="补充流水", body="甲的说法").status_code == 302
    met = change(desk.colleague, answer, seen, title="补充流水", body="乙的说法")
    assert met.status_code == 409
    assert "甲的说法" in met.text
    assert "乙的说法" in met.text
    assert answers(desk)[0].body == "甲的说法"


def test_an_answer_takes_no_others_title(desk):
    keep(desk.handler)
    keep(desk.handler, title="电话联系")
    other = next(answer for answer in answers(desk) if answer.title == "电话联系")
    refused = change(desk.handler, other, other.mark, title="补充流水", body="说法")
    assert refused.status_code == 409
    assert {answer.title for answer in answers(desk)} == {"补充流水", "电话联系"}


def test_an_answer_is_deleted(desk):
    keep(desk.handler)
    (answer,) = answers(desk)
    csrf = token(desk.handler, PAGE)
    assert desk.handler.post(f"{PAGE}/{answer.id}/delete", data={"csrf_token": csrf}).status_code == 302
    assert answers(desk) == []


def test_each_zone_has_answers_of_its_own(desk, world):
    keep(desk.handler)
    (answer,) = answers(desk)
    other = make_desk(world)
    assert BODY not in other.handler.get(PAGE).text
    assert other.handler.get(f"{PAGE}/{answer.id}").status_code == 404
    csrf = token(other.handler, PAGE)
    assert other.handler.post(f"{PAGE}/{answer.id}/delete", data={"csrf_token": csrf}).status_code == 404

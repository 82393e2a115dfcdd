"""The member's line of steps keeps what happened: who took it, what was told, what came of it, each once and in its order."""

import re
from uuid import UUID

from app.modules.legal_aid.tests.desk import days_ago


def line(desk, case_id: UUID) -> list[str]:
    """The titles of the points on the member's line."""
    return re.findall(r'hall-step__title">([^<]+)<', desk.member.get(f"/legal_aid/{case_id}").text)


def test_after_the_end_the_whole_way_stands_on_the_line(desk):
    case_id = desk.under_way("arbitration")
    assert line(desk, case_id) == ["已提交", "已受理", "工会援助中", "告知进展"]
    for _twice in range(2):
        desk.step(desk.handler, case_id, "report", news="已联系公司")
    desk.step(desk.handler, case_id, "file", filing="已向市劳动人事争议仲裁委员会提交")
    desk.step(desk.handler, case_id, "note_award", outcome="支持", served_on=days_ago(1))
    assert line(desk, case_id)[2:] == [
        "已批准援助",
        "告知进展",
        "已提交仲裁或诉讼",
        "已收到裁决",
        "工会援助中",
        "告知进展",
    ]
    desk.step(desk.handler, case_id, "conclude", outcome="公司已付清")
    assert line(desk, case_id) == [
        "已提交",
        "已受理",
        "已批准援助",
        "告知进展",
        "已提交仲裁或诉讼",
        "已收到裁决",
        "已办结",
    ]


def test_after_another_question_the_answer_stays_on_the_line(desk):
    case_id = desk.answered()
    assert line(desk, case_id) == ["已提交", "已受理", "已答复"]
    desk.own_step(case_id, "ask_more", question="能补缴吗？")
    assert line(desk, case_id) == ["已提交", "已受理", "已答复", "答复中", "答复"]


def test_a_returned_case_that_came_back_keeps_that_it_was_returned(desk):
    case_id = desk.submitted("arbitration")
    desk.step(desk.handler, case_id, "take")
    assert line(desk, case_id) == ["已提交", "审核中", "答复"]
    desk.step(desk.handler, case_id, "return", reason="请补充工资条")
    assert line(desk, case_id) == ["已提交", "已受理", "待补充材料", "答复"]
    desk.submit("arbitration", case_id)
    assert line(desk, case_id) == ["已提交", "已受理", "退回补充", "等待受理", "答复"]

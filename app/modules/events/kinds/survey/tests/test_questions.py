"""Pages, ways, and what is wrong with them: plain functions of questions."""

import pytest
from marshmallow import ValidationError

from app.modules.events.errors import NotReady
from app.modules.events.kinds.survey.questions import (
    END,
    Question,
    backward_jumps,
    pages_of,
    path_of,
    read_answer,
    unreachable,
)
from app.modules.events.kinds.survey.settings import SurveySettings, jumps_of
from app.modules.events.kinds.survey.tests.inquiry import row
from app.modules.events.states import SUBMIT


def single(number: int, *, jumps=None, then=None, **other) -> Question:
    return Question(number, "single", f"问{number}", ("甲", "乙"), jumps=jumps or {}, then=then, **other)


FORKED = [single(1, jumps={2: 4}), single(2), single(3, then=5), single(4), single(5), single(6, starts_page=True)]


def numbers(pages) -> list[list[int]]:
    return [[each.number for each in page] for page in pages]


def test_what_leads_somewhere_ends_its_page_and_what_is_led_to_begins_one():
    assert numbers(pages_of(FORKED)) == [[1], [2, 3], [4], [5], [6]]


@pytest.mark.parametrize(
    ("answers", "path"),
    [({1: 1}, [[1], [2, 3], [5], [6]]), ({1: 2}, [[1], [4], [5], [6]]), ({}, [[1], [2, 3], [5], [6]])],
)
def test_answers_lead_through_their_own_pages(answers, path):
    assert numbers(path_of(FORKED, answers)) == path


def test_an_answer_may_end_it():
    assert numbers(path_of([single(1, jumps={1: END}), single(2)], {1: 1})) == [[1]]


@pytest.mark.parametrize("way", [{"jumps": {1: 2}}, {"jumps": {1: 1}}, {"then": 1}, {"then": 9}])
def test_ways_back_and_to_nowhere_are_found(way):
    questions = [single(1), single(2, **way), single(3)]
    assert [each.number for each in backward_jumps(questions)] == [2]


def test_what_nothing_leads_to_is_found():
    questions = [single(1, then=3), single(2), single(3)]
    assert [each.number for each in unreachable(questions)] == [2]
    decided = [single(1, jumps={1: 3, 2: 3}, is_required=True), single(2), single(3)]
    assert [each.number for each in unreachable(decided)] == [2]
    assert unreachable(FORKED) == []


@pytest.mark.parametrize(
    ("questions", "words"),
    [([], "至少写一道题"), ([row("甲", options="一\n二", jumps="A 3")], "第 1 题"), ([row("甲", options="一\n二", jumps="A 1"), row("乙", "short")], "第 1 题"),
     ([row("甲", options="一\n二", jumps="3"), row("乙", "short"), row("丙", "short")], "第 2 题"), ([row("题", "long")] * 21, "20")],
)  # fmt: skip
def test_a_survey_whose_ways_are_wrong_is_not_reviewed(inquiry, app, questions, words):
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}), pytest.raises(NotReady) as refusal:
        inquiry.fair.step(inquiry.drafted(questions), SUBMIT)
    assert words in str(refusal.value.message)


def test_jumps_are_read_as_they_are_written():
    assert jumps_of("B ５\nend", 2) == ({2: 5}, END)
    assert jumps_of("a 结束", 2) == ({1: END}, None)


@pytest.mark.parametrize("text", ["C 5", "B", "B 5 6", "B 5\nB 6", "5\n6", "B 0", "B 61", "五", "B -1"])
def test_jumps_that_make_no_sense_are_refused(text):
    with pytest.raises(ValidationError):
        jumps_of(text, 2)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [(row("问", options="甲"), "options"), (row("问", options="甲\n甲"), "options"), (row("问", "scale", "甲"), "options"),
     (row("问", "multiple", "甲\n乙", jumps="A 2"), "jumps"), (row("问", ""), "kind"), (row("", "short"), "prompt")],
)  # fmt: skip
def test_a_wrong_question_is_named_by_its_field(wrong, field):
    faults = SurveySettings().validate({"mode": "named", "questions": [wrong]})
    assert field in faults["questions"][0]


def test_nonsense_is_no_answer():
    several = Question(1, "multiple", "问", ("甲", "乙"))
    assert read_answer(several, ["2", "1", "9", "x"]) == [1, 2]
    assert read_answer(single(1), ["3"]) is None
    assert read_answer(single(1), ["1", "2"]) is None
    assert read_answer(Question(1, "scale", "问"), ["5"]) == 5
    assert read_answer(Question(1, "short", "问"), [" \0 "]) is None
    assert read_answer(Question(1, "long", "问"), ["一\r\n二"]) == "一\n二"

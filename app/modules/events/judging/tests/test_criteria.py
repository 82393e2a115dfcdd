"""What judges score by, as staff write it."""

import pytest
from marshmallow import ValidationError

from app.modules.events.judging.criteria import MOST_CRITERIA, criteria_of


def test_a_line_is_a_name_the_highest_score_and_the_weight():
    first, second = criteria_of("构图 与用光 100 60\n\n主题　９.5 40％")
    assert (first.title, first.highest, first.weight) == ("构图 与用光", 1000, 60)
    assert (second.title, second.highest, second.weight) == ("主题", 95, 40)


@pytest.mark.parametrize(
    "line",
    [
        "操作规范，100分，60％",
        "操作规范, 100 分, 60 %",
        "操作规范、１００、60",
        "操作规范 100分 60%",
        "操作规范，100．0 60",
    ],
)
def test_commas_and_what_numbers_count_may_stand_between(line):
    found, _other = criteria_of(f"{line}\n作品质量 100 40")
    assert (found.title, found.highest, found.weight) == ("操作规范", 1000, 60)


def test_a_comma_may_stand_in_a_name():
    (found,) = criteria_of("安全，文明 100 100")
    assert found.title == "安全，文明"


def test_behind_the_weight_stands_only_a_word_that_the_kind_knows():
    (only,) = criteria_of("理论笔试 100 100 表格", ("表格",))
    assert only.behind == "表格"
    for behind in ((), ("sheet",)):
        with pytest.raises(ValidationError):
            criteria_of("理论笔试 100 100 表格", behind)


@pytest.mark.parametrize(
    "text",
    ["", "构图", "构图 100", "构图 0.5 100", "构图 1001 100", "构图 100 99", "构图 100 60\n构图 100 40", "构图 100 0\n主题 100 100",
     f"{'构' * 41} 100 100"],
)  # fmt: skip
def test_what_is_no_criterion_or_does_not_make_a_hundred_is_refused(text):
    with pytest.raises(ValidationError):
        criteria_of(text)


def test_there_are_not_more_than_judges_can_score():
    with pytest.raises(ValidationError):
        criteria_of("\n".join(f"第{number}项 10 {4 if number else 52}" for number in range(MOST_CRITERIA + 1)))

"""Answers as people read them, and what changed between two tellings."""

from typing import Any

from app.casework.forms import CaseForm, Choice, Money, Section
from app.casework.forms.display import Change, answered, differences, drafted
from app.casework.forms.schemas import submission_schema
from app.casework.forms.tests.examples import HARDSHIP, TYPED
from app.core.identifiers import check_character


def answers(**changes: Any) -> Any:
    return submission_schema(HARDSHIP).load({**TYPED, **changes})


def lines(sections) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for section in sections:
        for line in section.lines:
            told.setdefault(line.key, []).append(line.text)
    return told


def test_answers_are_told_in_the_readers_language(chinese):
    told = lines(answered(HARDSHIP, answers(), masked=False))
    assert told["household"] == [
        "姓名：陈小明 · 与本人关系：子女 · 有工作：否",
        "姓名：李阿姨 · 与本人关系：配偶 · 有工作：是 · 月收入：¥2,300.00",
    ]
    assert told["income_sources"] == ["工资和低保金"]
    assert told["has_debts"] == ["是"]
    assert told["child_born_on"] == ["2018-06-01"]
    assert told["contact_phone"] == ["13812345678"]


def test_the_same_answers_in_english(english):
    told = lines(answered(HARDSHIP, answers(), masked=False))
    assert told["household"][0] == "Name: 陈小明 · Relation to you: Child · Works: No"
    assert told["income_sources"] == ["Wages and Subsistence allowance"]


def test_sensitive_answers_are_masked_unless_somebody_may_see_them(chinese):
    told = lines(answered(HARDSHIP, answers()))
    assert told["contact_phone"] == ["138****5678"]
    assert told["own_costs"] == told["child_born_on"] == ["***"]
    assert told["household"][0] == "姓名：陈*明 · 与本人关系：子女 · 有工作：否"
    assert told["monthly_income"] == ["¥2,300.00"]
    masked = {line.key for section in answered(HARDSHIP, answers()) for line in section.lines if line.is_masked}
    assert masked == {"household", "child_born_on", "own_costs", "contact_phone"}


def test_id_number_shows_nothing_of_a_birth_date(chinese):
    number = "44080220180601001" + check_character("44080220180601001")
    rows = [{**TYPED["household"][0], "resident_id": number}]
    told = lines(answered(HARDSHIP, answers(household=rows)))
    assert f"440*************{number[-2:]}" in told["household"][0]


def test_what_was_not_asked_or_not_answered_has_no_line(chinese):
    sections = answered(HARDSHIP, answers(reason="accident", has_debts="no"))
    assert [str(section.title) for section in sections] == ["家庭情况", "困难原因", "申请内容"]
    assert "debts" not in lines(sections)


def test_answer_to_a_former_version_keeps_its_titles(english):
    former = CaseForm(
        "2019", (Section("Old", (Choice("reason", "Old reason", options=(("flood", "A flood"), ("fire", "Fire"))),)),)
    )
    (section,) = answered(former, {"reason": "flood"})
    assert (section.lines[0].title, section.lines[0].text) == ("Old reason", "A flood")


def test_draft_is_told_as_it_was_typed_where_it_can_not_be_read(english):
    told = lines(drafted(HARDSHIP, {
        "monthly_income": "very little", "debts": "1.2万", "reason": "illness",
        "household": [{"name": "陈小明", "income": "?"}, {}],
    }))  # fmt: skip
    assert told == {
        "monthly_income": ["very little"],
        "debts": ["¥12,000.00"],
        "reason": ["Illness"],
        "household": ["Name: 陈小明 · Monthly income: ?"],
    }


def test_changes_are_told_before_and_after(english):
    new = answers(
        monthly_income="2000",
        reason="lost_job",
        household=[TYPED["household"][1], {**TYPED["household"][0], "relation": "other"}],
    )
    changes = {change.key: (change.before, change.after) for change in differences(HARDSHIP, answers(), new)}
    assert changes == {
        "monthly_income": ("¥2,300.00", "¥2,000.00"),
        "reason": ("Illness", "A lost job"),
        "illness_of": ("My child", ""),
        "child_born_on": ("***", ""),
        "own_costs": ("***", ""),
        "household": (
            "Name: 陈*明 · Relation to you: Child · Works: No",
            "Name: 陈*明 · Relation to you: Other · Works: No",
        ),
    }
    assert differences(HARDSHIP, new, new) == ()


def test_change_of_a_masked_answer_is_a_change_though_it_looks_the_same(english):
    assert differences(HARDSHIP, answers(), answers(own_costs="1")) == (
        Change("own_costs", "What you had to pay yourself", "***", "***"),
    )


def test_change_of_an_answer_that_is_zero_is_told(english):
    form = CaseForm("1", (Section("A", (Money("income", "Income"),)),))
    assert differences(form, {"income": 0}, {}) == (Change("income", "Income", "¥0.00", ""),)

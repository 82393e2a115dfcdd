"""What a form takes: complete with its conditions honoured, or as a draft as typed."""

from typing import Any

import pytest
from marshmallow import EXCLUDE, ValidationError, fields

from app.casework.forms.schemas import draft_schema, submission_schema
from app.casework.forms.tests.examples import HARDSHIP, HELP, TYPED

pytestmark = pytest.mark.usefixtures("english")


def load(**changes: Any) -> Any:
    return submission_schema(HARDSHIP).load({**TYPED, **changes})


def errors(**changes: Any) -> dict[str, Any]:
    with pytest.raises(ValidationError) as refused:
        load(**changes)
    return refused.value.normalized_messages()


def test_complete_form_gives_clean_answers():
    answers = load()
    assert answers["household"][1] == {"name": "李阿姨", "relation": "spouse", "has_work": True, "income": 230_000}
    assert answers["debts"] == 1_200_000
    assert answers["own_costs"] == 3_000_050
    assert answers["since"].isoformat() == "2026-03-05"
    assert answers["income_sources"] == ["wages", "allowance"]
    assert answers["contact_phone"] == "+8613812345678"


def test_everything_that_is_missing_is_named_at_once():
    with pytest.raises(ValidationError) as refused:
        submission_schema(HARDSHIP).load({})
    needed = {"household", "monthly_income", "income_sources", "has_debts", "reason", "since", "description",
              "amount_requested", "contact_phone"}  # fmt: skip
    assert refused.value.normalized_messages() == {name: ["Please fill this in."] for name in needed}


def test_field_whose_condition_does_not_hold_is_neither_required_nor_kept_nor_judged():
    answers = load(has_debts="no", debts="rubbish", reason="lost_job", own_costs="more rubbish")
    assert not {"debts", "illness_of", "child_born_on", "own_costs"} & set(answers)


def test_field_is_required_once_its_condition_holds():
    assert errors(debts="") == {"debts": ["Please fill this in."]}
    assert errors(child_born_on=None) == {"child_born_on": ["Please fill this in."]}
    assert errors(own_costs="50000.01") == {"costs_reason": ["Please fill this in."]}
    assert load(own_costs="50000")["own_costs"] == 5_000_000


def test_condition_about_an_answer_that_is_not_asked_does_not_hold():
    """Who is ill is still "the child", typed before the reason was changed."""
    assert "child_born_on" not in load(reason="accident")


def test_wrong_answer_is_told_before_what_depends_on_it():
    assert errors(own_costs="a lot", costs_reason="") == {
        "own_costs": ["Write an amount in yuan, such as 1200 or 1200.50."]
    }


def test_row_tells_its_faults_by_its_number_on_the_page():
    rows = [{}, {"name": "陈小明", "relation": "cousin", "has_work": "yes"}]
    assert errors(household=rows) == {
        "household": {1: {"relation": ["Please choose one of these."], "income": ["Please fill this in."]}}
    }


def test_condition_within_a_row_is_about_that_row():
    rows = [{"name": "甲乙", "relation": "child", "has_work": "no", "income": "rubbish"}]
    assert load(household=rows)["household"] == [{"name": "甲乙", "relation": "child", "has_work": False}]


def test_rows_are_bounded_and_empty_ones_do_not_count():
    row = TYPED["household"][0]
    assert len(load(household=[row, {}, {"name": " "}, *[row] * 7])["household"]) == 8
    assert errors(household=[row] * 9) == {"household": ["At most 8 can be listed here."]}
    assert errors(household=[{}, {"name": " "}]) == {"household": ["Please fill this in."]}


@pytest.mark.parametrize("rows", ["陈小明", {"name": "陈小明"}, ["陈小明"], 3, [[{}]]])
def test_what_is_no_list_of_rows_is_refused(rows):
    assert errors(household=rows) == {"household": ["This must be a list of rows."]}


@pytest.mark.parametrize("amount", [1200.5, 1200.0, True, [1], {"yuan": 1}, float("nan"), 10**30, -1])
def test_number_that_is_no_integer_or_out_of_bounds_is_refused(amount):
    assert set(errors(monthly_income=amount)) == {"monthly_income"}


def test_integer_is_cents_and_text_is_yuan():
    assert load(monthly_income=1200)["monthly_income"] == 1200
    assert load(monthly_income="1200")["monthly_income"] == 120_000


def test_limits_are_told_in_the_words_of_the_form():
    assert errors(amount_requested="10000.01") == {"amount_requested": ["Family hardship pays at most ¥10,000.00."]}
    assert errors(amount_requested="0") == {"amount_requested": ["Write how much you need."]}


def test_field_nobody_declared_is_refused_by_the_api_and_ignored_by_pages():
    assert set(errors(shoe_size=43)) == {"shoe_size"}
    answers: Any = submission_schema(HARDSHIP).load({**TYPED, "shoe_size": 43}, unknown=EXCLUDE)
    assert "shoe_size" not in answers
    rows = [{**TYPED["household"][0], "shoe_size": "43"}]
    assert errors(household=rows) == {"household": {0: {"shoe_size": ["There is no such field."]}}}


def test_what_is_no_mapping_is_refused():
    for schema in (submission_schema(HARDSHIP), draft_schema(HARDSHIP)):
        for sent in ([], "x", 3, None):
            with pytest.raises(ValidationError):
                schema.load(sent)  # type: ignore[arg-type]


def test_what_is_handed_in_besides_is_judged_together_with_the_answers():
    consent = {"consent": fields.String(required=True)}
    with pytest.raises(ValidationError) as refused:
        submission_schema(HARDSHIP, consent).load({**TYPED, "debts": ""})
    assert set(refused.value.normalized_messages()) == {"consent", "debts"}
    handed_in: Any = submission_schema(HARDSHIP, consent).load({**TYPED, "consent": "1"})
    assert handed_in["consent"] == "1"


def test_draft_keeps_whatever_was_typed_right_or_wrong():
    typed = {"monthly_income": "very little", "reason": "a", "household": [{}, {"income": "?"}], "debts": "1"}
    assert draft_schema(HARDSHIP).load(typed) == typed
    assert draft_schema(HARDSHIP).load({}) == {}


def test_draft_keeps_json_values_as_they_could_have_been_typed():
    sent = {"monthly_income": 120_050, "has_debts": True, "household": [{"name": "陈小明", "income": 100}]}
    kept = {"monthly_income": "1200.50", "has_debts": "yes", "household": [{"name": "陈小明", "income": "1"}]}
    assert draft_schema(HARDSHIP).load(sent) == kept


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("monthly_income", "9" * 101),
        ("description", "长" * 10_001),
        ("income_sources", ["wages"] * 9 + ["x" * 99]),
        ("household", [{}] * 9),
        ("household", [{"name": "长" * 151}]),
        ("household", [{"shoe_size": "43"}]),
        ("contact_phone", 13812345678),
        ("reason", ["illness"]),
    ],
)
def test_draft_refuses_what_it_can_not_bear(field, typed):
    with pytest.raises(ValidationError) as refused:
        draft_schema(HARDSHIP).load({field: typed})
    assert set(refused.value.normalized_messages()) == {field}


def test_unseen_characters_are_left_out():
    answers = load(description="第一行\r\n第二行\0 \ud800" + "长" * 20, household=[
        {"name": "陈\u200b小\0明", "relation": "child", "has_work": "no"}
    ])  # fmt: skip
    assert answers["description"] == "第一行\n第二行 " + "长" * 20
    assert answers["household"][0]["name"] == "陈小明"


@pytest.mark.parametrize("kind", HELP)
def test_todays_kinds_of_help_are_such_forms(kind):
    typed = {"household_size": "3人", "monthly_income": "2，800元", "contact_phone": "+86 138-1234-5678",
             "description": "长" * 20, "amount_requested": "2000"}  # fmt: skip
    answers: Any = submission_schema(HELP[kind]).load(typed)
    assert HELP[kind].columns(answers) == {
        "household_size": 3,
        "monthly_income_cents": 280_000,
        "amount_requested_cents": 200_000,
    }
    for field, wrong in (("household_size", "三口"), ("amount_requested", "0"), ("amount_requested", "50000.01"),
                         ("contact_phone", "0759-2223333"), ("description", "太短了")):  # fmt: skip
        with pytest.raises(ValidationError) as refused:
            submission_schema(HELP[kind]).load({**typed, field: wrong})
        assert set(refused.value.normalized_messages()) == {field}

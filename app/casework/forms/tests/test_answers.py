"""Whatever may be answered is stored as JSON and comes back exactly; so does what is typed again from it."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.casework.forms import Choice, Choices, Day, Field, LongText, Mobile, Money, ResidentId, Rows, Text, YesNo
from app.casework.forms.answers import from_json, to_json, written
from app.casework.forms.reading import read_all, type_all
from app.casework.forms.schemas import draft_schema, submission_schema
from app.casework.forms.tests.examples import HARDSHIP
from app.core.identifiers import check_character

LETTERS = st.characters(categories=["L", "N", "P", "Zs"], include_characters="\n\r\0\ud800\u200b")


CENTS = st.integers(1, 1_000_000)
DAYS = st.dates(date(1900, 1, 1), date(2026, 1, 1))
ID_DIGITS = st.integers(0, 999).map(lambda order: f"44080219900307{order:03}")

WAYS: dict[type[Field[Any]], Callable[[Any], st.SearchStrategy[Any]]] = {
    Text: lambda field: st.text(LETTERS, max_size=field.most - 1).map(lambda text: f"陈{text}"),
    LongText: lambda field: st.text(LETTERS, max_size=80).map(lambda text: f"{text}{'陈' * field.least}"),
    Money: lambda _field: CENTS | CENTS.map(lambda cents: f"{cents // 100},.{cents % 100:02}元"),
    Day: lambda _field: DAYS.map(lambda day: f"{day.year}年{day.month}月{day.day}日"),
    Choice: lambda field: st.sampled_from(field.possible),
    Choices: lambda field: st.lists(st.sampled_from(field.possible), min_size=1),
    YesNo: lambda _field: st.sampled_from(["yes", "no", True, False]),
    Mobile: lambda _field: st.integers(0, 99_999_999).map(lambda rest: f"138 {rest:08}"),
    ResidentId: lambda _field: ID_DIGITS.map(lambda digits: digits + check_character(digits)),
    Rows: lambda field: st.lists(
        st.fixed_dictionaries({column.key: typed(column) for column in field.columns}), min_size=1, max_size=4
    ),
}


def typed(field: Field[Any]) -> st.SearchStrategy[Any]:
    """Something that can be answered to a field, as it is typed."""
    return WAYS[type(field)](field)


TYPED = st.fixed_dictionaries({field.key: typed(field) for field in HARDSHIP.fields})


@pytest.fixture(autouse=True)
def _in_the_application(app: Flask):
    with app.app_context():
        yield


@given(TYPED)
def test_answers_are_stored_and_come_back_exactly(sent):
    answers: Any = submission_schema(HARDSHIP).load(sent)
    stored = json.loads(json.dumps(to_json(HARDSHIP, answers), ensure_ascii=False).encode())
    assert from_json(HARDSHIP, stored) == answers
    assert submission_schema(HARDSHIP).load(stored) == answers
    assert submission_schema(HARDSHIP).load(written(HARDSHIP, answers)) == answers


@given(TYPED)
def test_draft_made_of_answers_gives_them_again(sent):
    answers: Any = submission_schema(HARDSHIP).load(sent)
    for sent_again in (written(HARDSHIP, answers), to_json(HARDSHIP, answers)):
        draft: Any = draft_schema(HARDSHIP).load(sent_again)
        assert draft_schema(HARDSHIP).load(draft) == draft
        assert submission_schema(HARDSHIP).load(draft) == answers


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(LETTERS, max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.fixed_dictionaries({}, optional={field.key: JSON for field in HARDSHIP.fields}))
def test_any_json_at_all_is_read_or_refused_in_words(sent):
    answers, errors = read_all(HARDSHIP.fields, sent)
    assert errors
    draft, too_much = type_all(HARDSHIP.fields, sent)
    json.dumps([errors, too_much, draft, to_json(HARDSHIP, answers)], ensure_ascii=False).encode()
    assert not set(answers) & set(errors)

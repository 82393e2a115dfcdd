"""A declaration that no form can be made from is refused when it is made, and says why."""

from collections.abc import Callable
from typing import Any

import pytest

from app.casework.forms import (
    AllOf,
    AnyOf,
    CaseForm,
    Choice,
    Choices,
    Count,
    Field,
    FormError,
    FormVersions,
    Has,
    Is,
    LongText,
    Money,
    Over,
    Paper,
    Rows,
    Section,
    Text,
    YesNo,
)
from app.casework.forms.tests.examples import HARDSHIP, TYPED

NAME = Text("name", "Name", is_required=True)
AB = (("a", "A"), ("b", "B"))


def form(*fields: Field[Any], papers: tuple[Paper, ...] = (), version: str = "1") -> CaseForm:
    return CaseForm(version, (Section("All", fields),), papers)


def rows(*columns: Field[Any], **more: Any) -> Rows:
    return Rows("people", "People", add="Add", columns=columns, **more)


FAULTS: dict[str, tuple[Callable[[], object], str]] = {
    "version": (lambda: form(NAME, version=""), "a version is named"),
    "nothing asked": (lambda: CaseForm("1", ()), "it asks nothing"),
    "key": (lambda: Text("Full name", "Name"), "can't name a field"),
    "key of the page": (lambda: form(Text("action", "Action")), "a name of the page's own"),
    "key of a file": (lambda: form(Text("paper_income", "Income")), "a name of the page's own"),
    "key twice": (lambda: form(NAME, NAME), "'name' is there twice"),
    "no title": (lambda: Text("name", " "), "it has no title"),
    "length": (lambda: Text("name", "Name", least=5, most=4), "its length"),
    "amounts": (lambda: Money("sum", "Sum", least_cents=5, most_cents=5), "its amounts"),
    "numbers": (lambda: Count("size", "Size", least=-1), "its numbers"),
    "one option": (lambda: Choice("c", "C", options=AB[:1]), "two options or more"),
    "option twice": (lambda: Choices("c", "C", options=(*AB, AB[0])), "'a' is there twice"),
    "option's name": (lambda: Choice("c", "C", options=(("A b", "A"), ("b", "B"))), "can't name an option"),
    "column twice": (
        lambda: form(Money("a", "A", column="sum_cents"), Money("b", "B", column="sum_cents")),
        "the column 'sum_cents' is there twice",
    ),
    "column of a list": (lambda: rows(NAME, column="people"), "no column of the case"),
    "column in a row": (lambda: rows(Text("name", "Name", is_required=True, column="name")), "no column of the case"),
    "no columns": (rows, "it names the row"),
    "optional first column": (lambda: rows(Text("name", "Name")), "it names the row"),
    "long first column": (lambda: rows(LongText("name", "Name", is_required=True)), "it names the row"),
    "rows in rows": (lambda: rows(NAME, rows(NAME)), "neither rows nor several choices"),
    "choices in rows": (lambda: rows(NAME, Choices("c", "C", options=AB)), "neither rows nor several choices"),
    "too many rows": (lambda: rows(NAME, most=51), "from 0 to 50 rows"),
    "sensitive list": (lambda: rows(NAME, is_sensitive=True), "each by itself"),
    "condition in a row": (lambda: rows(NAME, Text("job", "Job", when=Is("works", True))), "does not stand before it"),
    "condition on what follows": (
        lambda: form(Text("job", "Job", when=Is("works", True)), YesNo("works", "Works")),
        "'job': it asks about 'works', which does not stand before it",
    ),
    "section on its own field": (
        lambda: CaseForm("1", (Section("A", (YesNo("works", "Works"),), when=Is("works", True)),)),
        "does not stand before it",
    ),
    "condition of another kind": (
        lambda: form(YesNo("works", "Works"), Text("job", "Job", when=Over("works", 1))),
        "no Over can be asked about 'works'",
    ),
    "impossible answer": (
        lambda: form(Choice("c", "C", options=AB), Text("job", "Job", when=Is("c", "z"))),
        "'c' can never be 'z'",
    ),
    "text for yes": (
        lambda: form(YesNo("works", "Works"), Text("job", "Job", when=Is("works", "yes"))),
        "'works' can never be 'yes'",
    ),
    "impossible choice": (
        lambda: form(Choices("c", "C", options=AB), Text("job", "Job", when=Has("c", "z"))),
        "'c' can never be 'z'",
    ),
    "impossible amount": (
        lambda: form(Money("sum", "Sum", most_cents=100), Text("job", "Job", when=Over("sum", 100))),
        "'sum' can never be 'over 100'",
    ),
    "lonely condition": (
        lambda: form(YesNo("works", "Works"), Text("job", "Job", when=AllOf(Is("works", True)))),
        "two conditions or more",
    ),
    "inner condition": (
        lambda: form(NAME, Text("job", "Job", when=AnyOf(Is("a", True), Is("b", True)))),
        "it asks about 'b'",
    ),
    "paper twice": (lambda: form(NAME, papers=(Paper("p", "P"), Paper("p", "P"))), "the paper 'p' is there twice"),
    "paper's name": (lambda: form(NAME, papers=(Paper("P 1", "P"),)), "can't name a paper"),
    "paper's condition": (lambda: form(NAME, papers=(Paper("p", "P", when=Is("x", True)),)), "it asks about 'x'"),
    "version twice": (lambda: FormVersions(form(NAME), form(NAME)), "one name"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_named_when_the_form_is_declared(fault):
    declare, words = FAULTS[fault]
    with pytest.raises(FormError, match=words):
        declare()


def test_all_faults_are_named_at_once():
    with pytest.raises(FormError, match=r"twice.*does not stand before it.*paper"):
        form(NAME, NAME, Text("job", "Job", when=Is("x", True)), papers=(Paper("", "P"),))


@pytest.mark.parametrize(
    ("answers", "papers"),
    [
        ({}, {"household_register"}),
        ({"reason": "illness"}, {"household_register", "diagnosis"}),
        ({"income_sources": ["none"]}, {"household_register", "allowance_book"}),
        ({"income_sources": ["wages"]}, {"household_register"}),
        ({"has_debts": True, "debts": 10_000_000}, {"household_register"}),
        ({"has_debts": True, "debts": 10_000_001}, {"household_register", "loan_contract"}),
    ],
)
def test_papers_belong_to_the_answers(answers, papers):
    assert {paper.key for paper in HARDSHIP.papers_for(answers)} == papers


def test_columns_of_the_case_get_their_answers():
    assert HARDSHIP.columns({"amount_requested": 5, "debts": 7}) == {"amount_requested_cents": 5}
    assert HARDSHIP.columns({}) == {"amount_requested_cents": None}


def test_old_case_keeps_its_form():
    old, new = form(NAME, version="2025"), form(Text("full_name", "Full name"), version="2026")
    versions = FormVersions(new, old)
    assert versions.current is new
    assert versions["2025"] is old
    with pytest.raises(KeyError):
        versions["2024"]


def test_title_of_a_paper_the_form_does_not_know_is_its_key():
    assert HARDSHIP.paper_title("scrap") == "scrap"
    assert str(HARDSHIP.paper_title("diagnosis")) == "诊断证明"


def test_names_on_a_page_are_those_of_the_rows():
    named = HARDSHIP.named(TYPED)
    assert named["household-1-income"] == "2，300元"
    assert named["monthly_income"] == "2,300"

"""A kind of case that nobody could live by is refused when it is declared, with what is wrong with it."""

from dataclasses import replace

import pytest

from app.casework.clocks import Clock, Unit
from app.casework.kinds import ANSWER, CaseKindError, Consent
from app.casework.states import Phase, State, StateTable, StateTableError, Step, Who, states_of
from app.modules.help.cases import CASEWORK

DRAFT = State("draft", Phase.DRAFT, "Draft")
WAITING = State("waiting", Phase.OPEN, "Waiting")
DONE = State("done", Phase.DECIDED, "Done")
SUBMIT = Step("submit", "Submitted", "Submit", states_of("draft"), "waiting", Who.APPLICANT, starts=(ANSWER,))
DECIDE = Step("decide", "Decided", "Decide", states_of("waiting"), "done", Who.APPROVER)
KIND = CASEWORK.kinds[0]


def table(states=(DRAFT, WAITING, DONE), steps=(SUBMIT, DECIDE)) -> StateTable:
    return StateTable(states, steps)


def test_a_sound_table_is_taken():
    assert [step.action for step in table().steps_from("waiting")] == ["decide"]
    assert table().first is DRAFT


@pytest.mark.parametrize(
    ("states", "steps", "fault"),
    [
        ((WAITING, DRAFT, DONE), (SUBMIT, DECIDE), "begins as a draft"),
        ((DRAFT, WAITING, DONE, DONE), (SUBMIT, DECIDE), "'done' is there twice"),
        ((DRAFT, WAITING, DONE), (SUBMIT, DECIDE, DECIDE), "'decide' is there twice"),
        ((DRAFT, WAITING, DONE), (SUBMIT, replace(DECIDE, target="gone")), "'gone' is no state"),
        ((DRAFT, WAITING, DONE), (SUBMIT,), "no step leads to 'done'"),
        ((DRAFT, WAITING, DONE, State("lost", Phase.OPEN, "Lost")),
         (SUBMIT, DECIDE, Step("lose", "Lost", "Lose", states_of("waiting"), "lost", Who.HANDLER)), "'lost' is a dead end"),
        ((DRAFT, WAITING, DONE),
         (SUBMIT, DECIDE, Step("undo", "Undone", "Undo", states_of("done"), "waiting", Who.HANDLER)), "'done', which is over"),
    ],
)  # fmt: skip
def test_a_table_no_case_could_live_by_is_refused(states, steps, fault):
    with pytest.raises(StateTableError, match=fault):
        table(states, steps)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"key": "hardship"}, "<module>.<name>"),
        ({"clocks": ()}, "nothing would ever be late"),
        ({"clocks": (Clock("other", "Other", 1, Unit.HOURS),)}, "no clock 'answer'"),
        ({"consents": ()}, "consent"),
        ({"consents": (Consent("1", "Yes"), Consent("1", "Yes again"))}, "consent"),
        ({"table": table(steps=(replace(SUBMIT, starts=()), DECIDE))}, "starts no clock"),
        ({"pay": ""}, "grants money and says not who pays it"),
        ({"table": table()}, "grants no money to pay"),
    ],
)
def test_a_kind_no_case_could_live_by_is_refused(change, fault):
    with pytest.raises(CaseKindError, match=fault):
        replace(KIND, **change)

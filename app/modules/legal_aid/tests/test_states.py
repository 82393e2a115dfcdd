"""The state tables of legal aid, written down once more; who may take their steps is walked in `tests/contracts/transitions.py`."""

import pytest

from app.casework.inputs import INPUTS
from app.casework.states import Phase, Who
from app.modules.legal_aid.cases import CASEWORK

QUESTION = {
    ("draft", "submit"): ("asked", Who.APPLICANT),
    ("asked", "take"): ("in_hand", Who.REVIEWER),
    ("asked", "withdraw"): ("withdrawn", Who.APPLICANT),
    ("in_hand", "take_over"): ("in_hand", Who.REVIEWER),
    ("in_hand", "answer"): ("answered", Who.HANDLER),
    ("in_hand", "withdraw"): ("withdrawn", Who.APPLICANT),
    ("answered", "ask_more"): ("in_hand", Who.APPLICANT),
    ("answered", "close"): ("closed", Who.APPLICANT),
    ("answered", "lapse"): ("closed", Who.TIME),
}
AID = {
    ("draft", "submit"): ("submitted", Who.APPLICANT),
    ("returned", "submit"): ("submitted", Who.APPLICANT),
    ("submitted", "take"): ("in_review", Who.REVIEWER),
    ("in_review", "take_over"): ("in_review", Who.REVIEWER),
    ("in_review", "return"): ("returned", Who.HANDLER),
    ("in_review", "recommend"): ("recommended", Who.HANDLER),
    ("recommended", "retract"): ("in_review", Who.HANDLER),
    ("recommended", "send_back"): ("in_review", Who.APPROVER),
    ("recommended", "accept"): ("under_way", Who.APPROVER),
    ("recommended", "refuse"): ("refused", Who.APPROVER),
    ("under_way", "report"): ("under_way", Who.HANDLER),
    ("under_way", "take_charge"): ("under_way", Who.REVIEWER),
    ("submitted", "withdraw"): ("withdrawn", Who.APPLICANT),
    ("in_review", "withdraw"): ("withdrawn", Who.APPLICANT),
    ("returned", "withdraw"): ("withdrawn", Who.APPLICANT),
    ("returned", "lapse"): ("not_completed", Who.TIME),
    ("recommended", "withdraw"): ("withdrawn", Who.APPLICANT),
    ("under_way", "withdraw"): ("withdrawn", Who.APPLICANT),
}
FILE, CONCLUDE = (
    {("under_way", "file"): ("under_way", Who.HANDLER)},
    {("under_way", "conclude"): ("concluded", Who.HANDLER)},
)
STEPS = {
    "consultation": QUESTION,
    "mediation": AID
    | {("under_way", "agree"): ("agreed", Who.HANDLER), ("under_way", "fail"): ("failed", Who.HANDLER)},
    "arbitration": AID | FILE | CONCLUDE | {("under_way", "note_award"): ("under_way", Who.HANDLER)},
    "litigation": AID | FILE | CONCLUDE | {("under_way", "note_judgment"): ("under_way", Who.HANDLER)},
}
TABLES = {kind.name: kind.table for kind in CASEWORK.kinds}


@pytest.mark.parametrize("kind", TABLES)
def test_the_steps_of_a_kind_are_these(kind):
    found = {(source, step.action): (step.target, step.who) for step in TABLES[kind].steps for source in step.sources}
    assert found == STEPS[kind]


@pytest.mark.parametrize("kind", TABLES)
def test_the_member_is_told_of_whatever_the_union_does_that_concerns_them(kind):
    table = TABLES[kind]
    for step in table.steps:
        assert set(step.asks) <= set(INPUTS)
        concerns = step.who.is_staff and step.shown and not step.takes
        assert bool(step.tells) == (concerns or step.action == "submit" or step.target == "not_completed"), step.action


@pytest.mark.parametrize("kind", TABLES)
def test_nothing_waits_for_the_union_without_a_promise(kind):
    """Whatever way a case came into an open state, a promise runs that the step did not end."""
    table = TABLES[kind]
    promises = {
        clock.key for each in CASEWORK.kinds if each.name == kind for clock in each.clocks if not clock.is_limit
    }
    for step in table.steps:
        if table[step.target].phase is not Phase.OPEN:
            continue
        starts_one = bool(promises & set(step.starts))
        keeps_one = all(table[source].phase is Phase.OPEN for source in step.sources) and not promises & set(step.stops)
        assert starts_one or keeps_one, step.action

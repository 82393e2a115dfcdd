"""The state table of help, written down once more; who may take its steps is walked in `tests/contracts/transitions.py`."""

import pytest

from app.casework.inputs import INPUTS
from app.casework.kinds import ANSWER
from app.casework.states import OVER, Phase, Who
from app.modules.help.cases import CASEWORK, TABLE

OBJECTED = {
    (state, "review_again"): ("in_review", Who.OBJECTION)
    for state in ("approved", "changed", "upheld", "appeal_withdrawn")
}
STEPS = {
    ("draft", "submit"): ("submitted", Who.APPLICANT),
    ("returned", "submit"): ("submitted", Who.APPLICANT),
    ("submitted", "take"): ("in_review", Who.REVIEWER),
    ("in_review", "take_over"): ("in_review", Who.REVIEWER),
    ("in_review", "return"): ("returned", Who.HANDLER),
    ("in_review", "recommend"): ("recommended", Who.HANDLER),
    ("recommended", "retract"): ("in_review", Who.HANDLER),
    ("recommended", "send_back"): ("in_review", Who.APPROVER),
    ("recommended", "approve"): ("approved", Who.APPROVER),
    ("recommended", "refuse"): ("refused", Who.APPROVER),
    ("submitted", "withdraw"): ("withdrawn", Who.APPLICANT),
    ("in_review", "withdraw"): ("withdrawn", Who.APPLICANT),
    ("returned", "withdraw"): ("withdrawn", Who.APPLICANT),
    ("recommended", "withdraw"): ("withdrawn", Who.APPLICANT),
    ("returned", "lapse"): ("not_completed", Who.TIME),
    ("approved", "appeal"): ("appealed", Who.APPLICANT),
    ("refused", "appeal"): ("appealed", Who.APPLICANT),
    ("appealed", "change"): ("changed", Who.APPROVER),
    ("appealed", "uphold"): ("upheld", Who.APPROVER),
    ("appealed", "withdraw_appeal"): ("appeal_withdrawn", Who.APPLICANT),
}


@pytest.mark.parametrize("kind", CASEWORK.kinds, ids=lambda kind: kind.name)
def test_the_steps_of_every_kind_are_these(kind):
    found = {(source, step.action): (step.target, step.who) for step in kind.table.steps for source in step.sources}
    assert found == STEPS | (OBJECTED if kind.public_notice else {})


def test_every_step_asks_only_for_inputs_that_exist_and_every_end_but_the_members_own_is_told():
    for step in TABLE.steps:
        assert set(step.asks) <= set(INPUTS)
        to_the_member = TABLE[step.target].phase in OVER | {Phase.RETURNED} or step.action in (
            "submit",
            "appeal",
            "review_again",
        )
        assert bool(step.tells) == (to_the_member and step.action != "withdraw")


def test_the_clock_starts_exactly_when_the_case_comes_to_the_union():
    for step in TABLE.steps:
        comes = TABLE[step.target].phase is Phase.OPEN and any(
            TABLE[each].phase is not Phase.OPEN for each in step.sources
        )
        assert step.starts == ((ANSWER,) if comes else ()), step.action

"""Whoever takes a step is told what came of it, in words of that very step."""

from app.benefits.proposal_words import DECIDED
from app.benefits.proposals import STEPS
from app.benefits.rules.states import DECISIONS
from app.benefits.rules.words import TAKEN
from app.benefits.vouchers import batch_states
from app.benefits.vouchers.words import BATCH_STEPS_TAKEN


def test_each_step_has_words_of_its_own():
    for steps, words in ((STEPS, DECIDED), (DECISIONS, TAKEN), (batch_states.STEPS, BATCH_STEPS_TAKEN)):
        assert set(steps) == set(words)
        assert len({str(each) for each in words.values()}) == len(words)

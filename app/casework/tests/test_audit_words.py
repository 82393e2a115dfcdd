"""The audit trail has words for whatever the history of a case tells."""

import pytest

from app.casework.audit_words import actions_of
from app.casework.features import EVENT_TITLES
from app.modules.help.cases import CASEWORK as HELP
from app.modules.legal_aid.cases import CASEWORK as LEGAL_AID


@pytest.mark.parametrize("casework", [HELP, LEGAL_AID], ids=lambda casework: casework.module)
def test_every_deed_of_a_feature_has_words_in_the_trail(casework):
    assert {f"{casework.module}.{deed}" for deed in EVENT_TITLES} <= set(actions_of(casework))

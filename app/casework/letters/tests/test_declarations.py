import pytest

from app.casework.letters.declarations import Letter, LetterError
from app.casework.letters.standard import GRANTED, GRANTED_ON_APPEAL, REFUSED, UPHELD

REMEDIES = {"zh_CN": "可在{appeal_by}前申诉。", "en": "Appeal by {appeal_by}."}


def letter(**changes) -> Letter:
    return Letter(**{
        "key": "test",
        "name": {"zh_CN": "决定书", "en": "Decision"},
        "decides": "decision",
        "title": {"zh_CN": "决定书", "en": "Decision"},
        "paragraphs": ({"zh_CN": "{reasons}", "en": "{reasons}"},),
        "remedies": REMEDIES,
    } | changes)  # fmt: skip


def test_a_letter_says_which_facts_it_asks():
    assert letter().asks == {"reasons", "appeal_by"}
    common = {"service", "applied_on", "case_number", "reasons", "appeal_by", "appeal_to"}
    assert GRANTED.asks == common | {"amount"}
    assert REFUSED.asks == common
    on_appeal = {"service", "appealed_on", "case_number", "reasons", "appeal_to"}
    assert GRANTED_ON_APPEAL.asks == on_appeal | {"amount"}
    assert UPHELD.asks == on_appeal


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"name": {"zh_CN": "决定书"}}, "not in every language"),
        ({"name": {"zh_CN": "{number}", "en": "{number}"}}, "without places"),
        ({"title": {"zh_CN": "决定书"}}, "not in every language"),
        ({"title": {"zh_CN": "决定书", "en": "Decision", "fr": "Décision"}}, "not in every language"),
        ({"paragraphs": ({"zh_CN": "{reasons}", "en": "{reason}"},)}, "other places"),
        ({"paragraphs": ({"zh_CN": "{a.__class__}", "en": "{a.__class__}"},)}, "plain places"),
        ({"paragraphs": ({"zh_CN": "{a!r}", "en": "{a!r}"},)}, "plain places"),
        ({"paragraphs": ({"zh_CN": "{a", "en": "{a"},)}, "'}'"),
        ({"remedies": {"zh_CN": "可以申诉。", "en": "You may appeal."}}, "don't say by which day"),
        ({"can_be_appealed": False}, "name a day for that"),
    ],
)
def test_a_letter_that_can_t_be_written_is_refused_when_it_is_declared(changes, fault):
    with pytest.raises(LetterError, match=fault):
        letter(**changes)

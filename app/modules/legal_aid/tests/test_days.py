"""Days that can't be so together are refused at their field, before a time limit is counted from them."""

import pytest

from app.casework.forms import CaseForm, Day, FormError, Section, Text
from app.modules.legal_aid.tests.desk import days_ago
from tenants.ids import uuid7


@pytest.mark.parametrize(
    ("kind", "field", "changed"),
    [
        ("arbitration", "dispute_on", {"dispute_on": days_ago(901)}),
        ("mediation", "left_on", {"left_on": days_ago(901)}),
        ("litigation", "received_on", {"received_on": days_ago(901)}),
        ("arbitration", "started_on", {"started_on": "1989-12-31"}),
        ("arbitration", "dispute_on", {"dispute_on": "1900-01-01"}),
    ],
)
def test_days_that_contradict_each_other_are_refused_at_their_field(desk, kind, field, changed):
    case_id = uuid7()
    page = desk.submit(kind, case_id, **changed)
    assert page.status_code == 422
    assert f"error-{field}" in page.text
    assert "日期不能早于" in page.text
    assert changed[field] in page.text
    assert desk.find(case_id).submitted_at is None


def test_the_first_day_may_be_the_last_and_a_day_not_asked_for_contradicts_nothing(desk):
    assert desk.submitted("arbitration", started_on=days_ago(60))
    assert desk.submitted("arbitration", is_employed="yes", left_on=days_ago(901))


@pytest.mark.parametrize("named", ["gone", "words"])
def test_a_form_that_compares_a_day_with_none_is_refused(named):
    words = Text("words", "Words")
    with pytest.raises(FormError, match="is no day of the form"):
        CaseForm("1", (Section("Days", (words, Day("on", "On", not_before=named))),))

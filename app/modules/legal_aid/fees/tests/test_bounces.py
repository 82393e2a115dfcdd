"""Money that the bank sent back: noted by a second person, kept on record, and paid anew."""

import io
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.audit import AuditEntry
from app.core.clock import today_in_china
from app.core.sheets import SheetLimits, read_sheet
from app.modules.legal_aid.fees.models import FeeBounce
from app.modules.legal_aid.fees.statement import told_paid_this_year
from app.modules.legal_aid.fees.tests.office import PAGE
from app.modules.legal_aid.fees.tests.test_accounts import erased
from app.modules.legal_aid.fees.tests.test_claims import notes
from app.modules.legal_aid.fees.tests.test_payments import REFERENCE, paid
from tenants.context import Plane, scope
from tenants.database import db
from tests.fixtures.forms import csrf_token

REASON = "收款账号已注销，银行退回"


def came_back(office, claim_id, browser=None, **changed):
    fields = {"bounced_on": today_in_china().isoformat(), "bounce_reason": REASON, **changed}
    return office.act(browser or office.panel.desk.admin, claim_id, "bounce", **fields)


def bounces(office) -> list[FeeBounce]:
    with scope(Plane.WORKER, zone=office.panel.desk.zone):
        return list(db.session.scalars(select(FeeBounce).order_by(FeeBounce.id)))


@pytest.fixture
def claim_id(office):
    claim_id = office.approved()
    assert paid(office, claim_id).status_code == 302
    return claim_id


def test_what_came_back_is_noted_once_stays_on_record_and_is_paid_anew(office, claim_id):
    mark = office.find(claim_id).mark
    for _ in range(2):
        assert came_back(office, claim_id, _seen=mark).status_code == 302
    claim = office.find(claim_id)
    assert (claim.state, claim.paid_on, claim.reference, claim.paid_by) == ("approved", None, "", None)
    (bounce,) = bounces(office)
    assert (bounce.reference, bounce.paid_by) == (REFERENCE, office.people["cashier"].account_id)
    assert REASON.encode() not in bytes(bounce.reason_cipher or b"")
    for page in (
        office.lawyer.browser.get(f"{PAGE}/{claim_id}").text,
        office.cashier.get(f"/console/legal_aid/fees/{claim_id}").text,
        office.panel.desk.handler.get(f"/console/legal_aid/{claim.case_id}").text,
    ):
        assert REFERENCE in page
        assert REASON in page
    assert paid(office, claim_id, reference="20261126-0008").status_code == 302
    assert notes(office, claim.case_id) == ["claim_fee", "approve_fee", "pay_fee", "bounce_fee", "pay_fee"]
    with scope(Plane.STAFF, zone=office.panel.desk.zone, actor=office.actor("approver")):
        found = select(AuditEntry.detail).where(AuditEntry.action == "legal_aid.bounce_fee")
        (detail,) = db.session.scalars(found).all()
    assert REFERENCE in detail["before"]


def test_the_books_are_right_before_and_after(office, claim_id):
    page = "/console/legal_aid/fees/statement"
    assert sums(office) == ["1850", "1850", "1850", "0", "0"]
    assert came_back(office, claim_id).status_code == 302
    assert sums(office) == ["1850", "1850", "0", "1850", "1850"]
    assert "退票" in office.cashier.get(page).text
    with scope(Plane.STAFF, zone=office.panel.desk.zone, actor=office.actor("approver")):
        assert told_paid_this_year() == "¥0.00"
    assert erased(office, office.find(claim_id).case_id, is_asked=True) == 0, "it is owed again"
    assert paid(office, claim_id, reference="20261126-0008").status_code == 302
    assert sums(office) == ["1850", "1850", "1850", "0", "1850"]


def sums(office) -> list[str]:
    form = {"csrf_token": csrf_token(office.cashier), "month": f"{today_in_china():%Y-%m}"}
    with closing(office.cashier.post("/console/legal_aid/fees/statement/export", data=form)) as answer:
        sheet = read_sheet(io.BytesIO(answer.data), "statement.xlsx", SheetLimits())
    (lawyer, total) = [list(cells) for _line, cells in sheet.rows]
    assert lawyer[4:] == total[4:]
    return [str(each) for each in total[4:]]


def test_neither_who_noted_the_payment_nor_who_only_approves_notes_it(office, claim_id):
    assert "由登记拨付以外的人登记" in office.cashier.get(f"/console/legal_aid/fees/{claim_id}").text
    refused = came_back(office, claim_id, office.cashier)
    assert refused.status_code == 403
    assert "须由他人登记退票" in refused.text
    assert came_back(office, claim_id, office.approver).status_code == 404
    assert office.find(claim_id).state == "paid"


def test_whoever_is_kept_from_the_case_notes_nothing_that_came_back(office, claim_id):
    third = office.of("zone_admin")
    office.keep_from(claim_id, office.people["zone_admin"].account_id)
    assert came_back(office, claim_id, third).status_code == 403
    assert office.find(claim_id).state == "paid"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"bounce_reason": "退"}, "4 至 500"),
        ({"bounced_on": (today_in_china() + timedelta(days=1)).isoformat()}, "拨付之日至今天"),
        ({"bounced_on": (today_in_china() - timedelta(days=1)).isoformat()}, "拨付之日至今天"),
        ({"bounced_on": "昨天"}, "2026年3月5日"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(office, claim_id, changed, said):
    answer = came_back(office, claim_id, **changed)
    assert answer.status_code == 422
    assert said in answer.text
    assert changed.get("bounce_reason", REASON) in answer.text
    assert office.find(claim_id).state == "paid"


def test_two_who_note_it_at_once_do_not_both_win(office, claim_id):
    mark, third = office.find(claim_id).mark, office.of("zone_admin")
    assert came_back(office, claim_id, _seen=mark).status_code == 302
    assert came_back(office, claim_id, third, _seen=mark).status_code == 409
    assert paid(office, claim_id, reference="20261126-0008").status_code == 302
    stale = came_back(office, claim_id, third, _seen=mark)
    assert stale.status_code == 409, "of the payment that was made since, nothing came back"
    assert len(bounces(office)) == 1


def test_the_reference_of_what_came_back_stays_that_lawyer_s(office, claim_id):
    assert came_back(office, claim_id).status_code == 302
    other = office.panel.invited()
    third = office.approved(office.claimed(office.over(lawyer=other), lawyer=other))
    assert paid(office, third).status_code == 409


def test_the_accounts_keep_what_came_back_without_the_words(office, claim_id):
    assert came_back(office, claim_id).status_code == 302
    assert paid(office, claim_id, reference="20261126-0008").status_code == 302
    assert erased(office, office.find(claim_id).case_id, is_asked=True) == 1
    (bounce,) = bounces(office)
    assert (bounce.reference, bounce.reason_cipher) == (REFERENCE, None)

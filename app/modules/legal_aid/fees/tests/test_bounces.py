"""Money that the bank sent back: noted by a second person, kept on record, and paid anew."""

import io
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.casework.models import CaseEvent
from app.core.audit import AuditEntry
from app.core.clock import now, today_in_china
from app.core.sheets import SheetLimits, read_sheet
from app.modules.legal_aid.fees import bouncing, paying
from app.modules.legal_aid.fees.errors import ReferenceCameBack
from app.modules.legal_aid.fees.models import FeeBounce, FeeClaim
from app.modules.legal_aid.fees.statement import told_paid_this_year
from app.modules.legal_aid.fees.tests.office import PAGE
from app.modules.legal_aid.fees.tests.test_accounts import erased
from app.modules.legal_aid.fees.tests.test_claims import notes
from app.modules.legal_aid.fees.tests.test_payments import REFERENCE, corrected, paid
from tenants.context import Plane, Scope, scope
from tenants.database import db
from tests.fixtures.at_once import one_in_the_other
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


def test_whoever_noted_the_return_neither_notes_the_next_payment_nor_corrects_it(office, claim_id):
    admin, page = office.panel.desk.admin, f"/console/legal_aid/fees/{claim_id}"
    assert came_back(office, claim_id, admin).status_code == 302
    shown = admin.get(page).text
    assert "重新拨付及其更正须由他人登记" in shown
    assert f"{page}/payment" not in shown
    fields = {"paid_on": today_in_china().isoformat(), "reference": "20261126-0008"}
    refused = office.act(admin, claim_id, "payment", **fields)
    assert (refused.status_code, office.find(claim_id).state) == (403, "approved")
    assert office.act(office.cashier, claim_id, "payment", **fields).status_code == 302
    changed = fields | {"reference": "20261126-0009", "correction_reason": "流水号抄错"}
    assert office.act(admin, claim_id, "correction", **changed).status_code == 403
    assert office.find(claim_id).reference == "20261126-0008"


def test_the_transfer_that_came_back_pays_nothing_more(office, claim_id):
    assert came_back(office, claim_id).status_code == 302
    for unpaid in (claim_id, office.approved()):
        refused = paid(office, unpaid)
        assert refused.status_code == 409
        assert "已被银行退回" in refused.text
        assert REFERENCE in refused.text
        assert office.find(unpaid).state == "approved"


def test_a_form_of_the_payment_from_before_it_came_back_pays_nothing(office):
    claim_id = office.approved()
    mark = office.find(claim_id).mark
    assert paid(office, claim_id, _seen=mark).status_code == 302
    assert came_back(office, claim_id).status_code == 302
    assert paid(office, claim_id, reference="20261126-0008", _seen=mark).status_code == 409
    assert office.find(claim_id).state == "approved"


def test_what_is_just_noted_to_have_come_back_pays_no_other_fee_meanwhile(app, office, claim_id):
    second, zone, first_hand = office.approved(), office.panel.desk.zone, office.actor("cashier")
    office.of("cashier")
    second_hand = replace(first_hand, account_id=office.people["cashier"].account_id)

    def note_return() -> None:
        bouncing.note_bounce(second_hand, claim_id, today_in_china(), REASON, seen=None)

    def pay() -> None:
        paying.note_payment(first_hand, second, today_in_china(), REFERENCE, seen=None)

    refusals = one_in_the_other(
        app, (Scope(Plane.STAFF, zone, second_hand), note_return), (Scope(Plane.STAFF, zone, first_hand), pay)
    )
    assert [type(each) for each in refusals] == [type(None), ReferenceCameBack]


def test_a_fee_is_paid_anew_from_the_day_it_came_back(office):
    first, second = office.approved(), office.approved()
    with scope(Plane.WORKER, zone=office.panel.desk.zone):
        db.session.execute(update(FeeClaim).values(decided_at=now() - timedelta(days=10)))
        db.session.commit()
    day = {ago: (today_in_china() - timedelta(days=ago)).isoformat() for ago in (5, 4, 3)}
    for claim_id in (first, second):
        assert paid(office, claim_id, paid_on=day[5]).status_code == 302
    assert came_back(office, first, bounced_on=day[3]).status_code == 302
    early = paid(office, first, paid_on=day[4], reference="20261126-0008")
    assert early.status_code == 422
    assert "重新拨付不得早于退票之日" in early.text
    assert paid(office, first, paid_on=day[3], reference="20261126-0008").status_code == 302
    assert corrected(office, first, paid_on=day[4], reference="20261126-0008").status_code == 422
    other = corrected(office, second, paid_on=day[4], reference=REFERENCE)
    assert other.status_code == 302, "what the same transfer paid besides keeps it, until it is noted to have come back"


@pytest.mark.parametrize("wrong", ["reference", "paid_on", "paid_by"])
def test_the_table_itself_refuses_a_payment_by_the_same_hand_transfer_or_before_the_return(office, claim_id, wrong):
    assert came_back(office, claim_id).status_code == 302
    (bounce,) = bounces(office)
    right = {"reference": "20261126-0008", "paid_on": bounce.bounced_on, "paid_by": office.people["cashier"].account_id}
    changed = {"reference": REFERENCE, "paid_on": bounce.bounced_on - timedelta(days=1), "paid_by": bounce.noted_by}
    with scope(Plane.WORKER, zone=office.panel.desk.zone):
        payment = update(FeeClaim).where(FeeClaim.id == claim_id).values(state="paid", **right)
        with pytest.raises(IntegrityError, match="not paid anew"):
            db.session.execute(payment.values({wrong: changed[wrong]}))
        db.session.rollback()
        db.session.execute(payment)


def test_the_accounts_keep_what_came_back_without_the_words(office, claim_id):
    assert came_back(office, claim_id).status_code == 302
    assert paid(office, claim_id, reference="20261126-0008").status_code == 302
    assert erased(office, office.find(claim_id).case_id, is_asked=True) == 1
    (bounce,) = bounces(office)
    assert (bounce.reference, bounce.reason_cipher) == (REFERENCE, None)


def test_after_the_erasure_money_goes_on_and_no_words_come_back(office, claim_id):
    case_id = office.find(claim_id).case_id
    assert erased(office, case_id, is_asked=True) == 1
    assert came_back(office, claim_id).status_code == 302
    assert paid(office, claim_id, reference="20261126-0008").status_code == 302
    assert corrected(office, claim_id, reference="20261126-0009").status_code == 302
    with scope(Plane.WORKER, zone=office.panel.desk.zone):
        found = (
            select(CaseEvent.action, CaseEvent.note_cipher).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)
        )
        written = [(row[0], row[1]) for row in db.session.execute(found)]
    assert written == [("bounce_fee", None), ("pay_fee", None), ("correct_fee_payment", None)]
    assert [bounce.reason_cipher for bounce in bounces(office)] == [None]

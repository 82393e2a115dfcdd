"""An approved fee is paid once, by somebody who did not approve it; a slip is corrected with a reason."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from app.core.audit import AuditEntry
from app.core.clock import today_in_china
from app.modules.legal_aid.fees import paying
from app.modules.legal_aid.fees.errors import ClaimMovedOn, PaidOtherwise, PartInTheDecision, ReferenceOfAnother
from app.modules.legal_aid.fees.tests.office import PAGE
from app.modules.legal_aid.fees.tests.test_claims import notes
from tenants.context import Plane, scope
from tenants.database import db

REFERENCE = "20261126-0001"


def paid(office, claim_id, **changed):
    fields = {"paid_on": today_in_china().isoformat(), "reference": REFERENCE, **changed}
    return office.act(office.cashier, claim_id, "payment", **fields)


def corrected(office, claim_id, **changed):
    fields = {
        "paid_on": today_in_china().isoformat(),
        "reference": "20261126-0002",
        "correction_reason": "流水号抄错",
        **changed,
    }
    return office.act(office.cashier, claim_id, "correction", **fields)


def test_a_payment_is_noted_once_and_the_lawyer_reads_it(office):
    claim_id = office.approved()
    assert "拨付" in office.cashier.get("/console/legal_aid/fees").text
    for _ in range(2):
        assert paid(office, claim_id).status_code == 302
    claim = office.find(claim_id)
    assert (claim.state, claim.reference, claim.paid_by) == ("paid", REFERENCE, office.people["cashier"].account_id)
    assert notes(office, claim.case_id) == ["claim_fee", "approve_fee", "pay_fee"]
    assert REFERENCE in office.lawyer.browser.get(f"{PAGE}/{claim_id}").text
    other = paid(office, claim_id, reference="20261126-0009")
    assert other.status_code == 409
    assert "是否重复转账" in other.text
    assert office.find(claim_id).reference == REFERENCE


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reference": ""}, "流水号"),
        ({"paid_on": (today_in_china() + timedelta(days=1)).isoformat()}, "至今天之间的日期：拨付不得早于批准之日"),
        ({"paid_on": (today_in_china() - timedelta(days=1)).isoformat()}, "至今天之间的日期：拨付不得早于批准之日"),
        ({"paid_on": "昨天"}, "2026年3月5日"),
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(office, changed, said):
    claim_id = office.approved()
    answer = paid(office, claim_id, **changed)
    assert answer.status_code == 422
    assert said in answer.text
    assert changed.get("reference", REFERENCE) in answer.text
    assert office.find(claim_id).state == "approved"


def test_whoever_approved_it_or_claimed_it_does_not_pay_it(office):
    desk = office.panel.desk
    claim_id = office.claimed()
    assert office.act(desk.admin, claim_id, "approve").status_code == 302
    assert "须由他人登记拨付" in desk.admin.get(f"/console/legal_aid/fees/{claim_id}").text
    fields = {"paid_on": today_in_china().isoformat(), "reference": REFERENCE}
    assert office.act(desk.admin, claim_id, "payment", **fields).status_code == 403
    lawyer = replace(office.actor("cashier"), account_id=office.lawyer.account_id)
    with scope(Plane.STAFF, zone=desk.zone, actor=lawyer), pytest.raises(PartInTheDecision):
        paying.note_payment(lawyer, claim_id, today_in_china(), REFERENCE, seen=None)
    assert paid(office, claim_id).status_code == 302


def test_whoever_is_kept_from_the_case_notes_and_corrects_no_payment(office):
    claim_id, cashier = office.approved(), office.cashier
    office.keep_from(claim_id, office.people["cashier"].account_id)
    assert paid(office, claim_id).status_code == 403
    fields = {"paid_on": today_in_china().isoformat(), "reference": REFERENCE}
    assert office.act(office.panel.desk.admin, claim_id, "payment", **fields).status_code == 302
    assert corrected(office, claim_id).status_code == 403
    assert office.find(claim_id).reference == REFERENCE
    assert cashier.get(f"/console/legal_aid/fees/{claim_id}").status_code == 403


def test_the_member_of_the_case_pays_no_fee_in_it(office):
    desk = office.panel.desk
    desk.person = desk.world.member(desk.zone, "周出纳")
    desk.world.grant(desk.person, desk.zone, "cashier")
    desk.member = desk.world.client(desk.zone, desk.person)
    claim_id = office.approved()
    fields = {"paid_on": today_in_china().isoformat(), "reference": REFERENCE}
    assert office.act(desk.member, claim_id, "payment", **fields).status_code == 403
    assert office.find(claim_id).state == "approved"


def test_a_slip_is_corrected_with_a_reason_and_what_stood_there_stays_on_record(office):
    claim_id = office.approved()
    assert paid(office, claim_id).status_code == 302
    assert corrected(office, claim_id, correction_reason="").status_code == 422
    stale = corrected(office, claim_id, _seen="0")
    assert stale.status_code == 409
    for _ in range(2):
        assert corrected(office, claim_id).status_code == 302
    claim = office.find(claim_id)
    assert (claim.state, claim.reference) == ("paid", "20261126-0002")
    page = office.panel.desk.handler.get(f"/console/legal_aid/{claim.case_id}").text
    assert REFERENCE in page
    assert "流水号抄错" in page
    with scope(Plane.STAFF, zone=office.panel.desk.zone, actor=office.actor("approver")):
        found = select(AuditEntry.detail).where(AuditEntry.action == "legal_aid.correct_fee_payment")
        (detail,) = db.session.scalars(found).all()
    assert REFERENCE in detail["before"]


def test_one_transfer_pays_several_fees_of_a_lawyer_and_nobody_else_s(office):
    first, second = office.approved(), office.approved()
    assert paid(office, first).status_code == 302
    assert paid(office, second).status_code == 302
    other = office.panel.invited()
    third = office.approved(office.claimed(office.over(lawyer=other), lawyer=other))
    answer = paid(office, third)
    assert answer.status_code == 409
    assert "另一位律师" in answer.text
    assert paid(office, third, reference="20261126-0003").status_code == 302


def test_two_cashiers_do_not_both_pay(app, office):
    claim_id, zone, barrier, outcomes = office.approved(), office.panel.desk.zone, Barrier(2), []
    actors = [office.actor("cashier"), replace(office.actor("cashier"), account_id=office.of("cashier") and office.people["cashier"].account_id)]  # fmt: skip

    def pay(number: int) -> None:
        with app.app_context(), scope(Plane.STAFF, zone=zone, actor=actors[number]):
            barrier.wait()
            try:
                paying.note_payment(actors[number], claim_id, today_in_china(), f"流水000{number}", seen=None)
                db.session.commit()
                outcomes.append("paid")
            except (PaidOtherwise, ClaimMovedOn, ReferenceOfAnother):
                outcomes.append("refused")

    threads = [Thread(target=pay, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["paid", "refused"]

"""A return that was noted by mistake: the transfer had arrived, so the claim is paid by it after all, and by no other hand than a third."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.core.audit import AuditEntry
from app.core.clock import now, today_in_china
from app.modules.legal_aid.fees.models import FeeBounce, FeeClaim
from app.modules.legal_aid.fees.tests.office import PAGE
from app.modules.legal_aid.fees.tests.test_bounces import bounces, came_back, sums
from app.modules.legal_aid.fees.tests.test_payments import REFERENCE, corrected, paid
from tenants.context import Plane, scope
from tenants.database import db

DESK = "/console/legal_aid/fees"


def arrived(office, claim_id, browser=None, **changed):
    return office.act(browser or office.cashier, claim_id, "bounce/undo", **changed)


@pytest.fixture
def claim_id(office):
    """Paid, and noted by the zone's administrator to have come back."""
    claim_id = office.approved()
    assert paid(office, claim_id).status_code == 302
    assert came_back(office, claim_id).status_code == 302
    return claim_id


def test_the_same_transfer_paid_after_all_once_and_stays_on_record(office, claim_id):
    assert f"{DESK}/{claim_id}/bounce/undo" in office.cashier.get(f"{DESK}/{claim_id}").text
    mark = office.find(claim_id).mark
    for _ in range(2):
        assert arrived(office, claim_id, _seen=mark).status_code == 302
    claim = office.find(claim_id)
    paid_by = office.people["cashier"].account_id
    assert (claim.state, claim.reference, claim.paid_on, claim.paid_by) == (
        "paid", REFERENCE, today_in_china(), paid_by,
    )  # fmt: skip
    assert office.panel.desk.handler.get(f"/console/legal_aid/{claim.case_id}").text.count("（退票系误登）") == 1
    (bounce,) = bounces(office)
    assert bounce.undone_by == paid_by
    assert sums(office) == ["1850", "1850", "1850", "0", "0"], "nothing came back"
    for page in (office.lawyer.browser.get(f"{PAGE}/{claim_id}"), office.cashier.get(f"{DESK}/{claim_id}")):
        assert "误登退票，确已到账" in page.text
    with scope(Plane.STAFF, zone=office.panel.desk.zone, actor=office.actor("approver")):
        found = select(AuditEntry.detail).where(AuditEntry.action == "legal_aid.undo_fee_bounce")
        (detail,) = db.session.scalars(found).all()
    assert detail["reference"] == REFERENCE


def test_whoever_noted_the_return_approved_or_is_kept_from_the_case_does_not_undo_it(office, claim_id):
    admin = office.panel.desk.admin
    assert f"{DESK}/{claim_id}/bounce/undo" not in admin.get(f"{DESK}/{claim_id}").text
    assert arrived(office, claim_id, admin).status_code == 403
    assert arrived(office, claim_id, office.approver).status_code == 404
    office.keep_from(claim_id, office.people["cashier"].account_id)
    assert arrived(office, claim_id).status_code == 403
    assert office.find(claim_id).state == "approved"


def test_whoever_approved_the_claim_does_not_undo_its_return(office):
    third = office.of("zone_admin")
    claim_id = office.claimed()
    assert office.act(third, claim_id, "approve").status_code == 302
    assert paid(office, claim_id).status_code == 302
    assert came_back(office, claim_id).status_code == 302
    assert arrived(office, claim_id, third).status_code == 403
    assert office.find(claim_id).state == "approved"


def test_a_stale_page_undoes_nothing_and_nothing_is_undone_twice_by_two(office, claim_id):
    mark, third = office.find(claim_id).mark, office.of("zone_admin")
    assert arrived(office, claim_id, third, _seen="0").status_code == 409
    assert paid(office, claim_id, reference="20261126-0008").status_code == 302
    assert arrived(office, claim_id, third, _seen=mark).status_code == 409, "it was paid anew meanwhile"
    assert office.find(claim_id).reference == "20261126-0008"


def test_any_other_claim_is_still_not_paid_by_it(office, claim_id):
    other = office.approved()
    assert paid(office, other).status_code == 409
    assert arrived(office, claim_id).status_code == 302
    assert paid(office, other).status_code == 409
    assert arrived(office, other).status_code == 409, "nothing of it came back"
    assert office.find(other).state == "approved"


def test_it_is_corrected_and_comes_back_as_any_payment(office, claim_id):
    assert arrived(office, claim_id).status_code == 302
    for reference in ("20261126-0009", REFERENCE):
        assert corrected(office, claim_id, reference=reference).status_code == 302
    assert came_back(office, claim_id, bounced_on=today_in_china().isoformat()).status_code == 302
    assert [bounce.undone_at is not None for bounce in bounces(office)] == [True, False]
    assert paid(office, claim_id).status_code == 409
    assert sums(office) == ["1850", "1850", "0", "1850", "1850"]


def test_whoever_noted_the_return_before_does_not_undo_the_last_one(office):
    claim_id, third = office.approved(), office.of("zone_admin")
    assert paid(office, claim_id).status_code == 302
    assert came_back(office, claim_id).status_code == 302
    assert paid(office, claim_id, reference="20261126-0008").status_code == 302
    assert came_back(office, claim_id, third).status_code == 302
    assert arrived(office, claim_id, office.panel.desk.admin).status_code == 403
    assert arrived(office, claim_id).status_code == 302
    assert office.find(claim_id).reference == "20261126-0008"


def test_the_table_itself_has_it_undone_by_another_hand_once_and_for_its_claim_alone(office, claim_id):
    (bounce,) = bounces(office)
    zone, hand = office.panel.desk.zone, office.people["cashier"].account_id
    undone = update(FeeBounce).where(FeeBounce.id == bounce.id).values(undone_at=now(), undone_by=hand)
    payment = {"state": "paid", "reference": REFERENCE, "paid_on": today_in_china(), "paid_by": hand}
    other = office.approved()
    with scope(Plane.STAFF, zone=zone, actor=office.actor("cashier")):
        with pytest.raises(IntegrityError, match="legal_aid_fee_bounces_undone"):
            db.session.execute(undone.values(undone_by=bounce.noted_by))
        db.session.rollback()
        with pytest.raises(ProgrammingError, match="permission denied"):
            db.session.execute(undone.values(reference="20261126-0008"))
        db.session.rollback()
        assert db.session.execute(undone).rowcount == 1  # type: ignore[attr-defined]
        assert db.session.execute(undone).rowcount == 0  # type: ignore[attr-defined]
        db.session.execute(update(FeeClaim).where(FeeClaim.id == claim_id).values(**payment))
        with pytest.raises(IntegrityError, match="not paid anew"):
            db.session.execute(update(FeeClaim).where(FeeClaim.id == other).values(**payment))

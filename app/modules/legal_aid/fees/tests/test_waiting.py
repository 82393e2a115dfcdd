"""Lists and numbers lead nobody to a claim that is somebody else's to decide on or to pay."""

from sqlalchemy import update

from app.casework.models import Case
from app.core.clock import today_in_china
from app.modules.legal_aid.fees.tests.test_bounces import came_back
from app.modules.legal_aid.fees.tests.test_payments import paid
from app.modules.legal_aid.fees.waiting import count_waiting_for
from app.modules.legal_aid.lawyers.models import Assignment
from app.modules.legal_aid.rights import APPROVE_FEES, PAY_FEES
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7


def waiting(office, account_id=None, member_id=None) -> int:
    """What waits for somebody with both rights."""
    rights, ties = frozenset({APPROVE_FEES, PAY_FEES}), frozenset({office.panel.desk.zone.union_path})
    actor = Actor(account_id or uuid7(), member_id, "", rights, ties=ties)
    with scope(Plane.STAFF, zone=office.panel.desk.zone, actor=actor):
        return count_waiting_for(actor)


def test_a_claim_waits_for_who_may_decide_on_it(office):
    claim_id, (handler, offerer, kept) = office.claimed(), (uuid7(), uuid7(), uuid7())
    person, claim = office.panel.desk.person, office.find(claim_id)
    with scope(Plane.WORKER, zone=office.panel.desk.zone):
        db.session.execute(update(Case).where(Case.id == claim.case_id).values(handler_id=handler))
        db.session.execute(update(Assignment).values(offered_by=offerer))
        db.session.commit()
    office.keep_from(claim_id, kept)
    assert waiting(office) == 1
    for account_id in (handler, offerer, kept, office.lawyer.account_id, person.account_id):
        assert waiting(office, account_id) == 0
    assert waiting(office, member_id=person.member_id) == 0


def test_a_fee_waits_for_who_may_pay_it(office):
    claim_id = office.approved()
    assert waiting(office) == 1
    assert waiting(office, office.people["approver"].account_id) == 0
    assert paid(office, claim_id).status_code == 302
    assert waiting(office) == 0
    third = office.of("zone_admin")
    assert came_back(office, claim_id, third, bounced_on=today_in_china().isoformat()).status_code == 302
    assert waiting(office, office.people["cashier"].account_id) == 1
    assert waiting(office, office.people["zone_admin"].account_id) == 0


def test_the_list_of_what_waits_leads_nobody_to_a_case_they_are_kept_from(office):
    claim_id, approver = office.claimed(), office.approver
    assert f"/fees/{claim_id}" in approver.get("/console/legal_aid/fees").text
    office.keep_from(claim_id, office.people["approver"].account_id)
    page = approver.get("/console/legal_aid/fees").text
    assert f"/fees/{claim_id}" not in page
    assert office.panel.desk.find(office.find(claim_id).case_id).number in page

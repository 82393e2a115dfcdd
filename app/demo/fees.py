"""What the demo's lawyer claims for a case that is over: one fee approved and to be paid, one that waits for approval."""

from uuid import UUID

from app.demo.desk import Desk
from app.modules.legal_aid.fees.claiming import ClaimFacts, begin_claim, claim_fee, save_claim
from app.modules.legal_aid.fees.deciding import decide
from app.modules.legal_aid.fees.queries import list_done, list_of_case
from app.modules.legal_aid.fees.standards import Work
from app.modules.legal_aid.fees.states import APPROVE, ClaimState
from app.modules.legal_aid.lawyers.assigning import end_with_case
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db

FACTS = {
    Work.CONSULTATION: ClaimFacts(150, 0, "三次面谈和电话解答，共两个半小时。"),
    Work.FIRST_INSTANCE: ClaimFacts(540, 0, "起草答辩状、整理证据目录，参加一次开庭，庭后提交代理词。"),
}


def claim_fees(zone: ZoneFacts, desk: Desk, case_id: UUID) -> None:
    """Claim both, and have the first approved; done once."""
    with scope(Plane.WORKER, zone=zone):
        end_with_case(case_id)
        db.session.commit()
    with scope(Plane.STAFF, zone=zone, actor=desk.lawyer):
        for done in list_done(desk.lawyer):
            if done.case.id == case_id and (facts := FACTS.get(done.work)):
                claim = begin_claim(desk.lawyer, done.assignment.id, done.work)
                save_claim(desk.lawyer, claim.id, facts, (), seen=None)
                claim_fee(desk.lawyer, claim.id)
        db.session.commit()
    with scope(Plane.STAFF, zone=zone, actor=desk.decider):
        for claim in list_of_case(case_id):
            if claim.work == Work.CONSULTATION and claim.state == ClaimState.CLAIMED:
                decide(desk.decider, claim.id, APPROVE, seen=None)
        db.session.commit()

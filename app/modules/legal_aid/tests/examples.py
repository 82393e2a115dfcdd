"""One of everything a page of the module can show."""

import io
from uuid import UUID

from sqlalchemy import select

from app.casework.contacts.tests.examples import visited
from app.casework.issuing.models import CaseLetter
from app.casework.models import Case, CaseDocument
from app.casework.recusals.tests.examples import objected
from app.casework.stories.tests.telling import tell
from app.casework.tests.bad_papers import pdf
from app.casework.tests.writing import write
from app.core.jobs.inline import run_due_events
from app.modules.legal_aid.fees.models import FeeReceipt
from app.modules.legal_aid.fees.noting import note_standard
from app.modules.legal_aid.fees.standards import released
from app.modules.legal_aid.fees.tests.office import Office
from app.modules.legal_aid.hearings.tests.test_hearings import was_set
from app.modules.legal_aid.lawyers.models import Lawyer
from app.modules.legal_aid.lawyers.tests.panel import Panel
from app.modules.legal_aid.rights import MANAGE
from app.modules.legal_aid.tests.desk import Desk
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tests.fixtures.forms import csrf_token
from tests.fixtures.world import Person, World


def make_examples(world: World, zone: ZoneFacts, person: Person) -> dict[str, UUID]:
    """Ids by table; the person is the member who looks."""
    handler = world.client(zone, world.staff(zone, "caseworker"))
    desk = Desk(world, zone, person, world.client(zone, person), handler, handler, handler)
    desk.submitted("consultation")
    case_id = desk.submitted("litigation", paper_decision=(io.BytesIO(pdf()), "裁决书.pdf"))
    with scope(Plane.WORKER, zone=zone):
        document_id = db.session.execute(select(CaseDocument.id).where(CaseDocument.case_id == case_id)).scalar_one()
    # it waits for a decision, so that whoever may decide reads it
    desk.step(handler, case_id, "take")
    photo_id = visited(zone, handler, f"/console/legal_aid/{case_id}", case_id)
    assert desk.step(handler, case_id, "recommend", recommendation="grant", note="属实").status_code == 302
    recusal_id = objected(zone, desk.member, f"/legal_aid/{case_id}", case_id)
    return {"cases": case_id, "case_documents": document_id, "case_photos": photo_id, "case_recusals": recusal_id,
            **write("legal_aid", case_id, desk.member, handler), **_granted(desk, world), **_claimed(desk), **_told(desk)}  # fmt: skip


def list_readers(zone: ZoneFacts) -> list[Person]:
    """Whoever handles the cases that were made, and their lawyers."""
    with scope(Plane.WORKER, zone=zone):
        handlers = db.session.scalars(select(Case.handler_id).where(Case.handler_id.is_not(None)).distinct()).all()
        lawyers = db.session.scalars(select(Lawyer.account_id).where(Lawyer.account_id.is_not(None))).all()
        return [Person(None, account_id, "", "") for account_id in (*handlers, *lawyers) if account_id]


def _granted(desk: Desk, world: World) -> dict[str, UUID]:
    """A case that the union aids in, with the letter about it and its lawyer, and another one that is offered to one."""
    desk.admin = world.client(desk.zone, world.staff(desk.zone, "zone_admin"))
    panel, case_id = Panel(desk), desk.under_way("litigation")
    lawyer = panel.invited()
    panel.accepted(case_id, lawyer)
    hearing_id = was_set(panel, case_id)
    offer_id = panel.offered(desk.under_way("arbitration"), lawyer)
    run_due_events()
    with scope(Plane.WORKER, zone=desk.zone):
        letter_id = db.session.scalars(select(CaseLetter.id).where(CaseLetter.case_id == case_id)).first()
        paper_id = db.session.scalars(select(CaseDocument.id).where(CaseDocument.case_id == case_id)).first()
    assert letter_id is not None
    assert paper_id is not None
    return {"cases_under_way": case_id, "case_letters": letter_id, "case_documents_under_way": paper_id,
            "legal_aid_lawyers": lawyer.lawyer_id, "legal_aid_assignments": offer_id, "legal_aid_hearings": hearing_id}  # fmt: skip


def _claimed(desk: Desk) -> dict[str, UUID]:
    """A lawyer's fee with a receipt, and a standard that the zone has noted."""
    claim_id = Office(Panel(desk)).claimed(receipts=1, travel="30")
    actor = Actor(permissions=frozenset({MANAGE}), ties=frozenset({desk.zone.union_path}))
    with scope(Plane.STAFF, zone=desk.zone, actor=actor):
        standard_id = note_standard(actor, released()[0]).id
        receipt_id = db.session.scalars(select(FeeReceipt.id).where(FeeReceipt.claim_id == claim_id)).one()
        db.session.commit()
    return {
        "legal_aid_fee_claims": claim_id,
        "legal_aid_fee_receipts": receipt_id,
        "legal_aid_fee_standards": standard_id,
    }


def _told(desk: Desk) -> dict[str, UUID]:
    """The story of another case of the member's, published by who granted the aid and opened it once more."""
    case_id = desk.under_way("mediation")
    page = f"/console/legal_aid/{case_id}"
    assert desk.step(desk.handler, case_id, "agree", outcome="双方达成一致", amount_recovered="8600").status_code == 302
    opened = {"csrf_token": csrf_token(desk.admin), "opening_reason": "发布案例故事之前核对全部文字"}
    assert desk.admin.post(f"{page}/openings", data=opened).status_code == 302
    return {"case_story": tell(desk.zone, desk.handler, desk.admin, desk.member, page, case_id)}

"""One of everything a page of the module can show."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.casework.contacts.tests.examples import visited
from app.casework.issuing.models import CaseLetter
from app.casework.models import Case, CaseDocument
from app.casework.originals.models import CaseOriginal
from app.casework.payments.tests.till import clear, make_till
from app.casework.public_notice.models import NoticeLine
from app.casework.recusals.tests.examples import objected
from app.casework.retention.accounts import leave_to_accounts
from app.casework.stories.tests.telling import tell
from app.casework.tests.writing import write
from app.core.clock import today_in_china
from app.core.jobs.inline import run_due_events
from app.modules.help.mutual_aid.models import Cover, Plan
from app.modules.help.mutual_aid.models import EnrolmentWindow as Window
from app.modules.help.mutual_aid.tests.counter import fresh_number, make_counter
from app.modules.help.tests.desk import Desk
from tenants.context import SYSTEM, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import csrf_token, hidden_fields, send
from tests.fixtures.world import Person, World


def make_examples(world: World, zone: ZoneFacts, person: Person) -> dict[str, UUID]:
    """Ids by table; the person is the member who looks."""
    handler = world.client(zone, world.staff(zone, "caseworker"))
    desk = Desk(world, zone, person, world.client(zone, person), handler, handler, handler)
    case_id = uuid7()
    sent = desk.send(desk.form(case_id=case_id))
    assert sent.status_code == 302, sent.text
    with scope(Plane.WORKER, zone=zone):
        papers = dict(
            db.session.execute(select(CaseDocument.paper, CaseDocument.id).where(CaseDocument.case_id == case_id)).all()
        )
    # it waits for a decision, so that whoever may decide reads it
    desk.step(handler, case_id, "take")
    photo_id = visited(zone, handler, f"/console/help/{case_id}", case_id)
    advised = desk.step(handler, case_id, "recommend", recommendation="grant", amount_recommended="500", note="属实")
    assert advised.status_code == 302, advised.text
    recusal_id = objected(zone, desk.member, f"/help/{case_id}", case_id)
    return {"cases": case_id, "case_documents": papers["household"], "case_documents_with_pages": papers["income"],
            "case_photos": photo_id, "case_recusals": recusal_id, **write("help", case_id, desk.member, handler),
            **_decided(desk), **_granted(desk),
            **_left_to_accounts(desk), **_on_notice(desk), **_covered(world, zone, person)}  # fmt: skip


def entitle(zone: ZoneFacts, person: Person) -> dict[str, Any]:
    """A cover of the person's, and the answers of a claim on it."""
    today, plan_id = today_in_china(), uuid7()
    year = {
        "covered_from": today - timedelta(days=200),
        "claims_from": today - timedelta(days=200),
        "covered_until": today + timedelta(days=160),
    }
    with scope(Plane.WORKER, zone=zone):
        db.session.add(Plan(id=plan_id, name="职工医疗互助", version=str(plan_id), source="海工〔2026〕12号", covers_from=year["covered_from"],
                            covers_until=year["covered_until"], contribution_cents=8_000, waiting_days=0, deductible_cents=0,
                            tier_over_cents=[0], tier_percents=[50], claim_cap_cents=2_000_000, period_cap_cents=3_000_000,
                            counted_kinds=["inpatient"]))  # fmt: skip
        db.session.flush()
        db.session.add(
            Cover(id=uuid7(), plan_id=plan_id, member_id=person.member_id, union_path=zone.union_path, **year)
        )
        db.session.commit()
    invoice = {"number": fresh_number(), "code": "44060124", "kind": "inpatient", "issued_on": today, "total": 900_000,
               "insurance": 400_000, "self_paid": 150_000}  # fmt: skip
    return {"patient": person.name, "stay_from": today, "stay_until": today, "invoices": [invoice]}


def list_readers(zone: ZoneFacts) -> list[Person]:
    """Whoever handles the claim: nobody else saves a paper as it was sent."""
    with scope(Plane.WORKER, zone=zone):
        handled = select(Case.handler_id).where(Case.kind == "help.mutual_aid", Case.handler_id.is_not(None))
        return [Person(None, account_id, "", "") for account_id in db.session.scalars(handled) if account_id]


def _covered(world: World, zone: ZoneFacts, person: Person) -> dict[str, UUID]:
    """A mutual-aid plan that covers the member, the window they were enrolled in, and a claim with a paper kept as it was sent."""
    counter = make_counter(world, zone, person)
    case_id = counter.taken()
    with scope(Plane.WORKER, zone=zone):
        original = db.session.scalars(select(CaseOriginal.document_id).where(CaseOriginal.case_id == case_id)).first()
        window_id = db.session.scalars(select(Window.id).where(Window.plan_id == counter.plan_id)).one()
    assert original is not None
    return {"help_plans": counter.plan_id, "help_enrolment_windows": window_id, "cases_with_original": case_id,
            "case_documents_with_original": original}  # fmt: skip


def _decided(desk: Desk) -> dict[str, UUID]:
    """A case of the member's that was decided, and the letter about it; appealed, it waits for whoever may decide again."""
    world, zone = desk.world, desk.zone
    decider = world.client(zone, world.staff(zone, "zone_admin"))
    case_id = desk.recommended()
    assert desk.step(decider, case_id, "refuse", reason="同一事由今年已获救助").status_code == 302
    run_due_events()
    _appeal(desk, case_id)
    with scope(Plane.WORKER, zone=zone):
        letter_id = db.session.scalars(select(CaseLetter.id).where(CaseLetter.case_id == case_id)).first()
    assert letter_id is not None
    return {"cases_with_letter": case_id, "case_letters": letter_id}


def _granted(desk: Desk) -> dict[str, UUID]:
    """The payment of what another case of the member's was granted, the batch it is in, and the story told of it."""
    decider = desk.world.client(desk.zone, desk.world.staff(desk.zone, "zone_admin"))
    till, case_id = make_till(desk), desk.recommended()
    assert desk.step(decider, case_id, "approve", amount_granted="500").status_code == 302
    clear(desk.zone, case_id)
    assert till.tell(case_id, account_holder=desk.person.name).status_code == 302
    story_id = tell(desk.zone, desk.handler, decider, desk.member, f"/console/help/{case_id}", case_id)
    return {"case_payment_orders": till.order(case_id).id, "case_payment_batches": till.released(case_id),
            "case_story": story_id}  # fmt: skip


def _left_to_accounts(desk: Desk) -> dict[str, UUID]:
    """The payment and the decision of a case that its member had erased."""
    decider, case_id = desk.world.client(desk.zone, desk.world.staff(desk.zone, "zone_admin")), desk.recommended()
    assert desk.step(decider, case_id, "approve", amount_granted="500").status_code == 302
    run_due_events()
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        leave_to_accounts(db.session.get_one(Case, (desk.zone.id, case_id)))
        db.session.commit()
        letter_id = db.session.scalars(select(CaseLetter.id).where(CaseLetter.case_id == case_id)).first()
    assert letter_id is not None
    return {
        "cases_for_accounts": case_id,
        "case_payment_orders_for_accounts": make_till(desk).order(case_id).id,
        "case_letters_for_accounts": letter_id,
    }


def _appeal(desk: Desk, case_id: UUID) -> None:
    own = f"/help/{case_id}"
    appeal = {"csrf_token": csrf_token(desk.member), "reason": "这是另一事由，请再核实"}
    assert desk.member.post(f"{own}/appeal", data=appeal).status_code == 302


def _on_notice(desk: Desk) -> dict[str, UUID]:
    """A notice, and an objection to a grant on it; the grant was appealed since, so that whoever may decide reads both."""
    world, zone, list_page = desk.world, desk.zone, "/console/help/notices"
    decider, case_id = world.client(zone, world.staff(zone, "zone_admin")), desk.recommended()
    assert desk.step(decider, case_id, "approve", amount_granted="500").status_code == 302
    page = send(desk.handler, list_page, id=[str(case_id)]).location
    publisher = world.client(zone, world.staff(zone, "zone_admin"))
    assert publisher.post(f"{page}/publish", data=hidden_fields(publisher, page)).status_code == 302
    with scope(Plane.WORKER, zone=zone):
        line_id = db.session.scalars(select(NoticeLine.id)).one()
    neighbour, objection_id = world.client(zone, world.member(zone)), uuid7()
    form = page.replace("/console", "") + "/objection"
    made = send(
        neighbour, form, _once=str(objection_id), line=str(line_id), objection="他家的收入比申请的高，请再核实。"
    )
    assert made.status_code == 302, made.text
    _appeal(desk, case_id)
    return {"case_public_notices": UUID(page.rpartition("/")[2]), "case_objections": objection_id}

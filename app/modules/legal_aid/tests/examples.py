"""One of everything a page of the module can show."""

from uuid import UUID

from sqlalchemy import select

from app.casework.models import CaseDocument
from app.modules.legal_aid.tests.desk import Desk
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tests.fixtures.world import Person, World


def make_examples(world: World, zone: ZoneFacts, person: Person) -> dict[str, UUID]:
    """Ids by table; the person is the member who looks."""
    handler = world.client(zone, world.staff(zone, "caseworker"))
    desk = Desk(world, zone, person, world.client(zone, person), handler, handler, handler)
    desk.submitted("consultation")
    case_id = desk.submitted("litigation")
    with scope(Plane.WORKER, zone=zone):
        document_id = (
            db.session.execute(select(CaseDocument.id).where(CaseDocument.case_id == case_id)).scalars().first()
        )
    assert document_id is not None
    return {"cases": case_id, "case_documents": document_id}

"""A county's desk with a member at an enterprise below it, the city's zone above, and a zone beside."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import select

from app.casework.handover.desks import publish_desk
from app.casework.handover.models import CaseHandover, CaseOffer
from app.casework.models import Case
from app.core.jobs.inline import run_due_events
from app.modules.help.tests.conftest import _own_form_token
from app.modules.legal_aid.tests.desk import Desk
from tenants.context import SYSTEM, Plane, ZoneFacts, scope
from tenants.database import db
from tests.fixtures.forms import csrf_token
from tests.fixtures.world import Browser, World

__all__ = ["_own_form_token"]
WHY = "用人单位在市属园区，由市总办理更便利"


@dataclass
class Scene:
    """The county's desk, the zones cases go to, and how people use their pages."""

    desk: Desk
    city: ZoneFacts
    beside: ZoneFacts
    employers: ZoneFacts
    clerks: dict[UUID, Browser]

    def taken(self, kind: str = "arbitration") -> UUID:
        case_id = self.desk.submitted(kind)
        assert self.desk.step(self.desk.handler, case_id, "take").status_code == 302
        return case_id

    def propose(self, case_id: UUID, to: ZoneFacts | None = None, client: Browser | None = None, **typed: str):
        client, page = client or self.desk.handler, f"/console/legal_aid/{case_id}"
        form = {"csrf_token": csrf_token(client), "_seen": self.desk.find(case_id).mark, "target": str((to or self.city).id),
                "handover_reason": WHY}  # fmt: skip
        return client.post(f"{page}/hand-over", data=form | typed)

    def answer(self, case_id: UUID, what: str = "agree", client: Browser | None = None):
        own = f"/legal_aid/{case_id}"
        csrf = csrf_token(self.desk.member)
        return (client or self.desk.member).post(f"{own}/hand-over/{what}", data={"csrf_token": csrf})

    def offered(self, to: ZoneFacts | None = None, kind: str = "arbitration") -> UUID:
        """A case that the member agreed to hand over, before the desk of the other zone."""
        case_id = self.taken(kind)
        assert self.propose(case_id, to).status_code == 302
        assert self.answer(case_id).status_code == 302
        run_due_events()
        return case_id

    def settle(self, case_id: UUID, what: str = "accept", to: ZoneFacts | None = None, **typed: str):
        """The desk of the other zone accepts or declines."""
        client, page = self.clerks[(to or self.city).id], "/console/legal_aid/offers"
        form = {"csrf_token": csrf_token(client), "offer": str(self.handover(case_id).id)}
        return client.post(f"{page}/{what}", data=form | typed)

    def handed_over(self, to: ZoneFacts | None = None, kind: str = "arbitration") -> tuple[UUID, UUID]:
        """A case that went on in the other zone: its ids here and there."""
        case_id = self.offered(to, kind)
        assert self.settle(case_id, to=to).status_code == 302
        run_due_events()
        return case_id, self.handover(case_id).id

    def handover(self, case_id: UUID, zone: ZoneFacts | None = None) -> CaseHandover:
        with scope(Plane.WORKER, zone=zone or self.desk.zone):
            found = select(CaseHandover).where(CaseHandover.case_id == case_id).order_by(CaseHandover.id.desc())
            return db.session.scalars(found).first()  # type: ignore[return-value]

    def offers(self, zone: ZoneFacts | None = None) -> list[CaseOffer]:
        with scope(Plane.WORKER, zone=zone or self.city):
            return list(db.session.scalars(select(CaseOffer).where(CaseOffer.member_id == self.desk.person.member_id)))

    def case(self, case_id: UUID, zone: ZoneFacts) -> Case | None:
        with scope(Plane.WORKER, zone=zone):
            return db.session.get(Case, (zone.id, case_id))

    def open_in(self, *zones: ZoneFacts) -> list[UUID]:
        """The zones in which the member has an open case that somebody can work on."""
        found, own = [], select(Case.id).where(Case.member_id == self.desk.person.member_id, Case.phase == "open")
        for zone in zones:
            with scope(Plane.WORKER, zone=zone):
                found += [zone.id for _one in db.session.scalars(own)]
        return found


@pytest.fixture
def scene(world: World) -> Scene:
    county = world.union()
    zone = world.zone(union=county)
    city = world.city_zone()
    beside = world.zone()
    employer = world.union("海城某某制衣厂工会", "enterprise", county)
    employers = world.zone(union=employer)
    person = world.member(employer, "周小禾")
    staff = [world.staff(zone, role) for role in ("caseworker", "caseworker", "zone_admin")]
    desk = Desk(world, zone, person, world.client(zone, person), *(world.client(zone, one) for one in staff))
    for each in (zone, city, beside, employers):
        publish(each)
    clerks = {each.id: world.client(each, world.staff(each, "caseworker")) for each in (city, beside)}
    return Scene(desk, city, beside, employers, clerks | {zone.id: desk.handler})


def publish(zone: ZoneFacts) -> None:
    with scope(Plane.WORKER, zone=zone, actor=SYSTEM):
        publish_desk()
        db.session.commit()


def member_at(scene: Scene, zone: ZoneFacts) -> Browser:
    return scene.desk.world.client(zone, scene.desk.person)

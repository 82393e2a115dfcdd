"""Members who claim, and staff who handle claims, each by the pages."""

import io
import itertools
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import update
from werkzeug.test import TestResponse

from app.modules.help.mutual_aid.models import Cover
from app.modules.help.mutual_aid.tests.office import Office, day, make_office
from app.modules.help.tests.desk import PDF, Desk, picture
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import csrf_token
from tests.fixtures.world import Browser, Person, World

_numbers = itertools.count(1)
KIND = "mutual_aid"
APPLY = f"/help/apply/{KIND}"


def fresh_number() -> str:
    """A number no invoice has yet: the register is one for all zones, and for all tests."""
    return f"{next(_numbers):010d}"


def invoice(number: str = "", *, self_paid: str = "1500", **told: str) -> dict[str, str]:
    """An invoice as it is typed."""
    return {"number": number or fresh_number(), "code": "44060124", "kind": "inpatient", "issued_on": str(day(-2)), "total": "9000",
            "insurance": "4000", "self_paid": self_paid, **told}  # fmt: skip


@dataclass
class Counter:
    """A zone with a plan, a member it covers, and staff."""

    office: Office
    desk: Desk
    plan_id: UUID

    @property
    def member(self) -> Browser:
        return self.desk.member

    def form(
        self, *invoices: dict[str, str], case_id: UUID | None = None, client: Browser | None = None, **told: Any
    ) -> dict[str, Any]:
        rows = {f"invoices-{number}-{key}": value for number, row in enumerate(invoices or (invoice(),))
                for key, value in row.items()}  # fmt: skip
        return {
            "csrf_token": csrf_token(client or self.member), "_once": str(case_id or uuid7()), "action": "submit",
            "patient": self.desk.person.name, "hospital": "海城市第一人民医院", "stay_from": str(day(-9)),
            "stay_until": str(day(-3)), "contact_phone": "138 0013 8000", "consent": "1",
            "paper_invoice": (io.BytesIO(PDF), "发票.pdf"), "paper_discharge": (io.BytesIO(picture()), "出院小结.jpg"),
            **rows, **told,
        }  # fmt: skip

    def send(self, *invoices: dict[str, str], client: Browser | None = None, **told: Any) -> TestResponse:
        client = client or self.member
        return client.post(APPLY, data=self.form(*invoices, client=client, **told), content_type="multipart/form-data")

    def submitted(self, *invoices: dict[str, str], **told: Any) -> UUID:
        case_id = uuid7()
        answer = self.send(*invoices, case_id=case_id, **told)
        assert answer.status_code == 302, answer.text
        return case_id

    def taken(self, *invoices: dict[str, str], **told: Any) -> UUID:
        case_id = self.submitted(*invoices, **told)
        assert self.desk.step(self.desk.handler, case_id, "take").status_code == 302
        return case_id

    def recommend(self, case_id: UUID, amount: str, **told: str) -> TestResponse:
        return self.desk.step(
            self.desk.handler, case_id, "recommend", recommendation="grant", amount_recommended=amount, **told
        )

    def approved(self, *invoices: dict[str, str], amount: str = "500", **told: Any) -> UUID:
        case_id = self.taken(*invoices, **told)
        assert self.recommend(case_id, amount, note="按材料核定").status_code == 302
        assert self.desk.step(self.desk.admin, case_id, "approve", amount_granted=amount).status_code == 302
        return case_id

    def refused(self, *invoices: dict[str, str]) -> UUID:
        case_id = self.taken(*invoices)
        told = {"recommendation": "refuse", "note": "票据不清"}
        assert self.desk.step(self.desk.handler, case_id, "recommend", **told).status_code == 302
        assert self.desk.step(self.desk.admin, case_id, "refuse", reason="票据不清晰").status_code == 302
        return case_id

    def appeal(self, case_id: UUID) -> TestResponse:
        form = {"csrf_token": csrf_token(self.member), "reason": "票据清晰，请复核"}
        return self.member.post(f"/help/{case_id}/appeal", data=form)

    def withdraw(self, case_id: UUID) -> None:
        form = {"csrf_token": csrf_token(self.member)}
        assert self.member.post(f"/help/{case_id}/withdraw", data=form).status_code == 302


def make_counter(world: World, zone: ZoneFacts | None = None, person: Person | None = None, **plan: Any) -> Counter:
    """A zone whose members are covered by a plan from today's point of view since `covers_from`."""
    zone = zone or world.zone()
    person = person or world.member(zone, "林海燕")
    office = make_office(world, zone)
    staff = [world.staff(zone, role) for role in ("caseworker", "caseworker", "zone_admin")]
    desk = Desk(world, zone, person, world.client(zone, person), *(world.client(zone, one) for one in staff))
    plan_id = office.set_up(**plan)
    assert office.enrol(office.open_window(plan_id)).status_code == 302
    cover_since(zone, -100)
    return Counter(office, desk, plan_id)


def cover_since(zone: ZoneFacts, days: int, waiting: int = 0) -> None:
    """Let the covers of a zone have begun so many days from today."""
    with scope(Plane.WORKER, zone=zone):
        begun = {"covered_from": day(days), "claims_from": day(days + waiting)}
        db.session.execute(update(Cover).values(**begun))
        db.session.commit()

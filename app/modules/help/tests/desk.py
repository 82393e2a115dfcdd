"""A zone with a member in need and staff, and how they use the pages."""

import io
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.casework.models import Case
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import csrf_token
from tests.fixtures.world import Browser, Person, World

STORY = "我父亲突发脑梗住院，家里只有我一个人上班，无力承担医药费。"
HOUSEHOLD = {
    "own_income": "3,200.50",
    "household-0-who": "母亲",
    "household-0-relation": "parent",
    "household-0-age": "63",
    "household-0-situation": "ill",
    "household-0-income": "0",
    "household-1-who": "小儿子",
    "household-1-relation": "child",
    "household-1-age": "12",
    "household-1-situation": "school",
    "household-1-income": "0",
    "rent": "900",
}
TYPED = {
    **HOUSEHOLD,
    "household_size": "4",
    "monthly_income": "3,200.50",
    "amount_requested": "8000",
    "contact_phone": "138 0013 8000",
    "description": STORY,
    "consent": "1",
}


def picture(colour: str = "navy", kind: str = "JPEG") -> bytes:
    """A small picture."""
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(stream, kind)
    return stream.getvalue()


PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>\nendobj\n"
    b"xref\n0 1\ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
)


@dataclass
class Desk:
    """One zone, a member, two handlers and an administrator, each with a browser."""

    world: World
    zone: ZoneFacts
    person: Person
    member: Browser
    handler: Browser
    colleague: Browser
    admin: Browser

    def form(self, case_id: UUID | None = None, **typed: Any) -> dict[str, Any]:
        """The application form filled in, with the papers of a hardship case."""
        return {"csrf_token": csrf_token(self.member), "_once": str(case_id or uuid7()), "action": "submit", **TYPED,
                "paper_household": (io.BytesIO(picture()), "户口簿.jpg"),
                "paper_income": (io.BytesIO(PDF), "工资单.pdf"), **typed}  # fmt: skip

    def send(self, form: dict[str, Any], kind: str = "hardship", client: Browser | None = None) -> TestResponse:
        return (client or self.member).post(f"/help/apply/{kind}", data=form, content_type="multipart/form-data")

    def submitted(self, kind: str = "seasonal", **typed: Any) -> UUID:
        """A submitted application of a kind that needs no papers."""
        case_id = uuid7()
        values = {"amount_requested": "900", **typed}
        answer = self.send(self.form(case_id, **values), kind)
        assert answer.status_code == 302, re.findall(r"hall-errors.*?</ul>", answer.text, re.DOTALL)
        return case_id

    def find(self, case_id: UUID) -> Case:
        with scope(Plane.WORKER, zone=self.zone):
            return db.session.execute(select(Case).where(Case.id == case_id)).scalar_one()

    def step(self, client: Browser, case_id: UUID, action: str, **inputs: Any) -> TestResponse:
        """Take a staff step with the mark the page would show; whoever grants says why it is less than was asked for."""
        seen = inputs.pop("seen", self.find(case_id).mark)
        why = {"reason": "按规定标准核定"} if "amount_granted" in inputs else {}
        form = {"csrf_token": csrf_token(client), "_seen": seen, **why, **inputs}
        return client.post(f"/console/help/{case_id}/steps/{action}", data=form)

    def taken(self, **typed: Any) -> UUID:
        """An application the handler has taken."""
        case_id = self.submitted(**typed)
        assert self.step(self.handler, case_id, "take").status_code == 302
        return case_id

    def open_for_reason(
        self, client: Browser, case_id: UUID | str, reason: str = "经办人休假，当事人来电催办"
    ) -> TestResponse:
        """Open a case one has no part in."""
        path = f"/console/help/{case_id}"
        return client.post(f"{path}/openings", data={"csrf_token": csrf_token(client), "opening_reason": reason})

    def recommended(self, **typed: Any) -> UUID:
        """An application the handler has recommended to grant ¥800."""
        case_id = self.taken(**typed)
        done = self.step(self.handler, case_id, "recommend", recommendation="grant", amount_recommended="800",
                         note="家访属实")  # fmt: skip
        assert done.status_code == 302, done.text
        return case_id


def make_desk(world: World) -> Desk:
    zone = world.zone()
    person = world.member(zone, "林海燕")
    staff = [world.staff(zone, role) for role in ("caseworker", "caseworker", "zone_admin")]
    return Desk(world, zone, person, world.client(zone, person), *(world.client(zone, one) for one in staff))

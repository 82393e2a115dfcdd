"""A zone with a worker in trouble and staff, and how they use the pages."""

import io
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.casework.models import Case, CaseClock
from app.core.clock import today_in_china
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import csrf_token
from tests.fixtures.world import Browser, Person, World

STORY = "公司自去年九月起拖欠工资，多次催要未果，今年被口头辞退，希望追回工资并讨个说法。"
PHONE = "138 0013 8000"
QUESTION = "公司说试用期不用交社保，这样对吗？"


def days_ago(days: int) -> str:
    return (today_in_china() - timedelta(days=days)).isoformat()


def typed(kind: str) -> dict[str, Any]:
    """A form of the kind filled in."""
    if kind == "consultation":
        return {"subject": "insurance", "question": QUESTION, "contact_phone": PHONE, "consent": "1"}
    facts = {
        "employer": "海城甲乙丙制衣有限公司",
        "started_on": days_ago(900),
        "is_employed": "no",
        "left_on": days_ago(60),
        "claims": ["wages", "dismissal"],
        "wages_owed": "23600",
        "dispute_on": days_ago(60),
        "description": STORY,
        "contact_phone": PHONE,
        "consent": "1",
    }
    return facts | ({"stage": "award", "received_on": days_ago(3)} if kind == "litigation" else {})


def picture(number: int = 0) -> bytes:
    """A small picture, another one for each number."""
    stream = io.BytesIO()
    Image.new("RGB", (64 + number, 48), "navy").save(stream, "JPEG")
    return stream.getvalue()


@dataclass
class Desk:
    """One zone, a member of a company's union below it, two handlers and an administrator, each with a browser."""

    world: World
    zone: ZoneFacts
    person: Person
    member: Browser
    handler: Browser
    colleague: Browser
    admin: Browser

    def submit(self, kind: str = "consultation", case_id: UUID | None = None, **changed: Any) -> TestResponse:
        papers = {"paper_decision": (io.BytesIO(picture()), "裁决书.jpg")} if kind == "litigation" else {}
        form = {"csrf_token": csrf_token(self.member), "_once": str(case_id or uuid7()),
                "action": "submit", **typed(kind), **papers, **changed}  # fmt: skip
        return self.member.post(f"/legal_aid/apply/{kind}", data=form, content_type="multipart/form-data")

    def submitted(self, kind: str = "consultation", **changed: Any) -> UUID:
        case_id = uuid7()
        answer = self.submit(kind, case_id, **changed)
        assert answer.status_code == 302, re.findall(r"hall-errors.*?</ul>", answer.text, re.DOTALL)
        return case_id

    def find(self, case_id: UUID) -> Case:
        with scope(Plane.WORKER, zone=self.zone):
            return db.session.execute(select(Case).where(Case.id == case_id)).scalar_one()

    def clocks(self, case_id: UUID) -> dict[str, CaseClock]:
        """The clocks that run, by key."""
        with scope(Plane.WORKER, zone=self.zone):
            found = select(CaseClock).where(CaseClock.case_id == case_id, CaseClock.stopped_at.is_(None))
            return {row.clock: row for row in db.session.execute(found).scalars()}

    def step(self, client: Browser, case_id: UUID, action: str, **inputs: Any) -> TestResponse:
        """Take a staff step with the mark the page would show."""
        form = {"csrf_token": csrf_token(client), "_seen": self.find(case_id).mark, **inputs}
        return client.post(f"/console/legal_aid/{case_id}/steps/{action}", data=form)

    def own_step(self, case_id: UUID, action: str, client: Browser | None = None, **inputs: Any) -> TestResponse:
        """Take a step of the member's on the page of the case."""
        client = client or self.member
        return client.post(f"/legal_aid/{case_id}/steps/{action}", data={"csrf_token": csrf_token(client), **inputs})

    def answered(self, **changed: Any) -> UUID:
        """A question the handler has answered."""
        case_id = self.submitted(**changed)
        assert self.step(self.handler, case_id, "take").status_code == 302
        done = self.step(self.handler, case_id, "answer", answer="试用期包含在劳动合同期限内，应当依法缴纳社会保险。")
        assert done.status_code == 302, done.text
        return case_id

    def under_way(self, kind: str = "arbitration", **changed: Any) -> UUID:
        """An application whose aid two people have granted."""
        case_id = self.submitted(kind, **changed)
        assert self.step(self.handler, case_id, "take").status_code == 302
        recommended = self.step(self.handler, case_id, "recommend", recommendation="grant", note="事实清楚")
        assert recommended.status_code == 302, recommended.text
        assert self.step(self.admin, case_id, "accept").status_code == 302
        return case_id


def make_desk(world: World) -> Desk:
    county = world.union()
    zone = world.zone(union=county)
    person = world.member(world.union("海城某某制衣厂工会", "enterprise", county), "周小禾")
    staff = [world.staff(zone, role) for role in ("caseworker", "caseworker", "zone_admin")]
    return Desk(world, zone, person, world.client(zone, person), *(world.client(zone, one) for one in staff))

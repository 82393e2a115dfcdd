"""Lawyers as the desk puts them on the panel and invites them, and what they do."""

import itertools
from dataclasses import dataclass
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.clock import today_in_china
from app.core.jobs.inline import run_due_events
from app.modules.legal_aid.lawyers.models import Assignment, Lawyer
from app.modules.legal_aid.tests.desk import Desk
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import token_of
from tests.fixtures.world import Browser, Person

_numbers = itertools.count(100_001)
EMPLOYER = "海城甲乙丙制衣有限公司"
"""The other side of the cases that `Desk.submitted` makes."""


@dataclass(frozen=True)
class OnPanel:
    """A lawyer who was invited, and their browser."""

    lawyer_id: UUID
    account_id: UUID
    name: str
    browser: Browser

    def post(self, path: str, page: str = "/console/legal_aid/counsel", **fields: str) -> TestResponse:
        return self.browser.post(path, data={"csrf_token": token_of(self.browser, page), **fields})


@dataclass
class Panel:
    """The panel of the desk's zone."""

    desk: Desk

    def facts(self, **changed: object) -> dict[str, object]:
        number = next(_numbers)
        return {
            "name": f"江{number}", "licence": f"1440120041{number % 2}{number}", "firm": f"海城第{number}律师事务所",
            "mobile": f"137{number:08d}", "fields_of_work": ["wages"], "active_from": today_in_china().isoformat(), **changed,
        }  # fmt: skip

    def add(self, **changed: object) -> tuple[UUID, TestResponse]:
        lawyer_id, page = uuid7(), "/console/legal_aid/lawyers/new"
        form = {"csrf_token": token_of(self.desk.admin, page), "_once": str(lawyer_id), **self.facts(**changed)}
        return lawyer_id, self.desk.admin.post(page, data=form)

    def send(self, lawyer_id: UUID, deed: str = "", **fields: object) -> TestResponse:
        path = f"/console/legal_aid/lawyers/{lawyer_id}"
        form = {"csrf_token": token_of(self.desk.admin, path), "_seen": self.find(lawyer_id).mark, **fields}
        return self.desk.admin.post(f"{path}/{deed}" if deed else path, data=form)

    def invited(self, **changed: object) -> OnPanel:
        lawyer_id, answer = self.add(**changed)
        assert answer.status_code == 302, answer.text
        assert self.send(lawyer_id, "invite").status_code == 302
        lawyer = self.find(lawyer_id)
        assert lawyer.account_id is not None
        person = Person(None, lawyer.account_id, "", lawyer.name)
        return OnPanel(lawyer_id, lawyer.account_id, lawyer.name, self.desk.world.client(self.desk.zone, person))

    def find(self, lawyer_id: UUID) -> Lawyer:
        with scope(Plane.WORKER, zone=self.desk.zone):
            return db.session.execute(select(Lawyer).where(Lawyer.id == lawyer_id)).scalar_one()

    def assignments(self, case_id: UUID) -> list[Assignment]:
        """The oldest first."""
        with scope(Plane.WORKER, zone=self.desk.zone):
            found = select(Assignment).where(Assignment.case_id == case_id).order_by(Assignment.id)
            return list(db.session.scalars(found))

    def offer(self, case_id: UUID, lawyer_id: UUID, client: FlaskClient | None = None) -> TestResponse:
        client, page = client or self.desk.handler, f"/console/legal_aid/{case_id}/lawyer"
        return client.post(page, data={"csrf_token": token_of(client, page), "lawyer": str(lawyer_id)})

    def offered(self, case_id: UUID, lawyer: OnPanel) -> UUID:
        """The id of an offer that waits for the lawyer."""
        answer = self.offer(case_id, lawyer.lawyer_id)
        assert answer.status_code == 302, answer.text
        return self.assignments(case_id)[-1].id

    def accepted(self, case_id: UUID, lawyer: OnPanel) -> UUID:
        assignment_id = self.offered(case_id, lawyer)
        path = f"/console/legal_aid/counsel/offers/{assignment_id}"
        assert lawyer.post(f"{path}/accept", path).status_code == 302
        return assignment_id

    def settle(self) -> None:
        """Let workers do what follows; text messages find no provider here and wait."""
        run_due_events()

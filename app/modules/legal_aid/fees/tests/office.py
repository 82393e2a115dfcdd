"""Lawyers who claim their fees, and who approves and pays them."""

import io
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import select
from werkzeug.test import TestResponse

from app.casework.access.models import CaseConflict
from app.modules.legal_aid.fees.models import FeeClaim
from app.modules.legal_aid.lawyers.tests.panel import OnPanel, Panel
from app.modules.legal_aid.rights import APPROVE_FEES, CLAIM_FEES, PAY_FEES, VIEW_FEES
from app.modules.legal_aid.tests.desk import picture
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tests.fixtures.forms import csrf_token
from tests.fixtures.world import Browser, Person

TOLD = "起草仲裁申请书，参加一次开庭并提交代理词。"
PAGE = "/console/legal_aid/counsel/fees"


@dataclass
class Office:
    """The desk with its panel, an approver and a cashier."""

    panel: Panel
    people: dict[str, Person] = field(default_factory=dict)

    @cached_property
    def lawyer(self) -> OnPanel:
        return self.panel.invited()

    @cached_property
    def approver(self) -> Browser:
        return self.of("approver")

    @cached_property
    def cashier(self) -> Browser:
        return self.of("cashier")

    def of(self, role: str) -> Browser:
        """The browser of somebody with a role; `people` has who it is."""
        world, zone = self.panel.desk.world, self.panel.desk.zone
        self.people[role] = world.staff(zone, role)
        return world.client(zone, self.people[role])

    def actor(self, role: str) -> Actor:
        """Somebody with one right, as operations take them."""
        rights = {"lawyer": CLAIM_FEES, "approver": APPROVE_FEES, "cashier": PAY_FEES}
        if role == "lawyer":
            account_id: UUID | None = self.lawyer.account_id
        else:
            getattr(self, role)
            account_id = self.people[role].account_id
        ties = frozenset({self.panel.desk.zone.union_path})
        return Actor(account_id, None, role, frozenset({rights[role], VIEW_FEES}), ties=ties)

    def over(self, kind: str = "arbitration", lawyer: OnPanel | None = None) -> UUID:
        """A case in which the lawyer's work is done, since it is over."""
        desk, case_id = self.panel.desk, self.panel.desk.under_way(kind)
        self.panel.accepted(case_id, lawyer or self.lawyer)
        ended = desk.step(desk.handler, case_id, "conclude", outcome="裁决支持全部请求")
        assert ended.status_code == 302, ended.text
        self.panel.settle()
        return case_id

    def begin(self, case_id: UUID, work: str = "arbitration", lawyer: OnPanel | None = None) -> TestResponse:
        assignment_id = self.panel.assignments(case_id)[-1].id
        return (lawyer or self.lawyer).post(PAGE, PAGE, assignment=str(assignment_id), work=work)

    def begun(self, case_id: UUID, work: str = "arbitration", lawyer: OnPanel | None = None) -> UUID:
        answer = self.begin(case_id, work, lawyer)
        assert answer.status_code == 302, answer.text
        return UUID(answer.location.rpartition("/")[2])

    def write(
        self, claim_id: UUID, action: str = "claim", *, receipts: int = 0, lawyer: OnPanel | None = None, **changed: Any
    ) -> TestResponse:
        browser, page = (lawyer or self.lawyer).browser, f"{PAGE}/{claim_id}"
        form = {
            "csrf_token": csrf_token(browser), "_seen": self.find(claim_id).mark, "action": action,
            "hours": "3.5", "travel": "", "told": TOLD, **changed,
            "receipts": [(io.BytesIO(picture(number)), f"车票{number}.jpg") for number in range(receipts)],
        }  # fmt: skip
        return browser.post(page, data=form, content_type="multipart/form-data")

    def claimed(self, case_id: UUID | None = None, work: str = "arbitration", **more: Any) -> UUID:
        claim_id = self.begun(case_id or self.over(), work, more.get("lawyer"))
        answer = self.write(claim_id, **more)
        assert answer.status_code == 302, answer.text
        return claim_id

    def act(self, client: Browser, claim_id: UUID, deed: str, **fields: Any) -> TestResponse:
        """Send a form of the claim's page at the desk."""
        page = f"/console/legal_aid/fees/{claim_id}"
        form = {"csrf_token": csrf_token(client), "_seen": self.find(claim_id).mark, **fields}
        return client.post(f"{page}/{deed}", data=form)

    def approved(self, claim_id: UUID | None = None) -> UUID:
        claim_id = claim_id or self.claimed()
        assert self.act(self.approver, claim_id, "approve").status_code == 302
        return claim_id

    def keep_from(self, claim_id: UUID, account_id: UUID) -> None:
        """Somebody knows the people of a claim's case."""
        with scope(Plane.WORKER, zone=self.panel.desk.zone):
            claim = self.find_here(claim_id)
            db.session.add(CaseConflict(case_id=claim.case_id, member_id=claim.member_id, account_id=account_id))
            db.session.commit()

    def find(self, claim_id: UUID) -> FeeClaim:
        with scope(Plane.WORKER, zone=self.panel.desk.zone):
            return db.session.execute(select(FeeClaim).where(FeeClaim.id == claim_id)).scalar_one()

    @staticmethod
    def find_here(claim_id: UUID) -> FeeClaim:
        """As the running scope's transaction sees it."""
        return db.session.execute(select(FeeClaim).where(FeeClaim.id == claim_id)).scalar_one()

    def claims(self) -> list[FeeClaim]:
        with scope(Plane.WORKER, zone=self.panel.desk.zone):
            return list(db.session.scalars(select(FeeClaim).order_by(FeeClaim.id)))

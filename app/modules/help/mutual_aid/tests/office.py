"""A zone that offers a plan, and how its staff use the pages."""

import io
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.clock import today_in_china
from app.core.sheets import write_sheet
from app.modules.help.mutual_aid.models import Cover
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import csrf_token
from tests.fixtures.world import Browser, World

PLANS = "/console/help/plans"
TODAY = today_in_china()
PLAN = {
    "name": "职工医疗互助", "version": "2026", "source": "海工〔2026〕12号", "covers_from": str(TODAY - timedelta(days=200)),
    "covers_until": str(TODAY + timedelta(days=160)), "contribution": "80", "waiting_days": "0",
    "counted_kinds": ["inpatient", "outpatient"], "deductible": "500", "tiers": "0 50\n10000 60", "claim_cap": "20000",
    "period_cap": "30000",
}  # fmt: skip


@dataclass
class Office:
    """A zone with somebody who sets up plans and somebody who enrols."""

    world: World
    zone: ZoneFacts
    admin: Browser
    clerk: Browser

    def set_up(self, plan_id: UUID | None = None, **told: Any) -> UUID:
        plan_id = plan_id or uuid7()
        answer = self.send_plan(plan_id, **told)
        assert answer.status_code == 302, answer.text
        return plan_id

    def send_plan(self, plan_id: UUID, client: Browser | None = None, **told: Any) -> TestResponse:
        client = client or self.admin
        form = {"csrf_token": csrf_token(client), "_once": str(plan_id), **PLAN, **told}
        return client.post(f"{PLANS}/new", data=form)

    def open_window(self, plan_id: UUID, *, union: str = "", opens: int = -1, closes: int = 30) -> UUID:
        """A window for a union (the zone's own), so many days from today."""
        window_id = uuid7()
        answer = self.send_window(plan_id, window_id, union=union, opens=opens, closes=closes)
        assert answer.status_code == 302, answer.text
        return window_id

    def send_window(
        self, plan_id: UUID, window_id: UUID, *, union: str = "", opens: int = -1, closes: int = 30
    ) -> TestResponse:
        form = {"csrf_token": csrf_token(self.admin), "_once": str(window_id),
                "union": union or self.world.union_of(self.zone).name, "opens_on": str(day(opens)),
                "closes_on": str(day(closes))}  # fmt: skip
        return self.admin.post(f"{PLANS}/{plan_id}/windows", data=form)

    def enrol(self, window_id: UUID, client: Browser | None = None, **told: str) -> TestResponse:
        client = client or self.clerk
        return client.post(f"/console/help/plans/windows/{window_id}", data={"csrf_token": csrf_token(client), **told})

    def enrol_sheet(
        self, window_id: UUID, rows: list[list[str]], headings: tuple[str, ...] = ("姓名", "手机号")
    ) -> TestResponse:
        sheet = io.BytesIO()
        write_sheet(sheet, headings, rows)
        sheet.seek(0)
        form = {"csrf_token": csrf_token(self.clerk), "roll": (sheet, "名单.xlsx")}
        path = f"/console/help/plans/windows/{window_id}/sheet"
        return self.clerk.post(path, data=form, content_type="multipart/form-data")

    def covers(self) -> list[Cover]:
        with scope(Plane.WORKER, zone=self.zone):
            return list(db.session.scalars(select(Cover).order_by(Cover.id)))


def day(days: int) -> date:
    return TODAY + timedelta(days=days)


def make_office(world: World, zone: ZoneFacts | None = None) -> Office:
    zone = zone or world.zone()
    admin, clerk = (world.client(zone, world.staff(zone, role)) for role in ("zone_admin", "caseworker"))
    return Office(world, zone, admin, clerk)

"""The demo city's mutual aid: a plan of this year, and everybody enrolled in it."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.core.clock import today_in_china
from app.demo.ids import demo_id
from app.modules.help.mutual_aid.enrolment import enrol_union
from app.modules.help.mutual_aid.formula import Tier
from app.modules.help.mutual_aid.models import Plan
from app.modules.help.mutual_aid.operations import ENROL, SET_UP, WindowDays, open_window, set_up_plan
from app.unions.models import Union
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db


def cover_everybody(zone: ZoneFacts, account_id: UUID) -> None:
    """Set up the year's plan and enrol all members of the zone; done once."""
    plan_id, year = demo_id("mutual aid", zone.id), today_in_china().year
    clerk = Actor(account_id, name=f"{zone.name}管理员", permissions=frozenset({SET_UP, ENROL}))
    with scope(Plane.STAFF, zone=zone, actor=clerk):
        if db.session.get(Plan, (zone.id, plan_id)) is not None:
            return
        first, last = date(year, 1, 1), date(year, 12, 31)
        set_up_plan(clerk, plan_id, {
            "name": "职工医疗互助", "version": str(year), "source": f"霞工〔{year - 1}〕86号（演示）",
            "covers_from": first, "covers_until": last, "contribution": 80_00, "waiting_days": 0, "deductible": 500_00,
            "tiers": (Tier(0, 40), Tier(10_000_00, 50), Tier(30_000_00, 60)), "claim_cap": 30_000_00,
            "period_cap": 50_000_00, "counted_kinds": ["inpatient", "outpatient"],
        })  # fmt: skip
        union = db.session.scalars(select(Union.name).where(Union.id == zone.union_id)).one()
        window = open_window(clerk, demo_id("enrolment", zone.id), plan_id, union, WindowDays(first, last))
        enrol_union(clerk, window.id, "", None)
        db.session.commit()

"""Setting up plans, and the windows in which members are enrolled in them."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app.core import audit
from app.core.errors import NotFound
from app.modules.help.mutual_aid.errors import PlanInUse, UnionElsewhere, VersionTaken, WindowBeyondCover
from app.modules.help.mutual_aid.models import EnrolmentWindow, Plan
from app.modules.help.mutual_aid.queries import find_plan, find_union_here, find_window
from tenants.context import Actor, current_zone
from tenants.database import db

SET_UP = "help.set_up_plans"
ENROL = "help.enrol"


@dataclass(frozen=True, slots=True)
class WindowDays:
    """From when until when, both included."""

    opens_on: date
    closes_on: date


def set_up_plan(actor: Actor, plan_id: UUID, told: dict[str, Any]) -> Plan:
    """Set up a plan as `schemas.PlanForm` gives it; sent twice under one id it is one. Raises `VersionTaken`."""
    _require(actor, SET_UP)
    known = db.session.get(Plan, (current_zone().id, plan_id))
    if known is not None:
        return known
    plan = Plan(
        zone_id=current_zone().id, id=plan_id, name=told["name"], version=told["version"], source=told["source"],
        covers_from=told["covers_from"], covers_until=told["covers_until"], contribution_cents=told["contribution"],
        waiting_days=told["waiting_days"], deductible_cents=told["deductible"],
        tier_over_cents=[tier.over_cents for tier in told["tiers"]], tier_percents=[tier.percent for tier in told["tiers"]],
        claim_cap_cents=told["claim_cap"], period_cap_cents=told["period_cap"], counted_kinds=told["counted_kinds"],
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(plan)
    except IntegrityError:
        raise VersionTaken(field="version") from None
    _record("set_up_plan", plan)
    return plan


def delete_plan(actor: Actor, plan_id: UUID) -> None:
    """Delete a plan that nobody was ever enrolled in; raises `PlanInUse`, `NotFound`."""
    _require(actor, SET_UP)
    plan = find_plan(plan_id)
    _record("delete_plan", plan)
    try:
        with db.session.begin_nested():
            db.session.delete(plan)
    except IntegrityError:
        raise PlanInUse from None


def open_window(actor: Actor, window_id: UUID, plan_id: UUID, union_name: str, days: WindowDays) -> EnrolmentWindow:
    """Note when a union's members may be enrolled; sent twice under one id it is one.

    Raises `UnionElsewhere`, `WindowBeyondCover`, `NotFound`.
    """
    _require(actor, SET_UP)
    plan = find_plan(plan_id)
    known = db.session.get(EnrolmentWindow, (current_zone().id, window_id))
    if known is not None:
        return known
    union = find_union_here(union_name)
    if union is None:
        raise UnionElsewhere(field="union")
    if days.closes_on > plan.covers_until:
        raise WindowBeyondCover(field="closes_on")
    window = EnrolmentWindow(
        zone_id=current_zone().id, id=window_id, plan_id=plan.id, union_id=union.id, union_path=union.path,
        opens_on=days.opens_on, closes_on=days.closes_on,
    )  # fmt: skip
    db.session.add(window)
    db.session.flush()
    _record("open_window", plan, union=union.name, opens_on=str(days.opens_on), closes_on=str(days.closes_on))
    return window


def remove_window(actor: Actor, window_id: UUID) -> Plan:
    """Take a window back; who was enrolled in it stays covered. Returns its plan; raises `NotFound`."""
    _require(actor, SET_UP)
    window = find_window(window_id)
    plan = find_plan(window.plan_id)
    _record("remove_window", plan, opens_on=str(window.opens_on), closes_on=str(window.closes_on))
    db.session.delete(window)
    return plan


def _require(actor: Actor, permission: str) -> None:
    if not actor.may(permission):
        raise NotFound


def _record(deed: str, plan: Plan, **detail: Any) -> None:
    audit.record(f"help.{deed}", object_type="help_plan", object_id=plan.id, title=plan.title, **detail)

"""Reads of mutual aid: plans, windows, who is covered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from app.casework.models import Case
from app.core.errors import NotFound
from app.modules.help.mutual_aid.models import Claim, Cover, EnrolmentWindow, Plan
from app.unions.models import Union
from tenants.context import current_zone
from tenants.database import db
from tenants.paths import in_subtree


@dataclass(frozen=True, slots=True)
class WindowRow:
    """A window with its union's name."""

    window: EnrolmentWindow
    union_name: str

    def is_open(self, today: date) -> bool:
        return self.window.opens_on <= today <= self.window.closes_on


@dataclass(frozen=True, slots=True)
class CoverRow:
    """A cover with its plan."""

    cover: Cover
    plan: Plan


@dataclass(frozen=True, slots=True)
class PlanClaims:
    """The claims on a plan as numbers."""

    handed_in: int
    granted: int
    granted_cents: int


def find_plan(plan_id: UUID) -> Plan:
    """A plan of the zone; raises `NotFound`."""
    plan = db.session.get(Plan, (current_zone().id, plan_id))
    if plan is None:
        raise NotFound
    return plan


def find_window(window_id: UUID) -> EnrolmentWindow:
    """A window of the zone; raises `NotFound`."""
    window = db.session.get(EnrolmentWindow, (current_zone().id, window_id))
    if window is None:
        raise NotFound
    return window


def find_union_here(name: str) -> Union | None:
    """The active union of exactly this name in the zone's subtree; None where there is none, or are several."""
    statement = select(Union).where(
        Union.name == name, Union.status == "active", *in_subtree(Union.path, current_zone().union_path)
    )
    found = db.session.scalars(statement.limit(2)).all()
    return found[0] if len(found) == 1 else None


def list_plans() -> list[Plan]:
    """The zone's plans, the latest cover first."""
    return list(db.session.scalars(select(Plan).order_by(Plan.covers_from.desc(), Plan.name, Plan.version.desc())))


def list_windows(plan_id: UUID) -> list[WindowRow]:
    """A plan's windows, the first to open first."""
    statement = (
        select(EnrolmentWindow, Union.name)
        .join(Union, Union.id == EnrolmentWindow.union_id)
        .where(EnrolmentWindow.plan_id == plan_id)
        .order_by(EnrolmentWindow.opens_on, Union.path)
    )
    return [WindowRow(*row) for row in db.session.execute(statement)]


def count_covered(plan_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many members each plan covers."""
    statement = (
        select(Cover.plan_id, func.count().label("number"))
        .where(Cover.plan_id.in_(list(plan_ids)))
        .group_by(Cover.plan_id)
    )
    return {row.plan_id: row.number for row in db.session.execute(statement)}


def list_own_covers(member_id: UUID) -> list[CoverRow]:
    """A member's covers, the latest first."""
    statement = (
        select(Cover, Plan)
        .join(Plan, Plan.id == Cover.plan_id)
        .where(Cover.member_id == member_id)
        .order_by(Cover.covered_from.desc())
    )
    return [CoverRow(*row) for row in db.session.execute(statement)]


def find_claim(case_id: UUID) -> tuple[Claim, Cover, Plan]:
    """What a claim rests on; raises `NotFound`."""
    statement = (
        select(Claim, Cover, Plan)
        .join(Cover, Cover.id == Claim.cover_id)
        .join(Plan, Plan.id == Cover.plan_id)
        .where(Claim.case_id == case_id)
    )
    found = db.session.execute(statement).one_or_none()
    if found is None:
        raise NotFound
    claim, cover, plan = found
    return claim, cover, plan


def paid_by_cover(cover_id: UUID, *, besides: UUID | None = None) -> int:
    """Cents granted on a cover's claims, leaving out one case."""
    statement = (
        select(func.coalesce(func.sum(Case.amount_granted_cents), 0))
        .join(Claim, Claim.case_id == Case.id)
        .where(Claim.cover_id == cover_id, Case.id != besides)
    )
    return int(db.session.scalar(statement) or 0)


def count_claims(plan_id: UUID) -> PlanClaims:
    """What was claimed from a plan, and granted."""
    granted = Case.amount_granted_cents
    statement = (
        select(func.count(), func.count(granted), func.sum(granted))
        .select_from(Claim)
        .join(Cover, Cover.id == Claim.cover_id)
        .join(Case, Case.id == Claim.case_id)
        .where(Cover.plan_id == plan_id)
    )
    handed_in, number, cents = db.session.execute(statement).one()
    return PlanClaims(handed_in, number, int(cents or 0))

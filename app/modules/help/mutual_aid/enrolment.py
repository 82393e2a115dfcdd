"""Enrolling members collectively in a plan: all of a union, or the people of a sheet. Who is covered already stays so."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert

from app.core import audit
from app.core.clock import today_in_china
from app.core.errors import NotFound
from app.members.models import Member, Membership
from app.modules.help.mutual_aid.errors import TooManyToEnrol, UnionElsewhere, WindowClosed
from app.modules.help.mutual_aid.models import Cover, EnrolmentWindow, Plan
from app.modules.help.mutual_aid.operations import ENROL
from app.modules.help.mutual_aid.queries import find_plan, find_union_here, find_window
from app.modules.help.mutual_aid.roll import PersonOnRoll, RollRefusal
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.paths import in_subtree, is_within
from tenants.turns import take_turn

MOST_AT_ONCE = 20_000
_ONE_AT_A_TIME = "help.enrolment"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """How many were enrolled now, and how many were covered in these days already."""

    enrolled: int
    covered_before: int
    refusals: tuple[RollRefusal, ...] = ()


def enrol_union(actor: Actor, window_id: UUID, union_name: str, joined_until: date | None) -> Enrolled:
    """Enrol the members of a union and of those below it (of the window's whole union where none is named).

    Raises `WindowClosed`, `UnionElsewhere`, `TooManyToEnrol`, `NotFound`.
    """
    window, plan = _open_window(actor, window_id)
    path = _path_within(window, union_name)
    statement = select(Member.id, Member.union_path).where(*in_subtree(Member.union_path, path))
    if joined_until is not None:
        held = (Membership.member_id == Member.id, Membership.status == "active")
        statement = statement.where(exists().where(*held, Membership.joined_on <= joined_until))
    people = {member_id: place or "" for member_id, place in db.session.execute(statement.limit(MOST_AT_ONCE + 1))}
    if len(people) > MOST_AT_ONCE:
        raise TooManyToEnrol(field="union")
    covered = _enrol(actor, plan, people)
    return Enrolled(len(people) - len(covered), len(covered))


def enrol_roll(actor: Actor, window_id: UUID, roll: Iterable[PersonOnRoll]) -> Enrolled:
    """Enrol the people of a sheet; who can't be is told by line and cell. Raises `WindowClosed`, `NotFound`."""
    window, plan = _open_window(actor, window_id)
    people: dict[UUID, str] = {}
    places: dict[UUID, tuple[int, str]] = {}
    refusals: list[RollRefusal] = []
    for person in roll:
        reason = "" if person.member_id else "not_a_member_here"
        if person.member_id and not is_within(person.union_path, window.union_path):
            reason = "not_of_the_window"
        elif person.member_id in people:
            reason = "twice_on_the_roll"
        if reason or person.member_id is None:
            refusals.append(RollRefusal(person.line, person.cell, reason))
        else:
            people[person.member_id], places[person.member_id] = person.union_path, (person.line, person.cell)
    covered = _enrol(actor, plan, people)
    refusals += [RollRefusal(*places[member_id], "covered_already") for member_id in covered]
    return Enrolled(len(people) - len(covered), len(covered), tuple(sorted(refusals, key=lambda each: each.line)))


def _open_window(actor: Actor, window_id: UUID) -> tuple[EnrolmentWindow, Plan]:
    if not actor.may(ENROL):
        raise NotFound
    window = find_window(window_id)
    if not window.opens_on <= today_in_china() <= window.closes_on:
        raise WindowClosed
    return window, find_plan(window.plan_id)


def _path_within(window: EnrolmentWindow, union_name: str) -> str:
    if not union_name:
        return window.union_path
    union = find_union_here(union_name)
    if union is None or not is_within(union.path, window.union_path):
        raise UnionElsewhere(field="union")
    return union.path


def _enrol(actor: Actor, plan: Plan, people: dict[UUID, str]) -> set[UUID]:
    """Cover these members from today or from the plan's first day; returns those whom some plan covers already.

    One enrolment of the zone at a time, so that nobody gets two covers for the same days.
    """
    take_turn(f"{_ONE_AT_A_TIME}.{current_zone().id}")
    covered_from = max(plan.covers_from, today_in_china())
    covered = _covered_in(covered_from, plan.covers_until, people)
    rows = [
        {"zone_id": plan.zone_id, "id": uuid7(), "plan_id": plan.id, "member_id": member_id, "union_path": path,
         "covered_from": covered_from, "claims_from": covered_from + timedelta(days=plan.waiting_days),
         "covered_until": plan.covers_until, "enrolled_by": actor.account_id}
        for member_id, path in people.items() if member_id not in covered
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(Cover), rows)
        audit.record("help.enrol", object_type="help_plan", object_id=plan.id, title=plan.title, members=len(rows))
    return covered


def _covered_in(first: date, last: date, people: Iterable[UUID]) -> set[UUID]:
    """Those of the people whom some plan covers in these days."""
    statement = select(Cover.member_id).where(
        Cover.member_id.in_(list(people)), Cover.covered_from <= last, Cover.covered_until >= first
    )
    return set(db.session.scalars(statement))

"""Reads of what is asked to be erased, what is on hold, and what ends soon."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, exists, func, or_, select

from app.casework.calendar.in_force import work_calendar
from app.casework.clocks import Count, Unit
from app.casework.kinds import CaseKind, casework_of, find_kind
from app.casework.links.models import CaseMerge
from app.casework.models import Case, CaseEvent
from app.casework.queries import is_at_the_desk
from app.casework.retention.duties import kept_until, years_after, years_kept
from app.casework.retention.models import CaseErasure, CaseHold
from app.core.clock import CHINA, now
from tenants.context import Actor
from tenants.database import db

PROMISED_DAYS = 15
"""Working days within which a request is answered."""
REVIEW_EVERY = timedelta(days=365)
SOON = timedelta(days=90)
MOST = 200


@dataclass(frozen=True, slots=True)
class KeptCase:
    """A case whose time is over after a day."""

    case: Case
    until: date


def answer_by(request: CaseErasure) -> datetime:
    """By when a request is answered, by the calendar in force."""
    return Count(request.asked_at, PROMISED_DAYS, Unit.WORKING_DAYS).end(work_calendar())


def is_on_hold(case_id: Any) -> ColumnElement[bool]:
    """The case is on hold; `case_id` is a column."""
    return exists().where(CaseHold.case_id == case_id, CaseHold.ended_at.is_(None))


def find_request(case_id: UUID) -> CaseErasure | None:
    """The last request to erase a case, answered or not."""
    statement = select(CaseErasure).where(CaseErasure.case_id == case_id).order_by(CaseErasure.id.desc()).limit(1)
    return db.session.execute(statement).scalar_one_or_none()


def find_hold(case_id: UUID) -> CaseHold | None:
    """The hold that a case is on."""
    statement = select(CaseHold).where(CaseHold.case_id == case_id, CaseHold.ended_at.is_(None))
    return db.session.execute(statement).scalar_one_or_none()


def list_asked(module: str) -> Sequence[Row[CaseErasure, Case]]:
    """The requests that wait for an answer, the oldest first."""
    statement = select(CaseErasure, Case).join(Case, Case.id == CaseErasure.case_id)
    statement = statement.where(Case.module == module, CaseErasure.answer.is_(None), ~erases_at_once(module))
    return db.session.execute(statement.order_by(CaseErasure.id).limit(MOST)).all()


def count_asked(module: str) -> int:
    """How many requests wait for an answer."""
    statement = select(func.count(CaseErasure.id)).join(Case, Case.id == CaseErasure.case_id)
    statement = statement.where(Case.module == module, CaseErasure.answer.is_(None), ~erases_at_once(module))
    return db.session.execute(statement).scalar_one()


def list_held(module: str) -> Sequence[Row[CaseHold, Case]]:
    """The holds that run, those first that were looked at longest ago."""
    statement = select(CaseHold, Case).join(Case, Case.id == CaseHold.case_id)
    statement = statement.where(Case.module == module, CaseHold.ended_at.is_(None))
    return db.session.execute(statement.order_by(CaseHold.reviewed_at).limit(MOST)).all()


def list_due_soon(module: str) -> list[KeptCase]:
    """The cases whose time is over within a quarter of a year and that nothing holds, the nearest first."""
    statement = (
        select(Case)
        .where(Case.module == module, ~is_on_hold(Case.id), is_at_the_desk())
        .where(Case.id.not_in(select(CaseMerge.case_id)))
        .where(or_(*(time_is_over(kind, now() + SOON) for kind in casework_of(module).kinds)))
        .order_by(Case.closed_at)
        .limit(MOST)
    )
    found = [KeptCase(case, kept_until(case, find_kind(case.kind))) for case in db.session.execute(statement).scalars()]
    return sorted(found, key=lambda due: due.until)


def list_left_to_accounts(actor: Actor, module: str) -> list[KeptCase]:
    """The member's cases of which the accounts alone keep the vouchers, the last one first."""
    statement = select(Case).where(
        Case.member_id == actor.member_id, Case.module == module, Case.accounts_only_since.is_not(None)
    )
    found = db.session.execute(statement.order_by(Case.id.desc()).limit(MOST)).scalars()
    return [KeptCase(case, kept_until(case, find_kind(case.kind))) for case in found]


def time_is_over(kind: CaseKind, at: datetime) -> ColumnElement[bool]:
    """The cases of a kind that are kept no longer at a moment."""
    today = at.astimezone(CHINA)
    without, with_vouchers = (years_after(today, -years_kept(kind, has_vouchers=has)) for has in (False, True))
    no_voucher_is_kept = or_(~Case.keeps_vouchers, Case.closed_at < with_vouchers)
    return (Case.kind == kind.key) & (Case.closed_at < without) & no_voucher_is_kept


def erases_at_once(module: str) -> ColumnElement[bool]:
    """The cases that were withdrawn before anybody took them: nothing was done with what they tell."""
    takes = {step.action for kind in casework_of(module).kinds for step in kind.table.steps if step.takes}
    was_taken = exists().where(CaseEvent.case_id == Case.id, CaseEvent.action.in_(takes))
    return (Case.module == module) & (Case.phase == "withdrawn") & Case.handler_id.is_(None) & ~was_taken

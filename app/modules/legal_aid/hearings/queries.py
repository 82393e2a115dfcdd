"""Reads of hearings, in clear."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased

from app.casework.models import Case
from app.casework.sealing import unseal_texts
from app.core.errors import NotFound
from app.modules.legal_aid.hearings.models import Hearing
from app.modules.legal_aid.lawyers.models import Assignment, AssignmentState, Lawyer
from app.modules.legal_aid.lawyers.queries import is_of
from tenants.context import Actor
from tenants.database import db

MOST = 500


@dataclass(frozen=True, slots=True)
class HearingLine:
    """A hearing with its case's number and its lawyer; `told` by the names of its form; whether another one of the same
    lawyer is at the same time."""

    hearing: Hearing
    case: Case
    lawyer_name: str
    told: dict[str, str]
    outcome: str
    overlaps: bool

    @property
    def was_dropped(self) -> bool:
        """Whether nobody cancelled it, and it was ahead when the case was over."""
        cancelled, closed = self.hearing.cancelled_at, self.case.closed_at
        return cancelled is not None and closed is not None and cancelled >= closed


def list_of_case(case_id: UUID) -> list[HearingLine]:
    """The hearings of a case, the last first."""
    return list(reversed(_lines(Hearing.case_id == case_id)))


def list_handled(actor: Actor, start: datetime, end: datetime) -> list[HearingLine]:
    """Those of the cases an actor handles, from one moment to another."""
    return _lines(_between(start, end), Case.handler_id == actor.account_id)


def list_in_zone(start: datetime, end: datetime) -> list[HearingLine]:
    """Those of every case the plane sees."""
    return _lines(_between(start, end))


def list_represented(actor: Actor, start: datetime, end: datetime) -> list[HearingLine]:
    """Those of the cases that a lawyer has."""
    own = select(Lawyer.id).where(Lawyer.id == Assignment.lawyer_id, is_of(actor.account_id)).correlate(Assignment)
    return _lines(_between(start, end), own.exists())


def find_hearing(case_id: UUID, hearing_id: UUID) -> Hearing:
    """A hearing of that very case; raises `NotFound`."""
    statement = select(Hearing).where(Hearing.id == hearing_id, Hearing.case_id == case_id)
    found = db.session.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def find_line(case_id: UUID, hearing_id: UUID) -> HearingLine:
    """Raises `NotFound`."""
    find_hearing(case_id, hearing_id)
    return _lines(Hearing.case_id == case_id, Hearing.id == hearing_id)[0]


def _between(start: datetime, end: datetime) -> ColumnElement[bool]:
    return and_(Hearing.starts_at >= start, Hearing.starts_at < end, Hearing.cancelled_at.is_(None))


def _lines(*conditions: ColumnElement[bool]) -> list[HearingLine]:
    statement = (
        select(Hearing, Case, Assignment.lawyer_name, _overlaps())
        .join(Case, Case.id == Hearing.case_id)
        .outerjoin(Assignment, and_(Assignment.case_id == Case.id, Assignment.state == AssignmentState.ACCEPTED))
        .where(*conditions)
        .order_by(Hearing.starts_at, Hearing.id)
        .limit(MOST)
    )
    rows = db.session.execute(statement).all()
    table = Hearing.__tablename__
    told = unseal_texts(table, "told_cipher", [(row[0].id, row[0].told_cipher) for row in rows])
    outcomes = unseal_texts(table, "outcome_cipher", [(row[0].id, row[0].outcome_cipher) for row in rows])
    return [
        HearingLine(row[0], row[1], row[2] or "", json.loads(text), outcome, row[3])
        for row, text, outcome in zip(rows, told, outcomes, strict=True)
    ]


def _overlaps() -> ColumnElement[bool]:
    """Whether the lawyer of the case has another hearing before this one ends and after it begins."""
    other, theirs = aliased(Hearing), aliased(Assignment)
    minute = db.func.make_interval(0, 0, 0, 0, 0, 1)
    return (
        select(other.id)
        .join(theirs, and_(theirs.case_id == other.case_id, theirs.state == AssignmentState.ACCEPTED))
        .where(theirs.lawyer_id == Assignment.lawyer_id, other.id != Hearing.id)
        .where(other.cancelled_at.is_(None), Hearing.cancelled_at.is_(None))
        .where(other.starts_at < Hearing.starts_at + Hearing.minutes * minute)
        .where(Hearing.starts_at < other.starts_at + other.minutes * minute)
        .correlate(Hearing, Assignment)
        .exists()
    )

"""Reads of pauses."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import aliased

from app.casework.models import CaseClock
from app.casework.pauses.models import CasePause
from tenants.database import db


def is_held(case_id: Any) -> ColumnElement[bool]:
    """A promise of the case is paused; `case_id` is a column."""
    return exists().where(
        CaseClock.case_id == case_id, CaseClock.stopped_at.is_(None), CaseClock.paused_at.is_not(None)
    )


def find_pause(case_id: UUID) -> CasePause | None:
    """The pause that a case is in."""
    statement = select(CasePause).where(CasePause.case_id == case_id, is_held(CasePause.case_id))
    return db.session.execute(statement.order_by(CasePause.id.desc()).limit(1)).scalar_one_or_none()


def list_due(today: date, most: int) -> list[UUID]:
    """The cases whose pause ends today, or should have."""
    later = aliased(CasePause)
    is_last = ~exists().where(later.case_id == CasePause.case_id, later.id > CasePause.id)
    statement = select(CasePause.case_id).where(CasePause.resume_on <= today, is_last, is_held(CasePause.case_id))
    return list(db.session.execute(statement.order_by(CasePause.case_id).limit(most)).scalars())

"""Cases end for good when their time is over: all that was told of them, its papers, and everything that led to a person."""

from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select

from app.casework.kinds import CaseKind, all_kinds
from app.casework.models import Case, OfACase
from app.casework.retention.models import CaseErasure, PastCase
from app.casework.retention.queries import erases_at_once, is_on_hold, time_is_over
from app.casework.retention.requests import GRANTED
from app.casework.stories.operations import take_down
from app.casework.trail import record
from app.core.clock import now
from app.core.files import delete_file
from tenants.database import db
from tenants.ids import uuid7

MOST_AT_ONCE = 200
COUNTED = (
    "module", "kind", "state", "phase", "blind_paths", "month_handed_in", "month_closed", "amount_requested_cents",
    "amount_granted_cents", "amount_paid_cents", "amount_recovered_cents", "month_answered", "answered_in_days",
    "answered_in_time",
)  # fmt: skip
"""What stays of a case."""


def erase_due() -> int:
    """Erase the zone's cases whose time is over; returns how many. What is left of a large heap comes next time."""
    erased = 0
    for kind in all_kinds():
        for case in _due(kind, MOST_AT_ONCE - erased):
            _erase(case)
            erased += 1
    return erased


def _due(kind: CaseKind, most: int) -> list[Case]:
    """The cases of a kind whose time is over, or whose member has them erased; nothing that is on hold."""
    statement = (
        select(Case)
        .where(Case.kind == kind.key, Case.closed_at.is_not(None), ~is_on_hold(Case.id))
        .where(or_(time_is_over(kind, now()), _is_given_up(kind)))
        .order_by(Case.closed_at)
        .limit(most)
        .with_for_update(of=Case, skip_locked=True)
    )
    return list(db.session.execute(statement).scalars())


def _is_given_up(kind: CaseKind) -> ColumnElement[bool]:
    """Its member asked for it, and it was granted or nobody ever took the case; no money keeps it."""
    asked = select(CaseErasure.id).where(CaseErasure.case_id == Case.id)
    granted = asked.where(CaseErasure.answer == GRANTED).exists()
    at_once = asked.where(CaseErasure.answer.is_(None)).exists() & erases_at_once(kind.module)
    return or_(granted, at_once) & Case.amount_granted_cents.is_(None)


def _erase(case: Case) -> None:
    kept = {column: getattr(case, column) for column in COUNTED}
    record(case, "erase")
    remove(case)
    db.session.add(PastCase(id=uuid7(), **kept))
    db.session.flush()


def remove(case: Case) -> None:
    """Take the case and everything of it out of all tables, and its papers off the disk once that is committed."""
    db.session.flush()  # what the trail says of it is kept from whom the case is kept from, which only the case knows
    take_down(case.id)
    files = [file_id for model in _models() for file_id in _files(model, case)]
    for model in _models():
        db.session.execute(delete(model).where(model.case_id == case.id))
    for file_id in files:
        delete_file(file_id)
    db.session.delete(case)
    db.session.flush()


def _models() -> list[type[Any]]:
    """Every table of things of a case, whichever feature brings it; what points to another one comes first."""
    order = {table: place for place, table in enumerate(db.metadata.sorted_tables)}
    return sorted(OfACase.__subclasses__(), key=lambda model: -order[model.__table__])


def _files(model: type[Any], case: Case) -> list[Any]:
    if "file_id" not in model.__table__.columns:
        return []
    statement = select(model.file_id).where(model.case_id == case.id, model.file_id.is_not(None))
    return list(db.session.execute(statement).scalars())

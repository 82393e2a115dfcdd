"""Who is kept from which cases: they know its people, by their own word or another's finding (`models.CaseConflict`)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from app.casework.access.models import CaseConflict
from app.casework.models import Case
from tenants.context import Actor
from tenants.database import db


def is_conflict(case_id: Any, account_id: UUID | None) -> ColumnElement[bool]:
    """The condition that somebody is kept from a case, by its id or a column of such."""
    kept = select(CaseConflict.id).where(CaseConflict.case_id == case_id, CaseConflict.account_id == account_id)
    return kept.exists()


def may_know(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Case` that it is not the actor's own (`rule.is_own`), nor are they kept from it."""
    is_own = or_(Case.submitted_by == actor.account_id, Case.member_id == actor.member_id)
    return and_(is_own.is_not(True), ~is_conflict(Case.id, actor.account_id))


def is_conflicted(account_id: UUID, case_id: UUID) -> bool:
    """Whether somebody is kept from a case: they are given no part in it."""
    return bool(db.session.scalar(select(is_conflict(case_id, account_id))))


def conflicts_of(account_id: UUID | None, case_ids: Iterable[UUID]) -> set[UUID]:
    """The cases among these that somebody is kept from."""
    among = (CaseConflict.account_id == account_id, CaseConflict.case_id.in_(list(case_ids)))
    return set(db.session.scalars(select(CaseConflict.case_id).where(*among)))


def list_conflicted(case_id: UUID) -> set[UUID]:
    """The accounts that are kept from a case."""
    return conflicted_by_case([case_id])[case_id]


def conflicted_by_case(case_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """The accounts that are kept from each case."""
    by_case: dict[UUID, set[UUID]] = {case_id: set() for case_id in case_ids}
    kept = select(CaseConflict.case_id, CaseConflict.account_id).where(CaseConflict.case_id.in_(by_case))
    for case_id, account_id in db.session.execute(kept):
        by_case[case_id].add(account_id)
    return by_case

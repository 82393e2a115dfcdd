"""Whose hands may touch a payment: nobody's who is the applicant or knows them, and whoever decided makes no batch of it."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from app.casework.access.models import CaseConflict
from app.casework.access.rule import is_own
from app.casework.models import Case
from app.casework.payments.errors import NotTheirs
from tenants.context import Actor
from tenants.database import db


def require_apart(actor: Actor, cases: Iterable[Case], *, makes: bool = False) -> None:
    """Raises `NotTheirs` for cases the actor has a part in; who `makes` a batch has not decided on them either."""
    cases = list(cases)
    known = _conflicted(actor, [case.id for case in cases])
    kept = [case for case in cases if is_own(actor, case) or case.id in known or (makes and _decided(actor, case))]
    if kept:
        raise NotTheirs(sorted(case.number or "" for case in kept))


def _decided(actor: Actor, case: Case) -> bool:
    return actor.account_id in (case.decided_by, case.appeal_decided_by)


def _conflicted(actor: Actor, case_ids: list[UUID]) -> set[UUID]:
    statement = select(CaseConflict.case_id).where(
        CaseConflict.account_id == actor.account_id, CaseConflict.case_id.in_(case_ids)
    )
    return set(db.session.scalars(statement))

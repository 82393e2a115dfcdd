"""What is owed to others than its member keeps a case from being erased: payments of its kind, and answers to objections."""

from collections.abc import Iterable
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select

from app.casework.kinds import CaseKind, casework_of, find_kind
from app.casework.models import Case
from app.casework.public_notice.objection_queries import has_open_objection, is_objected_to
from tenants.database import db


def owes(kind: CaseKind) -> ColumnElement[bool]:
    """Of the columns of `Case`, for cases of the kind: something is owed to others than the member."""
    return or_(kind.own.owes(), has_open_objection(Case.id))


def list_owing(module: str, cases: Iterable[Case]) -> set[UUID]:
    """Which of these cases of a module owe something to others than the member and are not erased before."""
    owing = or_(*(and_(Case.kind == kind.key, owes(kind)) for kind in casework_of(module).kinds))
    statement = select(Case.id).where(Case.id.in_([case.id for case in cases]), owing)
    return set(db.session.scalars(statement))


def list_owed(case: Case) -> list[str]:
    """What a case owes so, line by line, in words for who keeps and erases cases."""
    owed = find_kind(case.kind).own.list_owed(case)
    return [*owed, _("An objection to the grant waits for its answer.")] if is_objected_to(case.id) else owed

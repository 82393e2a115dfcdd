"""Takes what belongs to a case out of all tables, whichever feature brings them, and its files off the disk."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select

from app.casework.models import Case, OfACase
from app.casework.stories.operations import take_down
from app.core.files import delete_file
from tenants.database import db


def remove(case: Case) -> None:
    """Take the case and everything of it out of all tables, and its papers off the disk once that is committed."""
    db.session.flush()  # what the trail says of it is kept from whom the case is kept from, which only the case knows
    take_rows(case, models_of_cases())
    db.session.delete(case)
    db.session.flush()


def take_rows(case: Case, models: Iterable[type[Any]]) -> None:
    """Delete a case's rows of these tables, its published story and the files; also rows by which another case points to it."""
    take_down(case.id)
    files = [file_id for model in models for file_id in _files(model, case)]
    for model in models:
        db.session.execute(delete(model).where(_is_of(model, case)))
    for file_id in files:
        delete_file(file_id)


def models_of_cases() -> list[type[Any]]:
    """Every table of things of a case; what points to another one comes first."""
    order = {table: place for place, table in enumerate(db.metadata.sorted_tables)}
    return sorted(OfACase.__subclasses__(), key=lambda model: -order[model.__table__])


def _is_of(model: type[Any], case: Case) -> ColumnElement[bool]:
    ways = [key.parent for key in model.__table__.foreign_keys if key.column is Case.__table__.c.id]
    return or_(*(column == case.id for column in ways))


def _files(model: type[Any], case: Case) -> list[UUID]:
    if "file_id" not in model.__table__.columns:
        return []
    statement = select(model.file_id).where(model.case_id == case.id, model.file_id.is_not(None))
    return list(db.session.execute(statement).scalars())

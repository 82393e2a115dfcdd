"""Finds employers' unions by what people write of them: the name of the employer, or that of its union."""

from sqlalchemy import select

from app.core.halfwidth import letters_of
from app.unions.models import Union
from app.unions.names import core
from tenants.database import db

EMPLOYERS = ("enterprise", "institution")
"""The kinds of unions whose members work for one employer."""


def find_employers_unions(written: str) -> dict[str, list[str]]:
    """The employers' unions that may be meant: the paths of those of each name. A full name means no other than its own."""
    sought = core(written)
    if not sought:
        return {}
    statement = select(Union.name, Union.path).where(Union.name_core == sought, Union.kind.in_(EMPLOYERS))
    alike = db.session.execute(statement.order_by(Union.path)).all()
    found = [row for row in alike if letters_of(row.name) == letters_of(written)] or alike
    return {name: [row.path for row in found if row.name == name] for name in dict.fromkeys(row.name for row in found)}

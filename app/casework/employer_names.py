"""Finds employers' unions by what people write of them: the name of the employer, or that of its union."""

import re

from sqlalchemy import func, select

from app.core.halfwidth import letters_of
from app.unions.models import Union
from tenants.database import db

EMPLOYERS = ("enterprise", "institution")
"""The kinds of unions whose members work for one employer."""
ENDINGS = re.compile(r"(?:股份有限公司|有限责任公司|有限公司|公司)?(?:工会委员会|工会联合会|联合工会|工会)?$")


def find_employers_unions(written: str) -> dict[str, list[str]]:
    """The employers' unions that may be meant: the paths of those of each name. A full name means no other than its own."""
    sought = core(written)
    if not sought:
        return {}
    # Whatever has the same core holds its letters in this order; what is left is compared here.
    name = func.lower(func.pg_catalog.normalize(Union.name, "NFKC"))
    rows = db.session.execute(
        select(Union.name, Union.path)
        .where(Union.kind.in_(EMPLOYERS), name.like(f"%{'%'.join(sought)}%"))
        .order_by(Union.path)
    ).all()
    alike = [row for row in rows if core(row.name) == sought]
    found = [row for row in alike if letters_of(row.name) == letters_of(written)] or alike
    return {name: [row.path for row in found if row.name == name] for name in dict.fromkeys(row.name for row in found)}


def core(name: str) -> str:
    """What distinguishes a name from others: 蓝港物流 for 蓝港物流有限公司, its 工会 and its 工会委员会."""
    return ENDINGS.sub("", letters_of(name))

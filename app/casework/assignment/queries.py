"""Reads about who has how much, whose a union's cases are, and who is kept from a case."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case as either
from sqlalchemy import func, select

from app.casework.assignment.models import CaseDuty
from app.casework.deadlines import is_late
from app.casework.models import Case
from app.casework.states import Phase
from app.unions.models import Union
from tenants.database import db
from tenants.paths import ancestors, in_subtree

LATE, IN_HAND, WAITING = 3, 2, 1
"""How much a case weighs that is late, that is with the union, that waits for somebody else."""
IN_HANDS = (Phase.OPEN, Phase.RETURNED)


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A union's cases and whose they are."""

    id: UUID
    union: str
    account_id: UUID
    account_name: str


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody has in hand, of all modules: how many cases, and what they weigh together."""

    cases: int = 0
    weight: int = 0


def loads() -> dict[UUID, Load]:
    """What each handler of the zone has in hand."""
    weight = either(
        (Case.phase == Phase.RETURNED, WAITING), (Case.due_at.is_(None), WAITING), (is_late(), LATE), else_=IN_HAND
    )
    statement = select(Case.handler_id, func.count(Case.id), func.sum(weight)).where(
        Case.handler_id.is_not(None), Case.phase.in_(IN_HANDS)
    )
    rows = db.session.execute(statement.group_by(Case.handler_id))
    return {handler: Load(cases, heavy) for handler, cases, heavy in rows if handler is not None}


def count_in_hand(module: str) -> dict[tuple[UUID, str], int]:
    """How many cases of a module each handler (account, name) has in hand, the most first."""
    number = func.count(Case.id)
    statement = (
        select(Case.handler_id, func.max(Case.handler_name), number)
        .where(Case.module == module, Case.handler_id.is_not(None), Case.phase.in_(IN_HANDS))
        .group_by(Case.handler_id)
        .order_by(number.desc(), Case.handler_id)
    )
    rows = db.session.execute(statement)
    return {(handler, name): cases for handler, name, cases in rows if handler is not None}


def list_in_hand(module: str, account_id: UUID, most: int) -> list[UUID]:
    """The cases of a module that somebody has in hand."""
    statement = select(Case.id).where(Case.module == module, Case.handler_id == account_id, Case.phase.in_(IN_HANDS))
    return list(db.session.execute(statement.order_by(Case.id).limit(most)).scalars())


def find_on_duty(module: str, union_path: str) -> UUID | None:
    """Whose the cases of a union are: by its own line, or that of the nearest union above."""
    statement = (
        select(CaseDuty.account_id)
        .join(Union, Union.id == CaseDuty.union_id)
        .where(CaseDuty.module == module, Union.path.in_(ancestors(union_path)))
        .order_by(func.length(Union.path).desc())
        .limit(1)
    )
    return db.session.execute(statement).scalar_one_or_none()


def list_duties(module: str) -> list[DutyLine]:
    """Which unions' cases are whose, in the order of the tree."""
    statement = select(CaseDuty.id, Union.name, CaseDuty.account_id, CaseDuty.account_name)
    rows = db.session.execute(
        statement.join(Union, Union.id == CaseDuty.union_id).where(CaseDuty.module == module).order_by(Union.path)
    )
    return [DutyLine(*row) for row in rows]


def find_unions_called(name: str, within: str) -> list[UUID]:
    """The unions of a subtree of that name; two of several."""
    statement = select(Union.id).where(Union.name == name, Union.status == "active", *in_subtree(Union.path, within))
    return list(db.session.execute(statement.order_by(Union.path).limit(2)).scalars())

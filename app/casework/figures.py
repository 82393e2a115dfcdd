"""Numbers of a module's cases on the zone's desk."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from app.casework.models import Case
from app.casework.states import OVER, Phase
from app.core.clock import CHINA, now
from tenants.database import db


def count_untaken(module: str) -> int:
    """Cases nobody has taken yet."""
    return _count(module, (Case.phase == Phase.OPEN) & Case.handler_id.is_(None))


def count_unfinished(module: str) -> int:
    """Cases handed in that are not over."""
    return _count(module, Case.phase.not_in((Phase.DRAFT, *OVER)))


def count_in_hand(module: str) -> int:
    """Cases somebody is at."""
    return _count(module, (Case.phase == Phase.OPEN) & Case.handler_id.is_not(None))


def count_decided_this_month(module: str) -> int:
    """Cases decided since the first of this month in China."""
    return _count(module, (Case.phase == Phase.DECIDED) & (Case.closed_at >= _this_month()))


def count_urgent(module: str) -> int:
    """Urgent cases that are the union's turn."""
    return _count(module, (Case.phase == Phase.OPEN) & Case.is_urgent)


def count_over_this_month(module: str) -> int:
    """Cases that were decided or ended since the first of this month in China."""
    return _count(module, Case.phase.in_((Phase.DECIDED, Phase.ENDED)) & (Case.closed_at >= _this_month()))


def _this_month() -> datetime:
    return now().astimezone(CHINA).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _count(module: str, condition: ColumnElement[bool]) -> int:
    statement = select(func.count(Case.id)).where(Case.module == module, condition)
    return db.session.execute(statement).scalar_one()

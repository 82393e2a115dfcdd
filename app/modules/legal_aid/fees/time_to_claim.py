"""How long the fee of a piece of work is claimed: to a day some weeks after the lawyer's part in the case is over."""

from datetime import date, datetime, time

from sqlalchemy import ColumnElement, or_

from app.core.clock import CHINA, today_in_china
from app.modules.legal_aid.fees.errors import TooLateToClaim
from app.modules.legal_aid.fees.standards import claim_within
from app.modules.legal_aid.lawyers.models import Assignment


def claim_by(assignment: Assignment) -> date | None:
    """The last day; None while the lawyer has the case."""
    return assignment.ended_at.astimezone(CHINA).date() + claim_within() if assignment.ended_at else None


def is_in_time() -> ColumnElement[bool]:
    """Of the columns of `Assignment`: what was done in it can be claimed today, or later."""
    first = datetime.combine(today_in_china() - claim_within(), time(), CHINA)
    return or_(Assignment.ended_at.is_(None), Assignment.ended_at >= first)


def has_passed(assignment: Assignment) -> bool:
    """Whether nothing that was done in an assignment is claimed any more."""
    last = claim_by(assignment)
    return last is not None and last < today_in_china()


def require_in_time(assignment: Assignment) -> None:
    """Raises `TooLateToClaim`."""
    if has_passed(assignment):
        raise TooLateToClaim

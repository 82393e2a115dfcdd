"""Puts a case on hold, looks at the hold anew, and ends it: staff alone know of it, and each is audited."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.casework.models import Case
from app.casework.queries import lock_case
from app.casework.retention.errors import AlreadyOnHold
from app.casework.retention.models import CaseHold
from app.casework.retention.queries import MOST, find_hold
from app.casework.retention.requests import require_retention
from app.casework.trail import add_event, record
from app.core.clock import now, today_in_china
from app.core.seen import ChangedMeanwhile, require_seen
from tenants.context import SYSTEM, Actor
from tenants.database import db
from tenants.ids import uuid7

HOLD = "hold"
REVIEW_HOLD = "review_hold"
END_HOLD = "end_hold"


def place_hold(actor: Actor, case_id: UUID, until: date, reason: str) -> None:
    """Keep a case from being erased to the end of a day. Sent twice it is placed once.

    Raises `AlreadyOnHold` for one of somebody else's, and what `require_retention` does.
    """
    case = _locked(actor, case_id)
    hold = find_hold(case.id)
    if hold is not None:
        if (hold.placed_by, hold.until) == (actor.account_id, until):
            return
        raise AlreadyOnHold
    db.session.add(CaseHold(id=uuid7(), case_id=case.id, member_id=case.member_id, until=until,
                            placed_by=actor.account_id, placed_by_name=actor.name))  # fmt: skip
    _remember(actor, case, HOLD, reason)


def review_hold(actor: Actor, case_id: UUID, until: date, reason: str, *, seen: str) -> None:
    """Say that a hold is needed still, and until when. Raises `ChangedMeanwhile` and what `require_retention` does."""
    case = _locked(actor, case_id)
    hold = find_hold(case.id)
    if hold is None:
        raise ChangedMeanwhile
    require_seen(seen, hold.mark)
    hold.until, hold.reviewed_at = until, now()
    _remember(actor, case, REVIEW_HOLD, reason)


def end_hold(actor: Actor, case_id: UUID, reason: str, *, seen: str) -> None:
    """Let a case be erased again when its time comes. Raises `ChangedMeanwhile` and what `require_retention` does."""
    case = _locked(actor, case_id)
    hold = find_hold(case.id)
    if hold is None:
        raise ChangedMeanwhile
    require_seen(seen, hold.mark)
    _end(actor, case, hold, reason)


def end_holds_that_are_over() -> int:
    """End every hold of the zone whose last day has passed; returns how many."""
    statement = select(CaseHold.case_id).where(CaseHold.ended_at.is_(None), CaseHold.until < today_in_china())
    over = list(db.session.execute(statement.limit(MOST)).scalars())
    for case_id in over:
        case = lock_case(case_id)
        hold = find_hold(case.id)
        if hold is not None and hold.until < today_in_china():
            _end(SYSTEM, case, hold, "")
    db.session.flush()
    return len(over)


def _end(actor: Actor, case: Case, hold: CaseHold, reason: str) -> None:
    hold.ended_at, hold.ended_by = now(), actor.account_id
    _remember(actor, case, END_HOLD, reason)


def _locked(actor: Actor, case_id: UUID) -> Case:
    case = lock_case(case_id)
    require_retention(actor, case)
    return case


def _remember(actor: Actor, case: Case, deed: str, reason: str) -> None:
    add_event(actor, case, deed, reason, is_shown=False)
    record(case, deed, concerns_member=False)

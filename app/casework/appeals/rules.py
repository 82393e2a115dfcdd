"""When a decision may be appealed: within the days of the kind's clock, where less was given than asked for."""

from datetime import datetime

from app.casework.calendar.in_force import work_calendar
from app.casework.clocks import start
from app.casework.errors import NothingToAppeal, TooLateToAppeal
from app.casework.kinds import CaseKind
from app.casework.models import Case
from app.casework.states import Step
from app.core.clock import now
from app.core.errors import DomainError


def appeal_refusal(case: Case, kind: CaseKind, step: Step) -> DomainError | None:
    """Why a step can't be taken as an appeal; None for other steps, and from where it leads nowhere anyway."""
    if not step.appeals_within or case.state not in step.sources:
        return None
    requested, granted = case.amount_requested_cents, case.amount_granted_cents or 0
    if requested is not None and granted >= requested:
        return NothingToAppeal()
    return TooLateToAppeal() if now() > last_moment(case, kind, step) else None


def last_moment(case: Case, kind: CaseKind, step: Step) -> datetime:
    """Until when the decision may be appealed."""
    if case.closed_at is None:
        raise ValueError("only what is over is appealed")
    return last_moment_after(case.closed_at, kind, step)


def last_moment_after(decided_at: datetime, kind: CaseKind, step: Step) -> datetime:
    """Until when a decision of that moment may be appealed."""
    return start(kind.clock(step.appeals_within), decided_at, work_calendar()).due_at

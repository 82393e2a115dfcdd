"""How long an answer took, noted when it is given: later nobody knows any more what was promised."""

from typing import Any

from app.casework.calendar.in_force import work_calendar
from app.casework.models import Case
from app.core.clock import CHINA, now


def answer_columns(case: Case) -> dict[str, Any]:
    """The working days from handing in to now, and whether the promise, as it still stands, is kept."""
    if case.submitted_at is None:
        return {}
    begun, answered = (at.astimezone(CHINA).date() for at in (case.submitted_at, now()))
    return {
        "answered_in_days": max(0, work_calendar().working_days_between(begun, answered)),
        "answered_in_time": case.due_at is None or now() <= case.due_at,
    }

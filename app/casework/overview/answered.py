"""How long an answer took, noted when it is given: later nobody knows any more what was promised."""

from typing import Any

from app.casework.calendar.working_days import WorkCalendar
from app.casework.models import Case, CaseClock
from app.core.clock import CHINA, now


def answer_columns(case: Case, promise: CaseClock, calendar: WorkCalendar) -> dict[str, Any]:
    """When the first answer came, the working days from handing in to it, and whether the promise that it ends is kept.

    What is paused was in time when it was paused, and waits since.
    """
    if case.submitted_at is None or case.answered_at is not None:
        return {}
    begun, answered = (at.astimezone(CHINA).date() for at in (case.submitted_at, now()))
    return {
        "answered_at": now(),
        "answered_in_days": max(0, calendar.working_days_between(begun, answered)),
        "answered_in_time": promise.paused_at is not None or now() <= promise.due_at,
    }

"""What the city does with the calendar: notes a year's notice, or takes it back."""

import hashlib

from app.casework.calendar.in_force import CALENDAR_CHANGED, read_calendar
from app.casework.calendar.models import CalendarYear
from app.casework.calendar.working_days import Notice
from app.core import audit
from app.core.errors import NotFound
from app.core.seen import require_seen
from tenants.changes import announce
from tenants.database import db
from tenants.turns import take_turn


def mark_of(notice: Notice | None) -> str:
    """The mark of a year as a page shows it (`app.core.seen`); empty for a year without a notice."""
    if notice is None:
        return ""
    said = (notice.source, sorted(notice.days_off), sorted(notice.make_up_workdays))
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def note_year(notice: Notice, seen: str | None = None) -> None:
    """Let a notice hold for its year. Raises `ChangedMeanwhile`. City plane."""
    _require_seen(notice.year, seen)
    noted = CalendarYear(
        year=notice.year, source=notice.source,
        days_off=sorted(notice.days_off), make_up_workdays=sorted(notice.make_up_workdays),
    )  # fmt: skip
    db.session.merge(noted)
    _tell("calendar.note", notice)


def withdraw_year(year: int, seen: str | None = None) -> None:
    """Take back what the city noted, so that the release's notice holds again, or none.

    Raises `NotFound` where the city noted nothing, and `ChangedMeanwhile`. City plane.
    """
    _require_seen(year, seen)
    noted = db.session.get(CalendarYear, year)
    if noted is None:
        raise NotFound
    db.session.delete(noted)
    _tell("calendar.withdraw", noted.notice)


def _require_seen(year: int, seen: str | None) -> None:
    take_turn("casework.calendar")
    present = read_calendar().notices.get(year)
    require_seen(seen, mark_of(present), present)


def _tell(action: str, notice: Notice) -> None:
    audit.record(action, object_type="calendar_year", object_id=notice.year, source=notice.source)
    announce(CALENDAR_CHANGED, notice.year)

"""What staff do with weeks."""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from app.core.audit import record
from app.core.clock import today_in_china
from app.core.pages.content import touch_content
from app.core.seen import require_seen
from app.modules.events.weeks.errors import WeekMovedOn
from app.modules.events.weeks.models import Week, WeekState
from app.modules.events.weeks.queries import find_week
from tenants.context import current_zone
from tenants.database import db


@dataclass(frozen=True, slots=True)
class Written:
    """What staff write of a week."""

    title: str
    summary: str
    first_on: date
    last_on: date
    every: str


def write_week(week_id: UUID, written: Written) -> Week:
    """Begin a week; sent twice it is one."""
    before = db.session.get(Week, (current_zone().id, week_id))
    if before is not None:
        return before
    made = Week(id=week_id, state=WeekState.DRAFT, version=1, **asdict(written))
    db.session.add(made)
    return _changed("events.write_week", made)


def edit_week(week_id: UUID, written: Written, *, seen: str) -> Week:
    """Change a week. Raises `ChangedMeanwhile`, `NotFound`."""
    week = _held(week_id, seen)
    for name, value in asdict(written).items():
        setattr(week, name, value)
    return _changed("events.edit_week", week)


def announce_week(week_id: UUID, *, seen: str) -> Week:
    """Let members see it. Raises `ChangedMeanwhile`, `NotFound`, `WeekMovedOn`."""
    week = _held(week_id, seen)
    if week.state != WeekState.DRAFT:
        raise WeekMovedOn
    week.state = WeekState.ANNOUNCED
    return _changed("events.announce_week", week)


def end_week(week_id: UUID, *, seen: str) -> Week:
    """Let it not come again after the one that runs today, if one does. Raises `ChangedMeanwhile`, `NotFound`, `WeekMovedOn`."""
    week = _held(week_id, seen)
    if week.state != WeekState.ANNOUNCED:
        raise WeekMovedOn
    week.state, week.ended_on = WeekState.ENDED, today_in_china()
    return _changed("events.end_week", week)


def _held(week_id: UUID, seen: str) -> Week:
    week = find_week(week_id, lock=True)
    require_seen(seen, week.mark, week)
    week.version += 1
    return week


def _changed(action: str, week: Week) -> Week:
    db.session.flush()
    touch_content()
    record(action, object_type="events_week", object_id=week.id, title=week.title)
    return week

"""Reading weeks, and the campaigns held in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from app.core.clock import today_in_china
from app.core.errors import NotFound
from app.modules.events.models import Campaign
from app.modules.events.queries import IS_PUBLIC
from app.modules.events.weeks.models import Week
from app.modules.events.weeks.occurring import Days, between, coming
from tenants.context import current_zone
from tenants.database import db

SOON = timedelta(days=30)
"""How long before it comes a week is spoken of."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A week, with its days that run or come next; none where it is over."""

    week: Week
    days: Days | None


def find_week(week_id: UUID, *, lock: bool = False) -> Week:
    """Raises `NotFound`."""
    found = db.session.get(Week, (current_zone().id, week_id), with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFound
    return found


def next_days(week: Week, on: date | None = None) -> Days | None:
    return coming(Days(week.first_on, week.last_on), week.every, on or today_in_china(), week.ended_on)


def list_weeks() -> list[Coming]:
    """All weeks: those that run or come next at the beginning, those that are over at the end."""
    found = [Coming(week, next_days(week)) for week in db.session.scalars(select(Week))]
    return sorted(found, key=lambda each: (each.days is None, each.days.first if each.days else each.week.first_on))


def list_soon() -> list[Coming]:
    """The weeks that run or come within a month."""
    return [each for each in list_weeks() if each.days and each.days.first - today_in_china() <= SOON]


def list_in(first: date, last: date) -> Iterator[tuple[Week, Days]]:
    """What days of weeks fall into a span."""
    for week in db.session.scalars(select(Week)):
        for days in between(Days(week.first_on, week.last_on), week.every, first, last, week.ended_on):
            yield week, days


def list_campaigns(week_id: UUID) -> list[Campaign]:
    """The announced campaigns held in a week, whenever it came, the latest first."""
    statement = select(Campaign).where(IS_PUBLIC, Campaign.week_id == week_id)
    return list(db.session.scalars(statement.order_by(Campaign.opens_at.desc(), Campaign.id).limit(200)))


def week_choices() -> list[tuple[UUID, str]]:
    """The weeks that a campaign may be held in."""
    return [(each.week.id, each.week.title) for each in list_weeks() if each.days]

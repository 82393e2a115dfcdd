"""Campaign weeks."""

from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Mapped, mapped_column

from app.modules.events.weeks.occurring import Every
from tenants.database import ZoneScoped, db

LONGEST_TITLE = 30
LONGEST_SUMMARY = 200
MOST_DAYS = 62


class WeekState(StrEnum):
    """draft ──▶ announced, for members to see ──▶ ended: it does not come again."""

    DRAFT = "draft"
    ANNOUNCED = "announced"
    ENDED = "ended"


class Week(ZoneScoped, db.Model):
    """Days from `first_on` to `last_on` that come again `every` week, month or year, until it `ended_on`."""

    __tablename__ = "events_weeks"

    title: Mapped[str]
    summary: Mapped[str]
    first_on: Mapped[date]
    last_on: Mapped[date]
    every: Mapped[str] = mapped_column(default=Every.ONCE)
    state: Mapped[str] = mapped_column(default=WeekState.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    ended_on: Mapped[date | None]

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return str(self.version)

"""Years of the calendar that the city noted itself."""

from datetime import date

from sqlalchemy import ARRAY, Date
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.calendar.working_days import Notice
from tenants.database import db


class CalendarYear(db.Model):
    """A year's notice as the city noted it; it holds in the place of what the release knows of the year."""

    __tablename__ = "calendar_years"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str]
    days_off: Mapped[list[date]] = mapped_column(ARRAY(Date))
    make_up_workdays: Mapped[list[date]] = mapped_column(ARRAY(Date))

    @property
    def notice(self) -> Notice:
        return Notice(self.year, self.source, frozenset(self.days_off), frozenset(self.make_up_workdays))

"""Months that pages are turned to."""

from datetime import date, datetime, time, timedelta

from app.core.clock import CHINA, today_in_china

FARTHEST = timedelta(days=3 * 366)
"""How far back or ahead pages are turned: about three years."""


def month_of(text: str) -> date:
    """The first day of a month such as 2026-03; of this one for anything else, or years away from today."""
    this = today_in_china().replace(day=1)
    try:
        month = datetime.strptime(text, "%Y-%m").replace(tzinfo=CHINA).date()
    except ValueError:
        return this
    return month if abs(month - this) <= FARTHEST else this


def turned(month: date, by: int) -> str:
    """The month so many after another one, such as 2026-03."""
    count = month.year * 12 + month.month - 1 + by
    return f"{count // 12:04}-{count % 12 + 1:02}"


def bounds(month: date) -> tuple[datetime, datetime]:
    """From when to when a month lasts in China, the latter not included."""
    after = date.fromisoformat(f"{turned(month, 1)}-01")
    return datetime.combine(month, time(), CHINA), datetime.combine(after, time(), CHINA)

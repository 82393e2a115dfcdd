"""The only two questions asked of the clock: which instant it is, and which day it is in China."""

from datetime import UTC, date, datetime, timedelta, timezone

# China has kept UTC+8 without summer time since 1991; a fixed offset needs no time zone database.
CHINA = timezone(timedelta(hours=8), "UTC+08:00")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def today_in_china() -> date:
    """The calendar day in China, whatever the server's own time zone says."""
    return datetime.now(CHINA).date()

"""The day by which an answer is promised."""

from datetime import date, timedelta

SATURDAY = 5
SOON = timedelta(days=2)
"""How long before its promised day an application is due soon."""


def promised_day(start: date, working_days: int) -> date:
    """The last of `working_days` days after `start`, Mondays to Fridays; public holidays count as working days."""
    day = start
    while working_days:
        day += timedelta(days=1)
        working_days -= day.weekday() < SATURDAY
    return day

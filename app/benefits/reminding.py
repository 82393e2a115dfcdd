"""What reminders of the last day have in common, of beans and of vouchers: when they go out, and how their words are filled in."""

from typing import Any

from sqlalchemy import String, case, cast, func, literal

REMINDERS = (1, 7, 30)
"""So many days before the last one a member is reminded, once each."""


def nearest_step(days_left: Any) -> Any:
    """Which of `REMINDERS` a number of days falls under: on a day that was missed the next one makes up for it."""
    return case(*((days_left <= days, days) for days in REMINDERS))


def is_near(days_left: Any) -> Any:
    """Whether the last day is within reach of a reminder, and not over."""
    return days_left.between(0, max(REMINDERS))


def params(**values: Any) -> Any:
    """What fills the places of a notice's words, as the column that `notify_each` takes."""
    texts = [part for name, value in values.items() for part in (cast(literal(name), String), cast(value, String))]
    return func.jsonb_build_object(*texts).label("params")

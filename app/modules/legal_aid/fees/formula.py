"""The calculation of a fee: from a standard and what the lawyer told to lines people can follow. Pure; money in cents."""

from dataclasses import dataclass
from enum import StrEnum

from app.modules.legal_aid.fees.standards import Standard

MINUTES = 60


class LineKey(StrEnum):
    """The lines of a calculation, in their order."""

    STAGE = "stage"
    HOURS = "hours"
    HOURS_MOST = "hours_most"
    TRAVEL = "travel"
    TRAVEL_MOST = "travel_most"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One line; one with a most stands below what it cuts, and counts in its place."""

    key: LineKey
    cents: int


@dataclass(frozen=True, slots=True)
class Told:
    """What the lawyer told: minutes of work, and travel costs in cents."""

    minutes: int
    travel_cents: int


def calculate(standard: Standard, told: Told) -> tuple[FeeLine, ...]:
    """The lines, the last of them the total. Hours are rounded half up to a cent."""
    hours, hours_most = _by_hours(standard, told.minutes), standard.hours_most_cents
    travel, travel_most = told.travel_cents, standard.travel_most_cents
    lines = [
        *([FeeLine(LineKey.STAGE, standard.stage_cents)] if standard.stage_cents else []),
        *_cut(LineKey.HOURS, hours, LineKey.HOURS_MOST, hours_most),
        *_cut(LineKey.TRAVEL, travel, LineKey.TRAVEL_MOST, travel_most),
    ]
    total = standard.stage_cents + min(hours, hours_most) + min(travel, travel_most)
    return (*lines, FeeLine(LineKey.TOTAL, total))


def _by_hours(standard: Standard, minutes: int) -> int:
    return (2 * minutes * standard.hour_cents + MINUTES) // (2 * MINUTES)


def _cut(key: LineKey, cents: int, most_key: LineKey, most: int) -> list[FeeLine]:
    """What was told, where there is something, and the most that counts of it, where that is less."""
    return [*([FeeLine(key, cents)] if cents else []), *([FeeLine(most_key, most)] if cents > most else [])]

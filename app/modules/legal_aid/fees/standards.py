"""Fee standards: what a lawyer is paid for a piece of work done from a day on. Pure, but for the file they come with."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.casework.standards import last_begun

FILE = Path(__file__).with_name("standards.toml")


class Work(StrEnum):
    """What a lawyer does in a case and is paid for: advice, or a stage, called as the stages of hearings are."""

    CONSULTATION = "consultation"
    MEDIATION = "mediation"
    ARBITRATION = "arbitration"
    FIRST_INSTANCE = "first_instance"
    SECOND_INSTANCE = "second_instance"


@dataclass(frozen=True, slots=True)
class Standard:
    """A fee standard (补贴标准) in cents: `stage_cents` for the work as a whole, `hour_cents` an hour and together
    `hours_most_cents` at most, and travel by receipts up to `travel_most_cents`."""

    work: Work
    effective_from: date
    stage_cents: int
    hour_cents: int
    hours_most_cents: int
    travel_most_cents: int
    source: str

    def to_json(self) -> dict[str, Any]:
        """As it is kept with a claim: whatever is noted later, `read_standard` gives the same one."""
        return {**asdict(self), "effective_from": self.effective_from.isoformat()}


def read_standard(written: Mapping[str, Any]) -> Standard:
    """Of TOML or JSON."""
    day = written["effective_from"]
    begins = date.fromisoformat(day) if isinstance(day, str) else day
    return Standard(**{**written, "work": Work(written["work"]), "effective_from": begins})


@lru_cache(maxsize=1)
def _written() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))


@lru_cache(maxsize=1)
def released() -> tuple[Standard, ...]:
    """The standards of `standards.toml`, the earliest first."""
    return tuple(sorted(map(read_standard, _written()["standards"]), key=lambda each: each.effective_from))


def claim_within() -> timedelta:
    """How long after their part in a case lawyers claim its fees, in whole days."""
    return timedelta(days=_written()["claim_within_days"])


def released_on(work: Work, day: date) -> Standard:
    """What came with the platform for work done on a day; before all of it the first."""
    return last_begun(day, [each for each in released() if each.work is work])

"""What somebody judges, whatever the kind: each kind says it of its own (`CampaignKind.judged`)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that somebody judges: of `owing` sheets `done` are there, and `is_on` says whether they can be written now.

    `key` tells it from every other one.
    """

    key: str
    title: str
    href: str
    begins: datetime
    ends: datetime
    is_on: bool
    done: int
    owing: int

    @property
    def owed(self) -> int:
        """How many sheets are still to be written."""
        return self.owing - self.done

"""Limits against guessing and flooding, counted in PostgreSQL: they hold on all processes and never depend on Redis.

Each limit counts in fixed windows. A refused attempt is rolled back with its transaction, so the counter stands at the
limit until the window ends.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from app.core.clock import now
from app.core.errors import TooMany
from app.core.platform import platform
from app.identity.models import LimitCounter
from tenants.database import db


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` uses by one subject in each window of length `per`; past it `refusal` is raised."""

    name: str
    most: int
    per: timedelta
    refusal: type[TooMany] = TooMany

    def window(self) -> int:
        return int(now().timestamp() // self.per.total_seconds())

    def bucket(self, subject: str) -> bytes:
        """The counter's key: subjects (phones, addresses) can't be read out of the table."""
        return platform().blind_index.of("limit", f"{self.name}|{subject}|{self.window()}")

    def seconds_left(self) -> int:
        """Whole seconds until the running window ends, at least one."""
        return max(1, math.ceil((self.ends_at() - now()).total_seconds()))

    def ends_at(self) -> datetime:
        return datetime.fromtimestamp((self.window() + 1) * self.per.total_seconds(), UTC)


def spend(*uses: tuple[Limit, str]) -> None:
    """Count one use of each limit by its subject. Raises the refusal of the first that is exhausted.

    Name limits in the same order everywhere (narrow ones first): their rows are locked until the transaction ends.
    """
    for limit, subject in uses:
        counted = (
            insert(LimitCounter)
            .values(bucket=limit.bucket(subject), used=1, ends_at=limit.ends_at())
            .on_conflict_do_update(index_elements=["bucket"], set_={"used": LimitCounter.used + 1})
            .returning(LimitCounter.used)
        )
        if db.session.execute(counted).scalar_one() > limit.most:
            raise limit.refusal(limit=limit.name, retry_after=limit.seconds_left())


def give_back(*uses: tuple[Limit, str]) -> None:
    """Take back uses that turned out to be rightful or in vain."""
    for limit, subject in uses:
        db.session.execute(
            update(LimitCounter)
            .where(LimitCounter.bucket == limit.bucket(subject), LimitCounter.used > 0)
            .values(used=LimitCounter.used - 1)
        )

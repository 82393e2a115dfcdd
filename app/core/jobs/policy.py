"""How patient the machinery is. Times are in seconds; tests shorten them through `app.extensions["job_policy"]`."""

import random
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app

EXTENSION = "job_policy"


@dataclass(frozen=True, slots=True)
class JobPolicy:
    """Leases, failures and pauses."""

    lease: float = 30.0  # what a killed worker or an emptied Redis costs at most
    most_failures: int = 8
    first_pause: float = 2.0  # after the first failure, doubling
    longest_pause: float = 900.0
    closed_pause: float = 1.0  # of an event that was under way when its zone closed; then the relay keeps it back
    poll: float = 0.4  # between two looks at the outbox when nothing wakes the relay
    queue_depth: int = 4  # jobs a worker finds waiting at most: a longer queue would be unfair to other zones
    quick_timeout: int = 60
    long_timeout: int = 6 * 3600
    jobs_per_worker: int = 20_000  # then it starts afresh
    megabytes_per_worker: int = 600

    @property
    def lease_time(self) -> timedelta:
        return timedelta(seconds=self.lease)

    def pause_after(self, failures: int) -> timedelta:
        """Exponential backoff with full jitter on its upper half: failures of one cause do not return together."""
        pause = min(self.longest_pause, self.first_pause * 2 ** (failures - 1))
        return timedelta(seconds=pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads load, guards nothing


DEFAULT = JobPolicy()


def policy() -> JobPolicy:
    return current_app.extensions.get(EXTENSION, DEFAULT)

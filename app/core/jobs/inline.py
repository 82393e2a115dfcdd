"""Doing what is due in this very process, without relay, Redis and workers: for tests and one-off commands."""

from collections import Counter

from app.core.jobs.execution import Outcome, execute
from app.core.jobs.leasing import lease_due
from app.core.jobs.registry import Lane
from tenants.context import Plane, scope


def run_due_events(most: int = 10_000) -> Counter[Outcome]:
    """Run every due event of every zone, and what these emit, until none is due; returns how often which outcome came.

    Needs an application context and no open transaction.
    """
    outcomes: Counter[Outcome] = Counter()
    while sum(outcomes.values()) < most:
        tickets = []
        with scope(Plane.WORKER):
            for lane in Lane:
                tickets += lease_due(lane, 100)
        if not tickets:
            break
        outcomes.update(execute(ticket) for ticket in tickets)
    return outcomes

"""Work that outlives the request: handlers of outbox events, run by worker processes.

registry.py   @job, @periodic          entry.py      the one function that may come out of Redis
relay.py      outbox → queue           worker.py     queue → execution.py
leasing.py    due events, zones in turn  inline.py   the same without processes, for tests and commands
cron.py       the clock → outbox       policy.py     leases, failures, pauses
wake.py       commit → relay           running.py    checkpoint()
"""

from app.core.jobs.errors import GiveUp, Postpone
from app.core.jobs.registry import Lane, job, periodic
from app.core.jobs.running import checkpoint
from app.core.jobs.wake import CHANNEL as _WAKE  # noqa: F401 - its import makes commits wake the relay

__all__ = ["GiveUp", "Lane", "Postpone", "checkpoint", "job", "periodic"]

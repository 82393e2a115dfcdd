"""The only function a job in Redis may name, and the ticket it carries.

Whoever can write to Redis must not be able to run code: a worker takes nothing from a job but one signed ticket,
checks it, and calls this function by itself; function names, callbacks and web hooks in the job are never looked at.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from app.core.jobs.execution import Outcome, Ticket, execute
from app.core.platform import platform

PURPOSE = "job ticket"
VALID = timedelta(hours=12)


def sign_ticket(ticket: Ticket) -> str:
    fields = [str(ticket.zone_id), str(ticket.event_id), ticket.attempts]
    return platform().signer.sign(fields, PURPOSE, expires_in=VALID)


def read_ticket(token: str) -> Ticket:
    """The ticket in a token of ours; raises `CryptoError` for any other."""
    zone_id, event_id, attempts = platform().signer.verify(token, PURPOSE)
    return Ticket(UUID(zone_id), UUID(event_id), int(attempts))


def run_ticket(token: str, is_stopping: Callable[[], bool] = lambda: False) -> Outcome:
    """Run the event that a signed token names; raises `CryptoError` when it is not ours."""
    return execute(read_ticket(token), is_stopping)

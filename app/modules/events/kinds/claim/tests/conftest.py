import pytest
import time_machine

from app.core.clock import now
from app.modules.events.kinds.claim.tests.queue import Queue
from app.modules.events.tests.fair import SOON


@pytest.fixture
def clock():
    with time_machine.travel(now(), tick=False) as clock:
        yield clock


@pytest.fixture
def queue(fair, clock) -> Queue:
    """A giveaway of one voucher that is open, waited for until an hour after it closed."""
    found = Queue(fair, waiting_hours=1)
    clock.shift(SOON)
    return found

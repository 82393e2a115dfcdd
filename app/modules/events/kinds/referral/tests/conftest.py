import pytest
import time_machine

from app.core.clock import now
from app.modules.events.kinds.referral.tests.circle import Circle


@pytest.fixture
def circle(fair) -> Circle:
    return Circle(fair)


@pytest.fixture
def clock():
    with time_machine.travel(now(), tick=False) as travelled:
        yield travelled

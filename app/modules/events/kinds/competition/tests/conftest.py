import pytest
import time_machine

from app.core.clock import now
from app.modules.events.kinds.competition.tests.stage import Stage


@pytest.fixture
def stage(fair) -> Stage:
    return Stage(fair)


@pytest.fixture
def clock():
    with time_machine.travel(now(), tick=False) as travelled:
        yield travelled

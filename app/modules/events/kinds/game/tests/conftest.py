import pytest
import time_machine

from app.core.clock import now
from app.modules.events.kinds.game.tests.arcade import Arcade


@pytest.fixture
def arcade(fair) -> Arcade:
    return Arcade(fair)


@pytest.fixture
def clock():
    with time_machine.travel(now(), tick=False) as travelled:
        yield travelled

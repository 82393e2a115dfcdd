import pytest
import time_machine

from app.core.clock import now
from app.modules.events.kinds.works.tests.atelier import Atelier


@pytest.fixture
def atelier(fair) -> Atelier:
    return Atelier(fair)


@pytest.fixture
def clock():
    with time_machine.travel(now(), tick=False) as travelled:
        yield travelled

import pytest
import time_machine

from app.core.clock import now
from app.modules.events.kinds.works.tests.atelier import Atelier
from app.modules.events.kinds.works.tests.panel import Panel


@pytest.fixture
def atelier(fair) -> Atelier:
    return Atelier(fair)


@pytest.fixture
def panel(fair) -> Panel:
    return Panel(fair)


@pytest.fixture
def clock():
    with time_machine.travel(now(), tick=False) as travelled:
        yield travelled

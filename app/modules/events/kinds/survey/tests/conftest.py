import pytest
import time_machine

from app.core.clock import now
from app.modules.events.kinds.survey.tests.inquiry import Inquiry


@pytest.fixture
def inquiry(fair) -> Inquiry:
    return Inquiry(fair)


@pytest.fixture
def clock():
    with time_machine.travel(now(), tick=False) as travelled:
        yield travelled

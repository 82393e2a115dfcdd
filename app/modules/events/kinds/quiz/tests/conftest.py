import pytest
import time_machine

from app.core.clock import now
from app.modules.events.kinds.quiz.tests.school import School
from app.modules.events.tests.fair import SOON


@pytest.fixture
def school(fair) -> School:
    made = School(fair)
    made.filled()
    return made


@pytest.fixture
def clock():
    with time_machine.travel(now(), tick=False) as travelled:
        yield travelled


@pytest.fixture
def opened(school, clock):
    """A quiz that is open."""
    campaign_id = school.quiz()
    clock.shift(SOON)
    return campaign_id

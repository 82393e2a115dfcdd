import pytest
import time_machine

from app.core.clock import now
from app.modules.events.kinds.competition.tests.stage import WITH_SHEET, Stage
from app.modules.events.tests.fair import A_DAY, SOON


@pytest.fixture
def stage(fair) -> Stage:
    return Stage(fair)


@pytest.fixture
def clock():
    with time_machine.travel(now(), tick=False) as travelled:
        yield travelled


@pytest.fixture
def sheet_round(stage: Stage, clock):
    """A competition, its round with a measured part, which is open, and the judge, who has signed."""
    campaign_id = stage.announced(stage.settings(WITH_SHEET))
    clock.shift(SOON)
    stage.register(campaign_id, stage.person(stage.east))
    clock.shift(A_DAY)
    stage.fair.tick()
    (only,) = stage.rounds(campaign_id)
    judge = stage.judge(campaign_id, only.id)
    stage.step(only.id, "open")
    stage.scored(only.id, judge, n1=(900,))
    return campaign_id, only.id, judge

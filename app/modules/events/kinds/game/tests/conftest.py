from itertools import cycle

import pytest
import time_machine

from app.core.clock import now
from app.modules.events.kinds.game import catching
from app.modules.events.kinds.game.tests.arcade import Arcade


@pytest.fixture
def arcade(fair) -> Arcade:
    return Arcade(fair)


@pytest.fixture
def clock():
    with time_machine.travel(now(), tick=False) as travelled:
        yield travelled


@pytest.fixture(autouse=True)
def known_things(monkeypatch):
    """Things of which a quick basket catches far more than one that stands still: by chance it is now and then the other way."""
    seeds = cycle((20261128, 12345, 7))
    monkeypatch.setattr(catching, "new_seed", lambda: next(seeds))

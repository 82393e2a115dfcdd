"""What the tests of the pages share."""

import pytest


@pytest.fixture
def desk(world):
    """A zone and its administrator's browser."""
    zone = world.zone()
    return zone, world.client(zone, world.staff(zone))

"""A zone and its desk."""

import pytest

from tenants.context import ZoneFacts
from tests.fixtures.world import Browser, World


@pytest.fixture
def zone(world: World) -> ZoneFacts:
    return world.zone(slogan="旧口号")


@pytest.fixture
def desk(world: World, zone: ZoneFacts) -> Browser:
    return world.client(zone, world.staff(zone))

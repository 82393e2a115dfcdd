import pytest

from app.modules.events.tests.fair import Fair


@pytest.fixture
def fair(world) -> Fair:
    return Fair(world.zone(), world)

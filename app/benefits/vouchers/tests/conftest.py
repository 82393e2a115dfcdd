import pytest

from app.benefits.vouchers.tests.market import Market


@pytest.fixture
def market(world) -> Market:
    return Market(world.zone(), world)

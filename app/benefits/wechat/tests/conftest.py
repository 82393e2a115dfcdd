from collections.abc import Iterator

import pytest

from app.benefits.vouchers.tests.market import Market
from app.benefits.wechat.tests.till import Till
from sandbox.wechat.calls import WeChat
from tests.fixtures.wechat import wechat_for


@pytest.fixture
def market(world) -> Market:
    return Market(world.zone(), world)


@pytest.fixture
def wechat(app, tmp_path) -> Iterator[WeChat]:
    with wechat_for(app, tmp_path) as served:
        yield served


@pytest.fixture
def till(market, wechat) -> Till:
    return Till(market, wechat)

"""WeChat coupons whose workers are killed with the call under way, and answers that are lost: each member has one coupon."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from app.benefits.vouchers.tests.market import Market
from app.benefits.wechat.pay import wechat_pay
from app.benefits.wechat.tests.till import Till
from tests.kill.house import House, wait_until

pytestmark = pytest.mark.kill
MEMBERS, LOST = 24, 3


@dataclass
class Merchant:
    """The merchant's desk at the sandbox's WeChat."""

    house: House

    def make_stock(self, told: dict[str, Any]) -> None:
        self.house.ask_sandbox("/wechat/admin/stocks", told)


def _give(house: House, slug: str) -> UUID:
    """A batch of which each of the zone's members, who all have a WeChat, was given one coupon."""
    with house.app.app_context():
        market = Market(house.world.zone(slug), house.world)
        till = Till(market, Merchant(house))  # type: ignore[arg-type] - the sandbox is a process of its own here
        members = [each for _ in range(MEMBERS) if (each := house.world.member(market.zone).member_id)]
        for member_id in members:
            till.connect(member_id)
        batch_id = till.batch(stock=MEMBERS, stock_id=till.stock(most=9 * MEMBERS, most_each=9))
        wechat_pay().close()
        market.give(batch_id, *members)
    return batch_id


def _coupons(house: House, before: set[str]) -> Counter[str]:
    """How many coupons WeChat has given to whom since then."""
    found = house.ask_sandbox("/wechat/admin/coupons")["coupons"]
    return Counter(each["openid"] for each in found if each["coupon_id"] not in before)


def _hand_over_among_deaths(house: House, slug: str, *flaws: str) -> Counter[str]:
    before = {each["coupon_id"] for each in house.ask_sandbox("/wechat/admin/coupons")["coupons"]}
    batch_id = _give(house, slug)
    calls = house.ask_sandbox("/stats")["wechat_calls"]
    house.ask_sandbox("/wechat/admin/faults", {"kind": "lost", "count": LOST})
    house.ask_sandbox("/wechat/admin/faults", {"kind": "slow", "count": 500, "seconds": 0.5})
    house.ensure("relay", "relay")
    house.ensure("worker-1", "worker", *flaws)
    for death in range(1, 4):
        wait_until(
            lambda least=calls + LOST + 2 * death: house.ask_sandbox("/stats")["wechat_calls"] >= least,
            "a call is under way",
        )
        house.kill("worker-1")
        house.start("worker-1", "worker", *flaws)
    house.ask_sandbox("/wechat/admin/faults", method="DELETE")
    received = "SELECT count(*) = %s FROM voucher_wechat_coupons WHERE batch_id = %s AND state = 'received'"
    wait_until(lambda: house.scalar(received, MEMBERS, batch_id), "every coupon is received")
    return _coupons(house, before)


def test_every_member_has_one_coupon_whoever_dies(house: House) -> None:
    given = _hand_over_among_deaths(house, "coupons")
    assert (len(given), set(given.values())) == (MEMBERS, {1})


def test_under_new_numbers_some_have_two(house: House) -> None:
    """The negative control: nothing but the number tells WeChat that it was asked before."""
    given = _hand_over_among_deaths(house, "twocoupons", "forget-numbers")
    assert len(given) == MEMBERS
    assert given.total() >= MEMBERS + LOST

"""Members are reminded of vouchers thirty, seven and one days before their last day, once each."""

from datetime import timedelta

import pytest
import time_machine

from app.benefits.vouchers.reminding import remind_of_expiry
from app.core.clock import now, today_in_china
from tenants.database import db


def remind(market, days_before_last_day: int) -> int:
    """How many are reminded so many days before the last day, which is in fifty days."""
    with time_machine.travel(now() + timedelta(days=50 - days_before_last_day), tick=False), market.work():
        told = remind_of_expiry()
        db.session.commit()
    return told


@pytest.fixture
def voucher_id(market):
    return market.one(expires_on=today_in_china() + timedelta(days=50), grace_days=0)


def test_each_step_reminds_once_and_a_missed_day_is_made_up_for(market, voucher_id):
    days = (31, 30, 29, 7, 6, 1, 0, -1)
    assert [remind(market, left) for left in days] == [0, 1, 0, 1, 0, 1, 0, 0]


def test_who_used_it_or_has_it_kept_is_not_reminded(market, voucher_id):
    market.redeem(voucher_id)
    assert remind(market, 7) == 0

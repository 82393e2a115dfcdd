"""Vouchers that a campaign promises: the benefits desk gives none of them away."""

import pytest

from app.benefits.vouchers import granting
from app.benefits.vouchers.errors import BatchPromised
from app.members.audience import Audience
from app.modules.events.operations import take_step
from app.modules.events.states import CANCEL, SUBMIT
from tenants.context import Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import one_in_the_other


def order(fair, batch_id) -> int:
    with fair.staff():
        ordered = granting.order(fair.maker, uuid7(), batch_id, Audience())
        db.session.commit()
    return ordered


def test_the_desk_gives_nothing_of_what_a_campaign_promises(fair, world):
    batch_id = fair.approved()
    desk = world.client(fair.zone, world.staff(fair.zone))
    page = f"/console/benefits/vouchers/{batch_id}"
    assert "发放给会员" in desk.get(page).text
    campaign_id = fair.announced(batch_id=batch_id)
    with pytest.raises(BatchPromised) as refused:
        order(fair, batch_id)
    assert "六一观影抢票" in str(refused.value.message)
    shown = desk.get(page).text
    assert "六一观影抢票" in shown
    assert "发放给会员" not in shown
    fair.step(campaign_id, CANCEL)
    assert order(fair, batch_id) == len(fair.members)


def test_a_promise_and_an_order_at_the_same_moment_are_not_both_taken(app, fair):
    batch_id = fair.approved()
    campaign_id = fair.drafted_campaign(fair.content(batch_id))
    here = Scope(Plane.STAFF, zone=fair.zone, actor=fair.maker)
    refusals = one_in_the_other(
        app,
        (here, lambda: take_step(fair.maker, campaign_id, SUBMIT)),
        (here, lambda: granting.order(fair.maker, uuid7(), batch_id, Audience())),
    )
    assert [type(each).__name__ for each in refusals] == ["NoneType", "BatchPromised"]

"""Vouchers that a campaign promises: the benefits desk gives none of them away."""

from datetime import timedelta

import pytest

from app.benefits.vouchers import batches, granting
from app.benefits.vouchers.batch_errors import BatchPromised
from app.benefits.vouchers.batch_states import CLOSE
from app.benefits.vouchers.expiry import expire
from app.benefits.vouchers.models import Voucher
from app.benefits.vouchers.tests.test_extending import decided, proposed
from app.core.clock import today_in_china
from app.core.jobs.inline import run_due_events
from app.members.audience import Audience
from app.modules.events.errors import NotReady
from app.modules.events.operations import take_step
from app.modules.events.promising import find_batch, require_batch
from app.modules.events.states import CANCEL, SUBMIT
from tenants.context import SYSTEM, Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.contracts.planting import connect_as_owner
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


def test_the_desk_stops_no_batch_that_a_campaign_promises(fair, world):
    batch_id = fair.approved()
    desk = world.client(fair.zone, world.staff(fair.zone))
    page = f"/console/benefits/vouchers/{batch_id}"
    assert "steps/close_batch" in desk.get(page).text
    campaign_id = fair.announced(batch_id=batch_id)
    with pytest.raises(BatchPromised) as refused:
        fair.take(batch_id, CLOSE)
    assert "六一观影抢票" in str(refused.value.message)
    assert fair.batch(batch_id).state == "approved"
    assert "steps/close_batch" not in desk.get(page).text
    fair.step(campaign_id, CANCEL)
    assert fair.take(batch_id, CLOSE).state == "closed"


def stop(fair, batch_id):
    return batches.take_step(fair.checker, batch_id, CLOSE, seen="approved.3", reason="停发")


def test_a_promise_and_a_stop_at_the_same_moment_are_not_both_taken(app, fair):
    for first_promises in (True, False):
        batch_id = fair.approved()
        campaign_id = fair.drafted_campaign(fair.content(batch_id))
        here = Scope(Plane.STAFF, zone=fair.zone, actor=fair.maker)
        promise = (here, lambda campaign_id=campaign_id: take_step(fair.maker, campaign_id, SUBMIT))
        stopping = (here, lambda batch_id=batch_id: stop(fair, batch_id))
        deeds = (promise, stopping) if first_promises else (stopping, promise)
        refusals = one_in_the_other(app, *deeds)
        second = "BatchPromised" if first_promises else "NotReady"
        assert [type(each).__name__ for each in refusals] == ["NoneType", second]


def test_what_was_stopped_while_a_campaign_was_looked_at_is_not_promised(fair, settings):
    batch_id = fair.approved()
    campaign = fair.campaign(fair.drafted_campaign(fair.content(batch_id)))
    with fair.staff():
        seen = find_batch(batch_id)
        assert seen
        assert seen.state == "approved"
        with connect_as_owner(settings.database_owner_url) as owner:
            owner.execute("UPDATE voucher_batches SET state = 'closed' WHERE id = %s", [batch_id])
        with pytest.raises(NotReady):
            require_batch(campaign, batch_id)


def all_over(fair, batch_id) -> None:
    """Let a batch's vouchers expire, though the batch itself is good for a campaign."""
    with fair.work():
        db.session.execute(
            db.update(Voucher)
            .where(Voucher.batch_id == batch_id)
            .values(last_day=today_in_china() - timedelta(days=3), version=Voucher.version + 1, action="extend")
        )
        db.session.commit()
    with fair.work():
        assert expire(SYSTEM)
        db.session.commit()


def test_what_expired_of_a_promised_batch_takes_none_of_its_pieces(fair):
    batch_id = fair.approved(stock=5, per_member=1)
    over = fair.give(batch_id, fair.members[0])[0].voucher_id
    all_over(fair, batch_id)
    good = fair.give(batch_id, fair.members[1])[0].voucher_id
    before = proposed(fair, batch_id)
    fair.announced(batch_id=batch_id)
    done = decided(fair, before)
    assert (done.extended, done.left_out) == (1, 1), "it was promised after it was proposed"
    assert (fair.voucher(over).state, fair.voucher(good).state, fair.batch(batch_id).taken) == ("expired", "issued", 1)
    with pytest.raises(BatchPromised):
        proposed(fair, batch_id, over, days=80)
    assert proposed(fair, batch_id, days=80), "those that are good run longer"


def test_once_it_is_promised_no_more_what_expired_runs_again(fair):
    batch_id = fair.approved(stock=5)
    over = fair.give(batch_id, fair.members[0])[0].voucher_id
    all_over(fair, batch_id)
    fair.step(fair.announced(batch_id=batch_id), CANCEL)
    assert decided(fair, proposed(fair, batch_id, over)).extended == 1


def test_what_the_desk_has_ordered_and_not_given_yet_is_promised_by_nobody(fair, world):
    batch_id = fair.approved(stock=9)
    assert order(fair, batch_id) == len(fair.members)
    page = world.client(fair.zone, world.staff(fair.zone)).get(f"/console/benefits/vouchers/{batch_id}").text
    assert f"{len(fair.members)} 名会员" in page
    campaign_id = fair.drafted_campaign(fair.content(batch_id))
    with pytest.raises(NotReady) as refused:
        fair.step(campaign_id, SUBMIT)
    assert refused.value.field == "batch_id"
    assert str(len(fair.members)) in str(refused.value.message)
    run_due_events()
    assert fair.batch(batch_id).taken == len(fair.members)
    assert fair.step(campaign_id, SUBMIT).state == "submitted"

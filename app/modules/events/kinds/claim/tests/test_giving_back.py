"""Giving back where a shop without network may have taken the voucher by its list, and claiming again afterwards."""

from datetime import timedelta

import pytest

from app.benefits.vouchers import listed, taking_along
from app.benefits.vouchers.models import Voucher
from app.benefits.vouchers.picking_up import keep_at
from app.core.clock import now, today_in_china
from app.core.i18n import moment
from app.modules.events.kinds.claim import giving_back
from app.modules.events.kinds.claim.tests.queue import Queue
from app.modules.events.tests.fair import A_DAY, SOON, SYSTEM
from app.modules.events.tests.test_pages import post
from tenants.context import Plane, Scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import one_in_the_other

HANDED_IN = taking_along.LASTS + listed.TO_HAND_IN


@pytest.fixture
def person(world, fair):
    return world.member(fair.zone)


@pytest.fixture
def given(fair, clock, person) -> Queue:
    """A giveaway of one voucher, good in the first shop, that the person has."""
    queue = Queue(fair, batch_id=fair.approved(shops=fair.shops[:1], stock=1), waiting_hours=48)
    clock.shift(SOON)
    queue.take_all([person.member_id])
    return queue


def take_along(fair, shop: int = 0) -> None:
    with fair.staff():
        taking_along.take_along(fair.clerks[shop], uuid7(), fair.shops[shop], "n" * 32)
        db.session.commit()


def test_what_a_shop_may_have_taken_without_network_is_given_back_only_once_it_is_handed_in(
    given, fair, person, clock, world
):
    take_along(fair)
    path, phone = f"/events/claim/{given.campaign_id}", world.client(fair.zone, person)
    until = now() + HANDED_IN
    page = phone.get(path).text
    assert f"{path}/give-back" not in page
    assert moment(until) in page
    post(phone, f"{path}/give-back")
    assert "您已退回电子券" not in phone.get(path).text
    assert given.holders() == [person.member_id]
    clock.shift(HANDED_IN)
    assert not given.give_back(person.member_id)
    clock.shift(timedelta(seconds=1))
    assert f"{path}/give-back" in world.client(fair.zone, person).get(path).text
    assert given.give_back(person.member_id)


def test_a_list_of_another_shop_holds_nothing_up(given, fair, person):
    take_along(fair, shop=1)
    assert given.give_back(person.member_id)


def test_whoever_has_it_kept_elsewhere_meanwhile_gives_it_back_no_earlier(fair, clock, person):
    queue = Queue(fair, batch_id=fair.approved(kind="cake", stock=1), waiting_hours=48)
    clock.shift(SOON)
    queue.take_all([person.member_id])
    take_along(fair)
    with fair.staff():
        keep_at(fair.maker, db.session.scalars(db.select(Voucher.id)).one(), fair.shops[1], today_in_china())
        db.session.commit()
    assert not queue.give_back(person.member_id)


def test_a_list_that_is_being_made_is_waited_for(given, fair, person, app):
    """Who looked before it is there would give back what stands on it."""
    campaign_id, shop = given.campaign_id, Scope(Plane.STAFF, zone=fair.zone, actor=fair.clerks[0])
    returned: list[bool] = []

    def give_back() -> None:
        returned.extend(giving_back._serve(campaign_id, [person.member_id]))

    working = Scope(Plane.WORKER, zone=fair.zone, actor=SYSTEM)
    making = (shop, lambda: taking_along.take_along(fair.clerks[0], uuid7(), fair.shops[0], "n" * 32))
    assert one_in_the_other(app, making, (working, give_back)) == [None, None]
    assert returned == [False]


def test_who_gave_theirs_back_may_claim_again_while_it_is_open(given, fair, person, clock, world):
    path, phone = f"/events/claim/{given.campaign_id}", world.client(fair.zone, person)
    post(phone, f"{path}/give-back")
    page = phone.get(path).text
    assert "您已退回电子券" in page
    assert f'href="{path}/ask"' in page
    assert "重新领取或候补" in page
    assert post(phone, path).location == path
    assert given.holders() == [person.member_id]
    post(phone, f"{path}/give-back")
    clock.shift(A_DAY)
    assert f'href="{path}/ask"' not in world.client(fair.zone, person).get(path).text

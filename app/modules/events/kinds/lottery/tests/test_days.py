"""A lottery in which each day on which a member registers is another chance."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from app.core.clock import now, today_in_china
from app.modules.events.draws.models import Draw, DrawPlace
from app.modules.events.draws.order import draw_order
from app.modules.events.errors import NotOpen
from app.modules.events.kinds.lottery.models import LotteryDay
from app.modules.events.kinds.lottery.registering import chances_of, register
from app.modules.events.kinds.lottery.tests.tombola import Tombola
from app.modules.events.models import Entry
from app.modules.events.states import State
from app.modules.events.tests.fair import A_DAY, SOON
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import csrf_token


@pytest.fixture
def tombola(fair) -> Tombola:
    return Tombola(fair)


@pytest.fixture
def clock():
    with time_machine.travel(now(), tick=False) as clock:
        yield clock


@pytest.fixture
def daily(fair, tombola, clock):
    opens_at = now() + SOON
    campaign_id = tombola.announced(
        tombola.prize("一等奖"), settings={"daily": True}, opens_at=opens_at, closes_at=opens_at + 4 * A_DAY
    )
    clock.shift(SOON)
    return campaign_id


def come(fair, campaign_id, member_id) -> None:
    with fair.as_member(member_id):
        register(member_id, fair.campaign(campaign_id))
        db.session.commit()


def test_each_day_is_a_chance_and_twice_on_one_day_is_one(fair, daily, clock):
    eager, calm = (person.member_id for person in fair.people(2))
    for _day in range(3):
        come(fair, daily, eager)
        come(fair, daily, eager)
        clock.shift(A_DAY)
    come(fair, daily, calm)
    with fair.as_member(eager):
        assert chances_of(daily, eager) == (3, False)
    clock.shift(A_DAY)
    with pytest.raises(NotOpen):
        come(fair, daily, calm)
    fair.tick()
    assert fair.campaign(daily).state == State.SETTLED
    with fair.work():
        draw = db.session.get_one(Draw, (fair.zone.id, daily))
        places = db.session.scalars(
            select(DrawPlace).where(DrawPlace.campaign_id == daily).order_by(DrawPlace.place)
        ).all()
        whose = dict(db.session.execute(select(Entry.member_id, Entry.id).where(Entry.campaign_id == daily)).all())
    assert draw.rule
    assert {place.id: place.chances for place in places} == {whose[eager]: 3, whose[calm]: 1}
    order = [str(place.id) for place in places]
    assert draw_order(bytes.fromhex(draw.seed or ""), order, {str(whose[eager]): 3}) == order


def test_without_days_nobody_has_more_than_one_chance(fair, tombola, clock):
    campaign_id = tombola.announced(tombola.prize("一等奖"))
    clock.shift(SOON)
    come(fair, campaign_id, fair.members[0])
    with fair.as_member(fair.members[0]):
        assert chances_of(campaign_id, fair.members[0]) == (0, False)


def test_the_page_offers_the_next_day_s_chance(fair, daily, clock):
    phone = fair.world.client(fair.zone, fair.people(1)[0])
    here = f"/events/lottery/{daily}"

    def press():
        return phone.post(here, data={"csrf_token": csrf_token(phone)})

    assert press().status_code == 303
    assert "领取今天的机会" not in phone.get(here).text
    assert phone.get(f"{here}/ask").location == here
    clock.shift(timedelta(hours=24))
    phone = fair.world.client(fair.zone, fair.people(1)[0])
    assert press().status_code == 303
    clock.shift(timedelta(hours=25))
    assert "领取今天的机会" in fair.world.client(fair.zone, _person(fair, daily)).get(here).text


def _person(fair, campaign_id):
    """Somebody who took part on an earlier day."""
    person = fair.people(1)[0]
    with time_machine.travel(now() - A_DAY, tick=False):
        come(fair, campaign_id, person.member_id)
    return person


def test_nobody_takes_the_chance_of_another(fair, daily):
    first, other = fair.members[:2]
    come(fair, daily, first)
    row = {
        "zone_id": fair.zone.id,
        "id": uuid7(),
        "campaign_id": daily,
        "member_id": first,
        "registered_on": today_in_china() + A_DAY,
    }
    with fair.as_member(other):
        assert db.session.scalars(select(LotteryDay.id)).all() == []
        with pytest.raises(DBAPIError, match="row-level security"):
            db.session.execute(insert(LotteryDay).values(row))

"""A campaign of the city in the zones below it, and one that holds it with prizes of its own."""

from collections.abc import Iterator
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from app.core.clock import now
from app.core.errors import InvalidInput
from app.modules.events.entering import enter
from app.modules.events.errors import NotReady, TakenUp
from app.modules.events.models import Campaign
from app.modules.events.operations import Content, draft_campaign
from app.modules.events.sharing.models import SharedCampaign, SharedCount
from app.modules.events.sharing.operations import count_taken_up, without_batches
from app.modules.events.sharing.tests.citywide import CityFair, city_fair
from app.modules.events.states import APPROVE, CANCEL, FREEZE, SUBMIT
from app.modules.events.tests.fair import A_DAY, SOON, Fair
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import send

DESK = "/console/events"


@pytest.fixture
def above(world) -> Iterator[CityFair]:
    """The fair of the city's own zone, in which nothing is shared."""
    fair = city_fair(world)
    fair.share_nothing()
    yield fair
    fair.share_nothing()


def shared_in(fair: Fair) -> list[str]:
    with fair.as_member(uuid7()):
        return list(db.session.scalars(select(SharedCampaign.title)))


def taken_up(fair: Fair, shared_id: UUID) -> Campaign:
    batch_id = fair.approved()
    with fair.staff():
        shared = db.session.get_one(SharedCampaign, shared_id)
        content = Content(title=shared.title, opens_at=shared.opens_at, closes_at=shared.closes_at, rules=shared.rules_html,
                          shared_id=shared_id, settings={"batch_id": batch_id, "mode": "draw"})  # fmt: skip
        made = draft_campaign(fair.maker, uuid7(), shared.kind, content)
        db.session.commit()
    return made


def test_what_the_city_shares_is_shown_in_every_zone_and_leads_to_the_city(above, fair, world):
    campaign_id = above.announced(shared_down=True, mode="draw", title="全市健步走")
    above.announced(title="市直机关观影")
    visitor = world.client(fair.zone)
    page = visitor.get("/events/").text
    assert "全市健步走" in page
    assert "市直机关观影" not in page
    found = visitor.get(f"/events/shared/{campaign_id}").text
    assert f"http://{above.zone.host}/events/{campaign_id}" in found
    assert "batch_id" not in str([*_settings(fair)])
    assert visitor.get(f"/events/{campaign_id}").status_code == 404


def _settings(fair: Fair):
    with fair.as_member(uuid7()):
        return list(db.session.scalars(select(SharedCampaign.settings)))


@pytest.mark.parametrize("ends", ["cancelled", "over"])
def test_what_is_cancelled_or_over_is_shared_no_more(above, fair, world, ends):
    campaign_id = above.announced(shared_down=True)
    assert shared_in(fair) == ["六一观影抢票"]
    if ends == "cancelled":
        above.step(campaign_id, CANCEL)
        assert shared_in(fair) == []
    else:
        with time_machine.travel(now() + SOON + A_DAY, tick=False):
            assert "六一观影抢票" not in world.client(fair.zone).get("/events/").text
            above.tick()
            assert shared_in(fair) == []


def test_only_the_city_s_own_zone_shares(above, fair):
    with pytest.raises(InvalidInput) as refused:
        fair.announced(shared_down=True)
    assert refused.value.field == "shared_down"
    row = {"id": uuid7(), "origin_zone_id": fair.zone.id, "origin_union_path": fair.zone.union_path, "kind": "claim", "title": "冒名",
           "summary": "", "rules_html": "", "hosts": [], "opens_at": now(), "closes_at": now() + A_DAY, "settings": {}}  # fmt: skip
    for origin in ({}, {"origin_zone_id": above.zone.id, "origin_union_path": above.zone.union_path}):
        with fair.staff(), pytest.raises(DBAPIError, match="row-level security"):
            db.session.execute(insert(SharedCampaign).values(row | origin))


def test_a_zone_takes_it_up_with_prizes_of_its_own_through_the_form(above, fair, world):
    cover = above.cover()
    shared_id = above.announced(shared_down=True, mode="draw", cover_file_id=cover)
    desk = world.client(fair.zone, world.staff(fair.zone))
    assert desk.get(f"/events/shared/{shared_id}/cover").mimetype.startswith("image/")
    assert "六一观影抢票" in desk.get(f"{DESK}/shared/").text
    path = f"{DESK}/shared/{shared_id}/take-up"
    assert "batch_id" in desk.get(path).text
    assert send(desk, path, title="别的名称").status_code == 422
    batch_id = fair.approved()
    answer = send(desk, path, batch_id=str(batch_id), title="别的名称", opens_at="2030-01-01T00:00")
    assert answer.status_code == 303
    own = fair.campaign(answer.location.rpartition("/")[2])
    original = above.campaign(shared_id)
    assert (own.title, own.opens_at, own.rules_html) == (original.title, original.opens_at, original.rules_html)
    written = {"batch_id": str(batch_id), "mode": "draw", "waiting": "line", "waiting_hours": None, "passes_on": True}
    assert own.settings == written
    assert own.cover_file_id not in (None, cover)
    assert desk.get(f"/files/{own.cover_file_id}").status_code == 200
    assert send(desk, f"{DESK}/{own.id}/edit", title="别的名称", mode="first_come").status_code == 303
    assert (fair.campaign(own.id).title, fair.campaign(own.id).settings["mode"]) == (original.title, "first_come")
    for step in (SUBMIT, APPROVE, FREEZE):
        fair.step(own.id, step)
    visitor = world.client(fair.zone).get("/events/").text
    assert visitor.count("六一观影抢票") == 1
    assert f"/events/{own.id}" in visitor


def test_it_is_taken_up_once(above, fair):
    shared_id = above.announced(shared_down=True)
    first = taken_up(fair, shared_id)
    with pytest.raises(TakenUp):
        taken_up(fair, shared_id)
    fair.step(first.id, CANCEL)
    taken_up(fair, shared_id)


def test_one_that_runs_already_is_taken_up_as_well(above, fair):
    shared_id = above.announced(shared_down=True)
    with time_machine.travel(now() + SOON + SOON, tick=False):
        own = taken_up(fair, shared_id)
        for step in (SUBMIT, APPROVE, FREEZE):
            fair.step(own.id, step)
        assert fair.campaign(own.id).is_open_at(now())


def test_what_the_city_cancelled_is_not_announced_by_a_zone(above, fair):
    shared_id = above.announced(shared_down=True)
    own = taken_up(fair, shared_id)
    fair.step(own.id, SUBMIT)
    above.step(shared_id, CANCEL)
    with pytest.raises(NotReady):
        fair.step(own.id, APPROVE)


def test_the_city_reads_how_many_took_part_in_each_zone_and_no_zone_those_of_another(above, fair, world):
    shared_id = above.announced(shared_down=True)
    own = taken_up(fair, shared_id)
    for step in (SUBMIT, APPROVE, FREEZE):
        fair.step(own.id, step)
    for person in fair.people(3):
        with fair.as_member(person.member_id), time_machine.travel(now() + SOON):
            enter(person.member_id, db.session.get_one(Campaign, (fair.zone.id, own.id)))
            db.session.commit()
    for _ in range(2):
        with fair.work():
            count_taken_up()
            db.session.commit()
    desk = world.client(above.zone, world.staff(above.zone))
    page = desk.get(f"{DESK}/{shared_id}").text
    assert fair.zone.name in page
    neighbour = Fair(world.zone(), world)
    for reader in (neighbour, fair):
        with reader.staff():
            assert db.session.scalars(select(SharedCount.entries)).all() == []
    with above.staff():
        assert db.session.scalars(select(SharedCount.entries)).all() == [3]


def test_a_copy_names_no_voucher_however_deep():
    settings = {"batch_id": "a", "prizes": [{"batch_id": "b", "title": "奖"}], "joiner_batch_id": "c", "mode": "draw"}
    assert without_batches(settings) == {"prizes": [{"title": "奖"}], "mode": "draw"}

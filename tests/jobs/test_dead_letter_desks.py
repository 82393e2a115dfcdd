"""Dead letters on the desks of a zone and of the city: what is shown, what each button does, and for whom it is nothing."""

import pytest
from sqlalchemy import select

from app.core.audit import AuditEntry
from app.core.jobs import GiveUp, all_zones, job
from app.core.jobs.inline import run_due_events
from app.core.outbox import OutboxEvent, emit
from tenants.context import Plane, ZoneState, scope
from tenants.database import db
from tenants.ids import uuid7
from tenants.isolation import allow_raw_sql, raw_sql
from tests.fixtures.forms import token_of

CLEAN = allow_raw_sql("tests.jobs", "each test starts with an empty outbox")
CITY = "city.hall.test"
done: list[str] = []


@job("testing.doomed")
def _doomed(word: str) -> None:
    if not done:
        raise GiveUp(f"no way for {word}")
    done.append(word)


@pytest.fixture(autouse=True)
def _empty_outbox(world):
    done.clear()
    with scope(Plane.WORKER), raw_sql(CLEAN):
        db.session.execute(db.text("DELETE FROM outbox_events"))
        db.session.commit()


def _emit(zone, word):
    with scope(Plane.STAFF, zone=zone):
        emit("testing.doomed", dedupe_key=word, payload={"word": word})
        db.session.commit()


def _event(zone):
    with scope(Plane.WORKER, zone=zone):
        return db.session.execute(select(OutboxEvent)).scalar_one()


def _deeds(zone):
    """The jobs' entries in the audit trail of a zone: (deed, plane, account, object)."""
    with scope(Plane.CITY, reason="test"):
        query = select(AuditEntry).where(AuditEntry.zone_id == zone.id, AuditEntry.action.like("jobs.%"))
        return [(each.action, each.account_id, each.object_id) for each in db.session.scalars(query)]


@pytest.fixture
def died(world):
    """Two zones with a dead letter each."""
    zones = [world.zone(), world.zone()]
    for zone, word in zip(zones, ("alpha", "beta"), strict=True):
        _emit(zone, word)
    run_due_events()
    return zones


@pytest.fixture
def desks(world, died):
    """(browser, page, address of an action on an event of a zone, account) of the zone's desk and of the city's."""
    staff, admin = world.staff(died[0]), world.city_admin()
    return {
        "zone": (
            world.client(died[0], staff),
            "/console/jobs",
            lambda _zone_id, event_id, deed: f"/console/jobs/{event_id}/{deed}",
            staff.account_id,
        ),
        "city": (
            world.client(CITY, admin),
            "/city/jobs/",
            lambda zone_id, event_id, deed: f"/city/jobs/{zone_id}/{event_id}/{deed}",
            admin.account_id,
        ),
    }


def test_the_zones_desk_shows_its_own_dead_letters_only(died, desks):
    page = desks["zone"][0].get("/console/jobs").text
    assert "no way for alpha" in page
    assert "no way for beta" not in page


def test_the_citys_desk_shows_those_of_every_zone_and_of_one_that_is_chosen(world, died, desks):
    client = desks["city"][0]
    page = client.get("/city/jobs/").text
    assert "no way for alpha" in page
    assert "no way for beta" in page
    chosen = client.get(f"/city/jobs/?zone={died[1].slug}").text
    assert "no way for alpha" not in chosen
    assert "no way for beta" in chosen


def test_the_citys_desk_counts_what_waits_and_what_died_by_zone(world, died, desks):
    suspended = world.zone(state=ZoneState.SUSPENDED)
    for word in ("one", "two", "three"):
        _emit(suspended, word)
    with scope(Plane.CITY, reason="test"):
        rows = {row.slug: row for row in all_zones.list_zones_with_work()}
    counts = {slug: (row.waiting, row.dead, row.due_since is not None) for slug, row in rows.items()}
    assert counts == {
        died[0].slug: (0, 1, False), died[1].slug: (0, 1, False), suspended.slug: (3, 0, True),
    }  # fmt: skip
    assert rows[suspended.slug].state == ZoneState.SUSPENDED.value


@pytest.mark.parametrize("desk", ["zone", "city"])
def test_a_dead_letter_that_is_called_back_is_done_and_the_trail_says_who_did_it(died, desks, desk):
    client, page, address, account_id = desks[desk]
    event = _event(died[0])
    answer = client.post(address(died[0].id, event.id, "retry"), data={"csrf_token": token_of(client, page)})
    assert answer.status_code == 302
    done.append("now it works")
    run_due_events()
    assert (_event(died[0]).state, done[1:]) == ("done", ["alpha"])
    assert _deeds(died[0]) == [("jobs.retry", account_id, str(event.id))]
    assert (_event(died[1]).state, _deeds(died[1])) == ("dead", [])


@pytest.mark.parametrize("desk", ["zone", "city"])
def test_a_dead_letter_that_is_let_go_is_not_done_and_the_trail_says_who_did_it(died, desks, desk):
    client, page, address, account_id = desks[desk]
    event = _event(died[0])
    client.post(address(died[0].id, event.id, "discard"), data={"csrf_token": token_of(client, page)})
    done.append("now it would work")
    run_due_events()
    assert (_event(died[0]).state, done[1:]) == ("done", [])
    assert _deeds(died[0]) == [("jobs.discard", account_id, str(event.id))]
    assert "no way for alpha" not in client.get(page).text


@pytest.mark.parametrize("deed", ["retry", "discard"])
@pytest.mark.parametrize("desk", ["zone", "city"])
def test_an_id_of_another_zone_or_of_none_is_not_found_and_changes_nothing(died, desks, desk, deed):
    client, page, address, _ = desks[desk]
    token = {"csrf_token": token_of(client, page)}
    for zone_id, event_id in ((died[0].id, _event(died[1]).id), (died[0].id, uuid7()), (uuid7(), uuid7())):
        assert client.post(address(zone_id, event_id, deed), data=token).status_code == 404
    assert [_event(zone).state for zone in died] == ["dead", "dead"]
    assert [_deeds(zone) for zone in died] == [[], []]


@pytest.mark.parametrize("desk", ["zone", "city"])
def test_what_is_not_dead_is_left_alone(died, desks, desk):
    client, page, address, _ = desks[desk]
    token = {"csrf_token": token_of(client, page)}
    event = _event(died[0])
    for _ in range(2):
        client.post(address(died[0].id, event.id, "retry"), data=token)
    client.post(address(died[0].id, event.id, "discard"), data=token)
    assert _event(died[0]).state == "pending"
    assert len(_deeds(died[0])) == 1


def test_whoever_may_not_look_after_the_citys_work_finds_nothing(world, died):
    event = _event(died[0])
    for person in (world.staff(died[0]), world.member(died[0])):
        client = world.client(CITY, person)
        assert client.get("/city/jobs/").status_code in (403, 404)
        assert client.post(f"/city/jobs/{died[0].id}/{event.id}/retry").status_code in (400, 403, 404)
    assert _event(died[0]).state == "dead"


def test_the_citys_list_has_pages(world, desks, died, monkeypatch):
    monkeypatch.setattr(all_zones, "PAGE", 1)
    client = desks["city"][0]
    first = client.get("/city/jobs/").text
    assert ("no way for beta" in first, "no way for alpha" in first) == (True, False)
    [link] = [part.split('"')[0] for part in first.split('href="') if "before=" in part.split('"')[0]]
    second = client.get(link.replace("&amp;", "&")).text
    assert ("no way for beta" in second, "no way for alpha" in second) == (False, True)
    assert client.get("/city/jobs/?before=x").status_code == 404

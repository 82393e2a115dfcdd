"""Making zones: every starter zone, crashes between the steps, two at once, names that are taken."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from app.console.errors import ZoneRefused
from app.console.operations import finish_zone_in_steps, provision_zone_in_steps, rename_zone, request_zone
from app.console.tests.conftest import actions
from app.core.platform import platform
from app.modules.news.models import Category
from tenants.context import SYSTEM, Plane, ZoneState, scope
from tenants.database import ScopedSession, db
from tenants.lifecycle import one_at_a_time
from tenants.models import Zone, ZoneRevision, ZoneSlug
from tenants.revisions import published_document
from tenants.starters import presets
from tests.fixtures.forms import fill


class Crash(Exception):
    """The process ends here."""


@contextmanager
def crash(moment: str, number: int) -> Iterator[None]:
    """End the work at the n-th commit: before it (it is lost) or after it (it is kept)."""
    count = itertools.count(1)

    def fall(session: Session) -> None:
        if not session.in_nested_transaction() and next(count) == number:
            raise Crash

    event.listen(ScopedSession, moment, fall)
    try:
        yield
    finally:
        event.remove(ScopedSession, moment, fall)


def provision(union, slug, **wishes):
    with scope(Plane.CITY, actor=SYSTEM, reason="test"):
        return provision_zone_in_steps(SYSTEM, slug=slug, union_id=union.id, **wishes)


def document_of(zone):
    facts = facts_of(zone)
    with scope(Plane.CITY, zone=facts, reason="test"):
        return published_document(facts)


def facts_of(zone):
    with scope(Plane.MEMBER):
        facts = platform().registry.by_id(zone.id)
    assert facts is not None
    return facts


@pytest.mark.parametrize("preset", sorted(presets()))
def test_every_starter_zone_opens_with_its_own_look_and_modules(world, preset):
    above = world.union()
    provision(above, f"above-{preset.replace('_', '-')}", preset="industry")
    zone = provision(world.union(parent=above), f"made-{preset.replace('_', '-')}", preset=preset)
    wanted = presets()["industry" if preset == "like_above" else preset].document
    document = document_of(zone)
    assert document.theme == wanted["theme"]
    assert {slug for slug in document.modules if document.uses(slug)} == set(wanted["modules"])
    assert [block.type for block in document.blocks] == [block["type"] for block in wanted["blocks"]]
    page = world.client(f"{zone.slug}.hall.test").get("/")
    assert page.status_code == 200
    assert f"/themes/{wanted['theme']}/" in page.text


@pytest.mark.parametrize("moment", ["before_commit", "after_commit"])
def test_provisioning_goes_on_after_a_crash_at_any_commit(world, moment):
    number = 0
    for number in itertools.count(1):
        union, slug = world.union(), f"{moment.replace('_', '-')}-{number}"
        try:
            with crash(moment, number):
                provision(union, slug)
        except Crash:
            zone = provision(union, slug)
            assert_whole(world, zone)
        else:
            break
    assert number > 6


def assert_whole(world, zone):
    assert zone.state == ZoneState.ACTIVE
    assert len(zone.provisioned_steps) == len(set(zone.provisioned_steps)) == 2
    assert actions(zone.id).count("zones.requested") == 1
    assert actions(zone.id).count("zones.provisioned") == 1
    with scope(Plane.STAFF, zone=facts_of(zone)):
        assert db.session.scalar(select(func.count()).select_from(ZoneRevision)) == 1
        assert db.session.scalar(select(func.count()).select_from(Category)) == 4
    assert world.client(f"{zone.slug}.hall.test").get("/").status_code == 200


def half_provisioned(world, slug, commits=1):
    union = world.union()
    with pytest.raises(Crash), crash("after_commit", commits):
        provision(union, slug)
    return union


@pytest.mark.parametrize(("commits", "state"), [(1, "requested"), (2, "provisioning")])
def test_a_half_provisioned_zone_is_closed_and_finished_by_a_button(world, desk, commits, state):
    slug = f"half-{state}"
    half_provisioned(world, slug, commits)
    page = f"/city/zones/{slug}"
    assert world.client(f"{slug}.hall.test").get("/").status_code == 404
    with scope(Plane.CITY, reason="test"):
        assert db.session.scalar(select(Zone.state).where(Zone.slug == slug)) == state
        db.session.commit()
    shown = desk.get(page).text
    assert "继续开通" in shown
    assert f"{page}/state" not in shown
    assert fill(desk, page, post_to=f"{page}/provision").status_code == 302
    assert world.client(f"{slug}.hall.test").get("/").status_code == 200
    assert "继续开通" not in desk.get(page).text


def test_a_zone_opened_by_nobody_but_its_steps(world, desk):
    half_provisioned(world, "by-hand", 2)
    page = "/city/zones/by-hand"
    refused = fill(desk, page, post_to=f"{page}/state", state="active", reason="着急")
    assert refused.status_code == 422
    assert world.client("by-hand.hall.test").get("/").status_code == 404


def test_a_zone_like_the_one_above_takes_over_what_that_has_published_but_no_pictures(world):
    above = world.union()
    blocks = [{"id": "b1", "type": "banner", "title": "横幅", "settings": {"slides": [{"file": "x", "title": "图"}]}}]
    zone = world.zone(union=above, modules=("news",), theme="party-red", slogan="同心", logo="picture")
    with scope(Plane.STAFF, zone=zone):
        revision = db.session.scalars(select(ZoneRevision)).one()
        db.session.add(
            ZoneRevision(number=2, status="draft", document={**revision.document, "blocks": blocks}, based_on=revision.id)
        )  # fmt: skip
        db.session.commit()
        revision.status = "superseded"
        db.session.flush()
        newer = db.session.scalars(select(ZoneRevision).where(ZoneRevision.number == 2)).one()
        newer.status = "published"
        db.session.flush()
        db.session.execute(update(Zone).where(Zone.id == zone.id).values(published_revision_id=newer.id))
        db.session.commit()
    between = world.union(parent=above)
    made = provision(world.union(parent=between), "like-above", preset="like_above")
    document = document_of(made)
    assert (document.theme, document.slogan, document.logo) == ("party-red", "同心", "")
    assert [block.title for block in document.blocks] == ["横幅"]
    assert "slides" not in document.blocks[0].settings
    assert [slug for slug in document.modules if document.uses(slug)] == ["news"]


def test_nothing_is_above_a_zone_without_one(world, city_without_a_zone):
    with pytest.raises(ZoneRefused) as refused:
        provision(world.union(), "no-above", preset="like_above")
    assert refused.value.code == "no-zone-above"


def test_asking_again_with_another_name_or_starter_zone_is_refused_and_changes_nothing(world):
    union = world.union()
    zone = provision(union, "asked-twice", name="甲", preset="county")
    before = actions(zone.id)
    for wishes in ({"name": "乙"}, {"preset": "industry"}):
        with pytest.raises(ZoneRefused) as refused:
            provision(union, "asked-twice", **wishes)
        assert refused.value.code == "zone-differs"
    assert provision(union, "asked-twice").id == zone.id
    assert provision(union, "asked-twice", name="甲", preset="county").name == "甲"
    assert actions(zone.id) == before


def test_two_who_ask_for_the_same_zone_at_once_get_one(world, overtaken):
    union = world.union()
    wish = {"slug": "at-once", "union_id": union.id}
    first = []
    second = overtaken(lambda: first.append(request_zone(**wish).id), lambda: request_zone(**wish).id)
    assert second == first
    assert actions(first[0]) == ["zones.requested"]


def test_two_unions_that_ask_for_one_address_at_once_are_told(world, overtaken):
    one, other = world.union(), world.union()
    given = overtaken(
        lambda: request_zone(slug="one-address", union_id=one.id),
        lambda: request_zone(slug="one-address", union_id=other.id),
    )
    assert [refusal.code for refusal in given] == ["slug-taken"]


def test_two_zones_renamed_to_one_address_at_once_are_told(world, overtaken):
    one, other = world.zone(), world.zone()
    given = overtaken(lambda: rename_zone(one.id, slug="new-home"), lambda: rename_zone(other.id, slug="new-home"))
    assert [refusal.code for refusal in given] == ["slug-taken"]
    with scope(Plane.CITY, reason="test"):
        assert db.session.scalar(select(Zone.slug).where(Zone.id == other.id)) == other.slug


def test_two_who_finish_one_zone_at_once_do_each_step_once(world, overtaken):
    half_provisioned(world, "two-hands", 2)
    with scope(Plane.CITY, reason="test"):
        zone_id = db.session.scalars(select(Zone.id).where(Zone.slug == "two-hands")).one()
        db.session.commit()
    overtaken(lambda: one_at_a_time(zone_id), lambda: finish_zone_in_steps(SYSTEM, zone_id))
    assert actions(zone_id).count("zones.provisioned") == 1


def test_a_former_address_is_free_again_when_its_quarantine_is_over(world):
    zone, union = world.zone("old-home"), world.union()
    with scope(Plane.CITY, reason="test"):
        rename_zone(zone.id, slug="moved-home")
        db.session.commit()
    assert world.client("old-home.hall.test").get("/").location == "http://moved-home.hall.test/"
    with pytest.raises(ZoneRefused):
        provision(union, "old-home")
    with scope(Plane.CITY, reason="test"):
        yesterday = datetime.now(UTC) - timedelta(days=1)
        db.session.execute(update(ZoneSlug).where(ZoneSlug.slug == "old-home").values(quarantined_until=yesterday))
        db.session.commit()
    platform().registry.forget()
    assert world.client("old-home.hall.test").get("/").status_code == 404
    assert provision(union, "old-home").union_id == union.id
    assert world.client("old-home.hall.test").get("/").status_code == 200

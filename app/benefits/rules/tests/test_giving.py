"""Caps of spending rules: over all zones of a member, in their period, with earmarks, and for two at a time."""

from datetime import date
from threading import Thread

import pytest
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from app.benefits import rules
from app.benefits.rules.errors import CapReached
from app.benefits.rules.models import BenefitGift, PolicyRule
from app.benefits.rules.tests.book import DAY, SOURCE, giving, rule_in_force, to
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.contracts.planting import connect_as_owner

CAP = 2_500_00


@pytest.fixture
def county(world):
    """A union with a zone, its members' cap for festivals, and another zone below it."""
    union = world.union()
    rule_in_force(union.path, CAP)
    return world.zone(union=union), world.zone(union=world.union(parent=union))


@pytest.fixture
def member(world, county):
    return world.member(county[1]).member_id


def give(zone, *gifts, **what) -> list[rules.Refusal]:
    with scope(Plane.WORKER, zone=zone):
        refused = rules.register(giving(**what), to(*gifts))
        db.session.commit()
    return refused


def over(zone, *gifts, **what) -> int | None:
    """By how many cents a gift would go beyond a rule; None for one within."""
    with scope(Plane.STAFF, zone=zone):
        try:
            rules.check(giving(**what), to(*gifts))
        except CapReached as refusal:
            return refusal.over_cents
    return None


def test_a_cap_counts_what_all_zones_of_a_member_gave(county, member):
    here, below = county
    assert give(here, (member, 1_500_00)) == []
    assert over(below, (member, 1_000_00)) is None
    assert over(below, (member, 1_000_01)) == 1
    (refused,) = give(below, (member, 1_100_00))
    assert (refused.member_id, refused.over_cents) == (member, 100_00)
    assert give(below, (member, 1_000_00)) == [], "what was refused counts for nothing"


def test_a_refusal_cites_the_rule_and_its_source(county, member, app):
    with scope(Plane.STAFF, zone=county[0]), app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        with pytest.raises(CapReached) as refused:
            rules.check(giving(), to((member, CAP + 1_50)))
        words = str(refused.value.message)
    assert SOURCE in words
    assert "¥2,500.00" in words
    assert "¥1.50" in words


def test_another_zone_s_gifts_are_read_by_nobody_else(county, member):
    here, below = county
    give(here, (member, 100_00))
    give(below, (member, 200_00))
    for plane in (Plane.STAFF, Plane.WORKER):
        with scope(plane, zone=here):
            assert db.session.scalars(select(BenefitGift.value_cents)).all() == [100_00]
    with scope(Plane.MEMBER, zone=below, actor=Actor(member_id=member)):
        assert db.session.scalars(select(BenefitGift.value_cents)).all() == [200_00]
    with scope(Plane.STAFF, zone=here):
        db.session.add(BenefitGift(member_id=member, category="festival", earmark="", given_on=DAY, value_cents=1,
                                   thing="test", thing_id=uuid7()))  # fmt: skip
        with pytest.raises(ProgrammingError, match="permission denied"):
            db.session.flush()
        db.session.rollback()


@pytest.mark.parametrize(
    ("period", "counts", "counts_not"),
    [
        ("year", date(2026, 1, 1), date(2025, 12, 31)),
        ("month", date(2026, 11, 1), date(2026, 10, 31)),
        ("once", date(2021, 5, 1), None),
        ("giving", None, DAY),
    ],
)
def test_a_cap_counts_within_its_period(world, period, counts, counts_not):
    zone = world.zone()
    rule_in_force(zone.union_path, 100, category="birthday", period=period)
    for day, is_over in ((counts, True), (counts_not, False)):
        if day is not None:
            somebody = world.member(zone).member_id
            assert give(zone, (somebody, 60), category="birthday", day=day) == []
            assert bool(over(zone, (somebody, 60), category="birthday")) is is_over
    assert over(zone, (world.member(zone).member_id, 101), category="birthday") == 1


def test_an_earmark_is_used_by_its_goods_alone_and_before_the_cap(world):
    zone = world.zone()
    rule_in_force(zone.union_path, 1_000)
    rule_in_force(zone.union_path, 300, earmark="poverty-relief")
    somebody = world.member(zone).member_id
    assert over(zone, (somebody, 1_001)) == 1
    assert over(zone, (somebody, 1_300), earmark="poverty-relief") is None
    assert over(zone, (somebody, 1_301), earmark="poverty-relief") == 1
    assert give(zone, (somebody, 200), earmark="poverty-relief") == []
    assert over(zone, (somebody, 1_000)) is None, "what of the earmark was used takes nothing of the cap"
    assert give(zone, (somebody, 200), earmark="poverty-relief") == []
    assert over(zone, (somebody, 901)) == 1, "what was beyond the earmark does"


def test_rules_hold_below_their_union_in_their_days_and_for_their_category(world, county, member):
    here, below = county
    elsewhere = world.zone()
    stranger = world.member(elsewhere).member_id
    assert over(below, (member, CAP + 1)) == 1
    assert over(elsewhere, (stranger, CAP + 1)) is None
    assert over(here, (member, CAP + 1), category="birthday") is None
    assert over(here, (member, CAP + 1), day=date(2019, 12, 31)) is None
    ended = world.zone()
    rule_in_force(ended.union_path, 1, until=date(2026, 11, 26))
    assert over(ended, (world.member(ended).member_id, 2)) is None


@pytest.mark.parametrize("state", ["proposed", "refused", "withdrawn"])
def test_only_a_rule_in_force_holds(world, state):
    zone = world.zone()
    rule_id = rule_in_force(zone.union_path, 1)
    with scope(Plane.CITY, reason="test"):
        db.session.get_one(PolicyRule, rule_id).state = state
        db.session.commit()
    assert over(zone, (world.member(zone).member_id, 2)) is None


def test_a_repeat_counts_once_and_what_is_taken_back_counts_no_more(county, member):
    here, _below = county
    thing_id = uuid7()
    for _ in range(2):
        assert give(here, (member, 2_000_00), thing_id=thing_id) == []
    assert over(here, (member, 501_00)) == 1_00
    for cents in (300_00, 5_000_00):
        with scope(Plane.WORKER, zone=here):
            rules.take_back(thing_id, to((member, cents)))
            db.session.commit()
            left = db.session.scalars(select(BenefitGift.value_cents)).all()
        assert left == ([1_700_00] if cents == 300_00 else [])


def test_a_zone_takes_nothing_back_that_another_gave(county, member):
    here, below = county
    thing_id = uuid7()
    give(below, (member, 2_000_00), thing_id=thing_id)
    with scope(Plane.WORKER, zone=here):
        rules.take_back(thing_id, to((member, 2_000_00)))
        db.session.commit()
    assert over(here, (member, 501_00)) == 1_00


def test_of_two_zones_that_give_at_once_the_second_waits_and_is_refused(county, member, app, settings):
    here, below = county
    refused: list[rules.Refusal] = []

    def give_below() -> None:
        with app.app_context():
            refused.extend(give(below, (member, 2_000_00)))

    second = Thread(target=give_below)
    with scope(Plane.WORKER, zone=here), connect_as_owner(settings.database_owner_url) as owner:
        assert rules.register(giving(), to((member, 2_000_00))) == []
        second.start()
        while second.is_alive() and not owner.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
            second.join(0.01)
        db.session.commit()
    second.join()
    assert [each.over_cents for each in refused] == [1_500_00]

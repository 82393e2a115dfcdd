"""Whom a choice means, on every plane, and never anybody of another zone."""

from datetime import date
from uuid import UUID

import pytest

from app.core.clock import now
from app.members.audience import Audience, measure
from app.members.audience.tags import tag_member
from tenants.database import db
from tenants.ids import uuid7

EVERYTHING = Audience(
    union_paths=("0001.0002.", "0001.0003."), gender="female", is_verified=False, joined_from=date(2020, 1, 1),
    joined_until=date(2020, 12, 31), birth_months=(2, 11), tags=("劳模",), list_id=uuid7(),
)  # fmt: skip


@pytest.fixture
def mixed(town):
    town.change(0, gender="female", birth_date=date(1990, 2, 28))
    town.change(1, verified_at=now(), birth_date=date(1985, 11, 1))
    town.change_membership(2, joined_on=date(2020, 5, 1))
    with town.staff():
        for place in (1, 3):
            tag_member(town.actor, town.id_of(place), "劳模")
        tag_member(town.actor, town.id_of(4), "困难职工")
        db.session.commit()
    return town


@pytest.mark.parametrize(
    ("audience", "meant"),
    [
        (Audience(), [0, 1, 2, 3, 4]),
        (Audience(gender="female"), [0]),
        (Audience(is_verified=True), [1]),
        (Audience(is_verified=False), [0, 2, 3, 4]),
        (Audience(joined_from=date(2020, 5, 1), joined_until=date(2020, 5, 1)), [2]),
        (Audience(joined_until=date(2020, 4, 30)), []),
        (Audience(birth_months=(2,)), [0]),
        (Audience(birth_months=(2, 11)), [0, 1]),
        (Audience(tags=("劳模",)), [1, 3]),
        (Audience(tags=("劳模", "困难职工")), [1, 3, 4]),
        (Audience(tags=("劳模",), is_verified=True), [1]),
        (Audience(list_id=uuid7()), []),
    ],
)
def test_each_field_narrows_and_of_several_values_any_will_do(mixed, audience, meant):
    assert mixed.chosen(audience) == meant


def test_of_several_unions_each_is_meant_with_all_below_it(town):
    third = town.world.union("南山镇总工会", "town", town.world.union_of(town.zone))
    town.members.append(town.world.member(third))
    assert town.chosen(Audience(union_paths=(town.town_path,))) == [3, 4]
    assert town.chosen(Audience(union_paths=(town.town_path, third.path))) == [3, 4, 5]
    assert town.chosen(Audience(union_paths=(town.zone.union_path,))) == [0, 1, 2, 3, 4, 5]


def test_a_union_above_the_zone_or_beside_it_reaches_nobody_beyond(town):
    above = town.zone.union_path[: -len("0000.")]
    assert town.chosen(Audience(union_paths=(above,))) == [0, 1, 2, 3, 4]
    beside = town.world.zone()
    town.world.member(beside)
    assert town.chosen(Audience(union_paths=(beside.union_path,))) == []


def test_a_tag_of_the_zone_above_is_not_asked(town):
    with town.staff():
        tag_member(town.actor, town.id_of(3), "劳模")
        db.session.commit()
    assert town.chosen(Audience(tags=("劳模",))) == [3]
    town.zone = town.world.zone(union=town.below)
    assert town.chosen(Audience()) == [3, 4]
    assert town.chosen(Audience(tags=("劳模",))) == []


@pytest.mark.parametrize("audience", [Audience(), EVERYTHING])
def test_a_choice_is_the_same_when_it_was_kept_as_json(audience):
    assert Audience.from_json(audience.to_json()) == audience
    assert audience.is_open == (audience == Audience())


def test_a_choice_keeps_only_what_is_set():
    assert Audience().to_json() == {}
    assert Audience(is_verified=False).to_json() == {"is_verified": False}


def test_its_size_comes_with_some_masked_names(town):
    with town.staff():
        size = measure(Audience(union_paths=(town.town_path,)))
        nobody = measure(Audience(gender="female"))
    assert size.members == 2
    assert [row.union_name for row in size.sample] == ["东海镇总工会"] * 2
    assert all("*" in row.name and row.name not in {each.name for each in town.members} for row in size.sample)
    assert (nobody.members, nobody.sample) == (0, [])


def test_the_month_of_birth_follows_a_corrected_birthday(town):
    town.change(0, birth_date=date(1990, 2, 28))
    assert town.chosen(Audience(birth_months=(2,))) == [0]
    town.change(0, birth_date=date(1990, 3, 1))
    assert town.chosen(Audience(birth_months=(2,))) == []
    assert town.chosen(Audience(birth_months=(3,))) == [0]


def test_asking_for_one_member_is_one_statement_whoever_that_is(town):
    asked: list[str] = []
    engine = db.engine
    listen = lambda _c, _cursor, statement, *_rest: asked.append(statement)  # noqa: E731
    db.event.listen(engine, "before_cursor_execute", listen)
    try:
        with town.as_member(town.members[0]):
            db.session.connection()
            asked.clear()
            EVERYTHING.includes(UUID(int=0))
            assert len([each for each in asked if each.lstrip().upper().startswith("SELECT")]) == 1
    finally:
        db.event.remove(engine, "before_cursor_execute", listen)

"""`docs/new-module.md` says how to add a module; here its files are dropped in and used."""

from collections.abc import Iterator

import pytest

from tests.contracts.dropping import dropped_in, require_contracts
from tests.fixtures.forms import fill
from tests.fixtures.world import World


@pytest.fixture(scope="module")
def city_with_suggestions(settings) -> Iterator[World]:
    with dropped_in(settings, "new-module.md", "suggestions") as world:
        yield world


def test_the_folder_of_the_guide_is_a_working_module(city_with_suggestions):
    world = city_with_suggestions
    zone = world.zone(modules=("suggestions",))
    member, staff = world.client(zone, world.member(zone)), world.client(zone, world.staff(zone))

    assert "意见箱" in world.client(zone).get("/services").text
    assert fill(member, "/suggestions/", body="食堂能晚点关门吗").location == "/suggestions/?sent=1"
    assert fill(member, "/suggestions/", body="短").status_code == 422
    assert "食堂能晚点关门吗" in staff.get("/console/suggestions/").text
    assert "意见箱" in staff.get("/console/").text
    assert "suggestions.invite" in staff.get("/console/blocks").text


def test_the_module_is_isolated_and_obeys_its_switch_without_a_line_of_its_own(city_with_suggestions):
    world = city_with_suggestions
    here, there, without = (
        world.zone(modules=("suggestions",)),
        world.zone(modules=("suggestions",)),
        world.zone(modules=()),
    )
    fill(world.client(here, world.member(here)), "/suggestions/", body="只在本专区可见")
    assert "只在本专区可见" not in world.client(there, world.staff(there)).get("/console/suggestions/").text
    assert world.client(there, world.staff(here)).get("/console/suggestions/").status_code == 404
    assert world.client(without, world.member(without)).get("/suggestions/").status_code == 404


def test_every_contract_holds_for_it(city_with_suggestions):
    require_contracts(city_with_suggestions, "suggestions", {"suggestions_letters": ["member_id"]})


def test_a_member_s_copy_holds_what_the_module_keeps_of_them(city_with_suggestions):
    world = city_with_suggestions
    zone = world.zone(modules=("suggestions",))
    member = world.client(zone, world.member(zone))
    fill(member, "/suggestions/", body="我的建议要能带走")
    copied = member.get("/me/data/copy.json").json["modules"]["suggestions"]["suggestions_letters"]
    assert [row["body"] for row in copied] == ["我的建议要能带走"]

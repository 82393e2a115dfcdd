"""The studio: drafts, preview, publishing, rolling back, and who may."""

import re

import pytest

from tests.fixtures.forms import fill, token_of


@pytest.fixture
def zone(world):
    return world.zone(slogan="旧口号")


@pytest.fixture
def desk(world, zone):
    return world.client(zone, world.staff(zone))


def test_a_change_is_seen_by_members_only_after_publishing(world, zone, desk):
    visitor = world.client(zone)
    saved = fill(desk, "/console/look", theme="party-red", slogan="新口号")
    assert saved.status_code == 302
    assert "party-red" not in visitor.get("/").text
    assert "party-red" in desk.get("/console/publish").text

    assert desk.post("/console/publish", data={"csrf_token": token_of(desk, "/console/publish")}).status_code == 302
    world.settle()
    assert "/themes/party-red/" in visitor.get("/").text


def test_rolling_back_brings_the_earlier_look_again(world, zone, desk):
    fill(desk, "/console/look", theme="party-red", slogan="新")
    fill(desk, "/console/publish")
    earlier = re.search(r"/console/revisions/([0-9a-f-]{36})/roll-back", desk.get("/console/publish").text)
    assert earlier
    fill(desk, "/console/publish", post_to=f"/console/revisions/{earlier[1]}/roll-back")
    world.settle()
    assert "/themes/party-red/" not in world.client(zone).get("/").text


def test_the_preview_link_shows_the_draft_and_is_good_for_this_zone_only(world, zone, desk):
    fill(desk, "/console/look", theme="party-red", slogan="新")
    link = re.search(r'href="(/console/preview/[^"]+)"', desk.get("/console/look").text)
    assert link
    assert "/themes/party-red/" in world.client(zone).get(link[1]).text
    assert world.client(world.zone()).get(link[1]).status_code == 404
    assert world.client(zone).get(link[1].replace("preview/", "preview/x")).status_code == 404


def test_a_colour_without_contrast_is_refused_and_what_was_typed_stays(zone, desk):
    refused = fill(desk, "/console/look", theme="harbor", slogan="留住我", primary="#ffff00")
    assert refused.status_code == 422
    assert "留住我" in refused.text
    assert "#ffff00" in refused.text


def test_two_editors_do_not_overwrite_each_other(world, zone, desk):
    other = world.client(zone, world.staff(zone))
    seen = re.search(r'name="seen" value="([^"]+)"', other.get("/console/look").text)
    assert seen
    fill(desk, "/console/look", theme="harbor", slogan="甲")
    late = fill(other, "/console/look", theme="harbor", slogan="乙", seen=seen[1])
    assert late.status_code == 422
    assert "乙" in late.text


def test_blocks_are_added_moved_and_removed(zone, desk):
    for kind in ("rich_text", "quick_entries"):
        fill(desk, "/console/blocks", post_to="/console/blocks/add", type=kind)
    ids = re.findall(r"/console/blocks/(b[0-9a-f]{8})/remove", desk.get("/console/blocks").text)
    assert len(ids) == 2
    fill(desk, "/console/blocks", post_to=f"/console/blocks/{ids[1]}/move", to="up")
    assert re.findall(r"/console/blocks/(b[0-9a-f]{8})/remove", desk.get("/console/blocks").text) == ids[::-1]
    fill(desk, "/console/blocks", post_to=f"/console/blocks/{ids[0]}/remove")
    assert re.findall(r"/console/blocks/(b[0-9a-f]{8})/remove", desk.get("/console/blocks").text) == [ids[1]]


def test_a_module_switched_off_is_gone_and_its_data_comes_back_with_it(world, zone, desk):
    visitor = world.client(zone)
    assert visitor.get("/news/").status_code == 200
    fill(desk, "/console/modules/news", post_to="/console/modules/news")
    fill(desk, "/console/publish")
    world.settle()
    assert visitor.get("/news/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/console/", "/console/look", "/console/blocks", "/console/modules", "/console/publish", "/console/audit"]
)
def test_the_console_exists_for_the_zones_own_staff_only(world, zone, path):
    member, stranger = world.member(zone), world.staff(world.zone())
    assert world.client(zone).get(path).status_code == 302
    assert world.client(zone, member).get(path).status_code == 404
    assert world.client(zone, stranger).get(path).status_code == 404
    one_factor = world.client(zone, world.staff(zone), second_factor=False).get(path)
    assert one_factor.location.startswith("/session/second-factor")

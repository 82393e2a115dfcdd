"""The studio: drafts, publishing, two editors, and who may."""

import re
from html import escape

import pytest

from app.console.studio.tests.acts import add_block, draft_of
from tests.fixtures.forms import fill, send, token_of


def test_a_change_is_seen_by_members_only_after_publishing(world, zone, desk):
    visitor = world.client(zone)
    saved = send(desk, "/console/look", theme="party-red", slogan="新口号")
    assert saved.status_code == 302
    assert "party-red" not in visitor.get("/").text
    assert "红色阵地" in desk.get("/console/publish").text

    assert desk.post("/console/publish", data={"csrf_token": token_of(desk, "/console/publish")}).status_code == 302
    world.settle()
    assert "/themes/party-red/" in visitor.get("/").text


def test_two_editors_do_not_overwrite_each_other(world, zone, desk):
    other = world.client(zone, world.staff(zone))
    seen = re.search(r'name="_seen" value="([^"]+)"', other.get("/console/look").text)
    assert seen
    send(desk, "/console/look", slogan="甲")
    late = send(other, "/console/look", slogan="乙", _seen=seen[1])
    assert late.status_code == 409
    assert draft_of(zone)["slogan"] == "甲"
    assert 'value="乙"' in late.text
    beside = late.text.partition('id="meanwhile"')[2]
    assert "甲" in beside.partition("</section>")[0]
    again = re.search(r'name="_seen" value="([^"]+)"', late.text)
    assert again
    assert send(other, "/console/look", slogan="乙", _seen=again[1]).status_code == 302
    assert draft_of(zone)["slogan"] == "乙"


def test_a_button_pressed_on_an_old_page_does_nothing_and_says_so(world, zone, desk):
    add_block(desk, "banner")
    other = world.client(zone, world.staff(zone))
    old = re.search(r'name="_seen" value="([^"]+)"', other.get("/console/blocks").text)
    assert old
    add_block(desk, "rich_text")
    answer = fill(other, "/console/blocks", type="quick_entries", _seen=old[1])
    assert answer.status_code == 409
    assert "没有执行" in answer.text
    assert [block["type"] for block in draft_of(zone)["blocks"]] == ["banner", "rich_text"]


def test_a_block_removed_by_another_editor_is_told(world, zone, desk):
    page = add_block(desk, "rich_text")
    other = world.client(zone, world.staff(zone))
    other_page = other.get(page).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', other_page)
    assert token
    fill(desk, "/console/blocks", post_to=f"{page}/remove")
    late = "<p>别人移除版块时还在写的一段很长的文字，写的人无论如何不想再写第二遍。</p>"
    answer = other.post(page, data={"csrf_token": token[1], "text": late})
    assert answer.status_code == 404
    for text in ("首页上已没有这个版块", escape(late)):
        assert text in answer.text
    assert other.get(page).status_code == 404


def test_blocks_are_added_moved_and_removed(zone, desk):
    for kind in ("rich_text", "quick_entries"):
        fill(desk, "/console/blocks", type=kind)
    ids = re.findall(r"/console/blocks/(b[0-9a-f]{8})/remove", desk.get("/console/blocks").text)
    assert len(ids) == 2
    fill(desk, "/console/blocks", post_to=f"/console/blocks/{ids[1]}/move", to="up")
    assert re.findall(r"/console/blocks/(b[0-9a-f]{8})/remove", desk.get("/console/blocks").text) == ids[::-1]
    fill(desk, "/console/blocks", post_to=f"/console/blocks/{ids[0]}/remove")
    assert re.findall(r"/console/blocks/(b[0-9a-f]{8})/remove", desk.get("/console/blocks").text) == [ids[1]]


def test_a_module_switched_off_is_gone_and_its_data_comes_back_with_it(world, zone, desk):
    visitor = world.client(zone)
    assert visitor.get("/news/").status_code == 200
    send(desk, "/console/modules/news", untick=["enabled"])
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

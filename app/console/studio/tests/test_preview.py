"""Previews: of the draft by a signed link, of what is typed by the form's own button, of earlier revisions."""

import re

from app.console.studio.tests.acts import add_block, draft_of
from tests.fixtures.forms import fill, send


def link_on(desk, path):
    found = re.search(r'<iframe[^>]*src="(/console/preview/[^"]+)"', desk.get(path).text)
    assert found
    return found[1]


def test_the_link_shows_the_draft_and_is_good_for_this_zone_only(world, zone, desk):
    send(desk, "/console/look", theme="party-red", slogan="新")
    link = link_on(desk, "/console/look")
    shown = world.client(zone).get(link)
    assert "/themes/party-red/" in shown.text
    assert "no-store" in shown.headers["Cache-Control"]
    assert world.client(world.zone()).get(link).status_code == 404
    assert world.client(zone).get(link.replace("preview/", "preview/x")).status_code == 404


def test_the_preview_brings_the_drafts_own_colours(world, zone, desk):
    send(desk, "/console/look", primary="#0b7563")
    page = world.client(zone).get(link_on(desk, "/console/look")).text
    css = re.search(r'href="(/console/preview/look/[^"]+\.css)"', page)
    assert css
    answer = world.client(zone).get(css[1])
    assert "--hall-primary:#0b7563" in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert world.client(world.zone()).get(css[1]).status_code == 404


def test_what_is_typed_is_shown_without_being_saved(zone, desk):
    shown = send(desk, "/console/look", slogan="还没保存", theme="party-red", step="preview")
    assert shown.status_code == 200
    assert "还没保存" in shown.text
    assert "/themes/party-red/" in shown.text
    assert "没有草稿" in desk.get("/console/publish").text


def test_blocks_and_modules_are_previewed_as_typed(zone, desk):
    page = add_block(desk, "rich_text")
    assert "马上看到" in send(desk, page, text="马上看到", step="preview").text
    assert draft_of(zone)["blocks"][0]["settings"]["text"] == ""
    off = send(desk, "/console/modules/news", untick=["enabled"], step="preview", page="services")
    assert off.status_code == 200
    assert 'href="/news/"' not in off.text


def test_what_cannot_be_shown_says_why(desk):
    refused = send(desk, "/console/look", background="#909090", step="preview")
    assert refused.status_code == 422
    assert "对比度" in refused.text


def test_other_pages_can_be_previewed_and_closed_ones_not(world, zone, desk):
    choice = desk.get("/console/look").text.partition('id="preview-page"')[2].partition("</select>")[0]
    assert re.findall(r'value="([a-z_]+)"', choice) == ["home", "services", "events", "news"]
    send(desk, "/console/look", theme="party-red")
    link = link_on(desk, "/console/look")
    visitor = world.client(zone)
    for page, sign in (("services", "/help/"), ("news", "red-head"), ("help", "hall-home")):
        shown = visitor.get(link, query_string={"page": page})
        assert shown.status_code == 200
        assert "/themes/party-red/" in shown.text
        assert sign in shown.text


def test_the_preview_shows_members_pages_only_what_members_see(world, zone, desk):
    fill(desk, "/console/news/new", title="未发布的文章", body="正文")
    send(desk, "/console/look", slogan="新")
    assert "未发布的文章" not in world.client(zone).get(link_on(desk, "/console/look") + "?page=news").text


def test_earlier_revisions_tell_who_when_and_why_and_can_be_seen(world, zone, desk):
    send(desk, "/console/look", theme="party-red")
    fill(desk, "/console/publish", note="换新装")
    page = desk.get("/console/publish").text
    assert "换新装" in page
    assert re.search(r">干部\d+</td>", page)
    view = re.search(r'<a[^>]+href="(/console/preview/[^"]+)"[^>]*>查看', page)
    assert view
    assert "/themes/harbor/" in world.client(zone).get(view[1]).text


def test_one_compares_before_rolling_back(world, zone, desk):
    send(desk, "/console/look", theme="party-red")
    fill(desk, "/console/publish")
    page = re.search(r'href="(/console/revisions/[0-9a-f-]{36})"', desk.get("/console/publish").text)
    assert page
    compared = desk.get(page[1]).text
    assert "红色阵地" in compared
    assert "海港" in compared
    fill(desk, page[1], post_to=f"{page[1]}/roll-back")
    world.settle()
    assert "/themes/party-red/" not in world.client(zone).get("/").text


def test_the_list_of_revisions_goes_on_past_a_page(zone, desk):
    for number in range(22):
        send(desk, "/console/look", slogan=f"第{number}版")
        fill(desk, "/console/publish", note=f"说明{number}")
    first = desk.get("/console/publish").text
    following = re.search(r'href="(/console/publish\?before=\d+)"', first)
    assert following
    second = desk.get(following[1]).text
    notes = [set(re.findall(r">说明(\d+)</td>", text)) for text in (first, second)]
    assert len(notes[0]) == 20
    assert notes[0] | notes[1] == {str(number) for number in range(22)}

"""Forms made from settings: what a browser does not send, lists of rows, choices of the zone's own."""

from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from marshmallow import Schema, fields

from app.console import context
from app.console.studio.tests.acts import add_block, draft_of, picture
from app.core.modules import ManifestError, Module, Modules
from app.core.platform import EXTENSION
from tests.fixtures.forms import fill, send


def test_a_setting_that_is_on_by_default_can_be_switched_off(zone, desk):
    send(desk, "/console/modules/news", untick=["accept_city_articles"])
    assert draft_of(zone)["modules"]["news"]["settings"]["accept_city_articles"] is False
    page = desk.get("/console/modules/news").text
    assert 'name="accept_city_articles" value="true" checked' not in page
    send(desk, "/console/modules/news", accept_city_articles="true")
    assert draft_of(zone)["modules"]["news"]["settings"]["accept_city_articles"] is True


def test_every_choice_of_a_list_can_be_unticked(zone, desk):
    send(desk, "/console/modules/help", untick=["open_kinds"])
    assert draft_of(zone)["modules"]["help"]["settings"]["open_kinds"] == []
    send(desk, "/console/modules/help", open_kinds=["illness"])
    assert draft_of(zone)["modules"]["help"]["settings"]["open_kinds"] == ["illness"]


class _Unshown(Schema):
    odd = fields.Dict(metadata={"label": "Odd"})


class _Unnamed(Schema):
    text = fields.String()


@pytest.mark.parametrize("schema", [_Unshown, _Unnamed])
def test_a_setting_that_no_form_can_show_stops_the_boot(schema):
    module = Module(slug="odd", title="Odd", summary="", version="1", settings=schema)
    app = Flask(__name__)
    app.extensions[EXTENSION] = SimpleNamespace(modules=Modules([module]))
    with pytest.raises(ManifestError, match="odd"):
        context.init_app(app)


def test_the_articles_block_offers_the_zones_categories(world, zone, desk):
    fill(desk, "/console/news/categories", name="安全生产")
    page = add_block(desk, "news.articles")
    form = desk.get(page).text.partition('name="category"')[2].partition("</select>")[0]
    assert "安全生产" in form
    value = form.partition("安全生产")[0].rpartition('value="')[2].partition('"')[0]
    assert send(desk, page, category=value).status_code == 302
    assert draft_of(zone)["blocks"][0]["settings"]["category"] == value


def test_slides_are_added_edited_moved_replaced_and_removed(zone, desk):
    page = add_block(desk, "banner")

    def slides():
        return draft_of(zone)["blocks"][0]["settings"]["slides"]

    for number, title in enumerate(("甲", "乙")):
        start = f"slides-{number}"
        cells: dict[str, Any] = {f"{start}-file-upload": (picture(), "a.png"), f"{start}-title": title}
        added = send(desk, page, step=f"add:slides:{number}", **cells)
        assert added.location == page
    assert [slide["title"] for slide in slides()] == ["甲", "乙"]

    before = slides()[1]["file"]
    send(desk, page, step="up:slides:1", **{"slides-1-href": "/news/"})
    assert [(slide["title"], slide["href"]) for slide in slides()] == [("乙", "/news/"), ("甲", "")]
    other: dict[str, Any] = {"slides-0-file-upload": (picture("blue"), "b.png")}
    send(desk, page, step="save", **other)
    assert slides()[0]["file"] != before
    send(desk, page, step="remove:slides:0")
    assert [slide["title"] for slide in slides()] == ["甲"]


def test_a_refused_picture_keeps_the_title_and_the_link(zone, desk):
    page = add_block(desk, "banner")
    wrong = {"slides-0-file-upload": (BytesIO(b"no picture"), "a.png")}
    refused = send(
        desk, page, step="add:slides:0", **wrong, **{"slides-0-title": "标题还在", "slides-0-href": "/news/"}
    )
    assert refused.status_code == 422
    assert 'value="标题还在"' in refused.text
    assert 'name="slides-0-href" type="text" value="/news/"' in refused.text
    assert draft_of(zone)["blocks"][0]["settings"]["slides"] == []


def test_a_good_picture_beside_a_wrong_link_is_asked_for_again(zone, desk):
    page = add_block(desk, "banner")
    refused = send(
        desk, page, step="add:slides:0", **{"slides-0-file-upload": (picture(), "a.png"), "slides-0-href": "http://x"}
    )
    assert refused.status_code == 422
    assert "重新选择" in refused.text
    assert '<img class="desk-row__picture"' not in refused.text


def test_quick_entries_are_chosen_ordered_and_joined_by_own_links(world, zone, desk):
    page = add_block(desk, "quick_entries")
    rows = (
        {"entry": "help.home"},
        {"title": "热线", "href": "https://12351.example.cn/ask"},
        {"entry": "news.index", "title": "看看"},
    )
    for number, row in enumerate(rows):
        cells = {f"entries-{number}-{name}": value for name, value in row.items()}
        assert send(desk, page, step=f"add:entries:{number}", **cells).status_code == 302
    send(desk, page, step="up:entries:2")
    fill(desk, "/console/publish")
    world.settle()
    home = world.client(zone).get("/").text
    entries = home.partition("hall-entries__grid")[2].partition("</ul>")[0]
    assert [entries.find(word) for word in ("帮扶", "看看", "热线")] == sorted(
        entries.find(w) for w in ("帮扶", "看看", "热线")
    )
    assert "https://12351.example.cn/ask" in entries
    assert "快捷入口" not in home


@pytest.mark.parametrize("href", ["//evil.example", "javascript:alert(1)", "http://plain.example", "/\\evil"])
def test_a_quick_entry_leads_inside_the_zone_or_by_https(desk, href):
    page = add_block(desk, "quick_entries")
    refused = send(desk, page, step="add:entries:0", **{"entries-0-title": "坏", "entries-0-href": href})
    assert refused.status_code == 422
    assert 'value="坏"' in refused.text


def test_an_own_link_needs_title_and_address(desk):
    page = add_block(desk, "quick_entries")
    assert send(desk, page, step="add:entries:0", **{"entries-0-title": "只有标题"}).status_code == 422


def test_a_text_block_takes_markdown_and_prints_no_heading_of_its_own(world, zone, desk):
    page = add_block(desk, "rich_text")
    form = desk.get(page).text
    assert "<textarea" in form
    assert ">html<" not in form
    send(desk, page, text="## 温馨提示\n\n- 周末**开放** <script>x</script>")
    fill(desk, "/console/publish")
    world.settle()
    home = world.client(zone).get("/").text
    prose = home.partition('class="hall-prose"')[2].partition("</section>")[0]
    assert "<h2>温馨提示</h2>" in prose
    assert "<strong>开放</strong>" in prose
    assert "<script>x" not in home
    assert "<h2>文字</h2>" not in home

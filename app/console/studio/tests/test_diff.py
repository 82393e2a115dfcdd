"""What publishing would change, as people read it."""

import re

from app.console.studio.tests.acts import add_block, changes_on, picture
from tests.fixtures.forms import fill, send


def test_a_slogan_alone_is_one_line(desk):
    send(desk, "/console/look", slogan="新口号")
    assert changes_on(desk) == [["口号", "旧口号", "新口号"]]


def test_a_theme_is_called_by_its_title_in_the_readers_language(desk):
    send(desk, "/console/look", theme="party-red")
    assert changes_on(desk) == [["主题", "海港", "红色阵地"]]
    desk.set_cookie("hall_locale", "en", domain=desk.host)
    assert changes_on(desk) == [["Theme", "Harbor", "Party red"]]


def test_a_colour_is_labelled_and_shown_as_a_spot(desk):
    send(desk, "/console/look", primary="#0b7563")
    desk.set_cookie("hall_locale", "en", domain=desk.host)
    assert changes_on(desk) == [["Main colour", "#0a6aae", "#0b7563"]]
    page = desk.get("/console/publish").text
    assert 'fill="#0a6aae"' in page
    assert 'fill="#0b7563"' in page


def test_a_replaced_logo_shows_both_pictures(desk):
    send(desk, "/console/look", logo=(picture(), "a.png"))
    fill(desk, "/console/publish")
    send(desk, "/console/look", logo=(picture("blue"), "b.png"))
    [[what, before, after]] = changes_on(desk)
    assert what == "徽标"
    assert before.startswith("/files/")
    assert after.startswith("/files/")
    assert before != after


def test_each_setting_of_a_module_has_its_line(desk):
    send(desk, "/console/modules/news", untick=["accept_city_articles"], articles_on_home="8")
    send(desk, "/console/modules/help", open_kinds=["illness"])
    rows = changes_on(desk)
    assert rows[0] == [
        "困难帮扶：开放申请的类别",
        "生活困难救助 · 意外灾害 · 大病救助 · 金秋助学 · 送温暖 · 送清凉 · 医疗互助给付",
        "大病救助",
    ]
    assert [row[1:] for row in rows[1:]] == [["启用", "停用"], ["5", "8"]]
    assert all(row[0].startswith("资讯：") for row in rows[1:])


def test_blocks_added_changed_moved_and_removed_go_by_their_titles(desk):
    banner, text = add_block(desk, "banner"), add_block(desk, "rich_text")
    send(desk, text, title="服务公告", text="原文")
    fill(desk, "/console/publish")

    send(desk, text, title="新公告", text="改文")
    fill(desk, "/console/blocks", post_to=f"{text}/move", to="up")
    add_block(desk, "quick_entries")
    rows = changes_on(desk)
    assert ["新增版块", "—", "快捷入口"] in rows
    assert ["新公告（文字）：标题", "服务公告", "新公告"] in rows
    assert ["新公告（文字）：文字", "原文", "改文"] in rows
    assert ["版块顺序", "横幅 · 新公告（文字）", "新公告（文字） · 横幅"] in rows

    fill(desk, "/console/publish")
    fill(desk, "/console/blocks", post_to=f"{banner}/remove")
    assert changes_on(desk) == [["移除版块", "横幅", "—"]]


def test_a_banners_pictures_are_shown_on_both_sides(desk):
    page = add_block(desk, "banner")
    send(desk, page, step="add:slides:0", **{"slides-0-file-upload": (picture(), "a.png"), "slides-0-title": "甲"})
    fill(desk, "/console/publish")
    send(desk, page, step="add:slides:1", **{"slides-1-file-upload": (picture(), "b.png"), "slides-1-title": "乙"})
    [[what, before, after]] = changes_on(desk)
    assert what == "横幅：图片"
    assert len(re.findall("/files/", before)) == 1
    assert len(re.findall("/files/", after)) == 2
    assert "甲 · 乙" in after


def test_of_a_long_text_the_changed_place_is_shown(desk):
    page = add_block(desk, "rich_text")
    send(desk, page, text="一" * 500 + "旧")
    fill(desk, "/console/publish")
    send(desk, page, text="一" * 500 + "新")
    [[_what, before, after]] = changes_on(desk)
    assert before.endswith("旧")
    assert after.endswith("新")
    assert len(before) < 60

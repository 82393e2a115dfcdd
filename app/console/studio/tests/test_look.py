"""The look: themes, palettes, colours one can read, the logo, and what is fixed from above."""

import re
from io import BytesIO

import pytest

from app.console.locks import set_lock
from app.console.studio.tests.acts import draft_of, picture, published_of
from app.core.theming import themes
from app.site.look import NAMES, contrast, unreadable
from app.unions.models import Union
from tenants.context import Plane, scope
from tenants.database import db
from tenants.models import ZoneRevision
from tenants.revisions import RevisionDocument
from tests.fixtures.forms import fill, send


def test_another_theme_begins_with_its_own_colours(zone, desk):
    assert send(desk, "/console/look", theme="party-red").status_code == 302
    draft = draft_of(zone)
    assert (draft["theme"], draft["tokens"]) == ("party-red", {})
    assert 'value="#b3191f"' in desk.get("/console/look").text


def test_a_token_equal_to_the_themes_is_not_stored(zone, desk):
    send(desk, "/console/look", slogan="只改口号")
    assert draft_of(zone)["tokens"] == {}
    send(desk, "/console/look", primary="#0b7563", radius="14.0")
    assert draft_of(zone)["tokens"] == {"primary": "#0b7563"}


def test_a_palette_is_one_button_and_keeps_what_else_was_typed(zone, desk):
    assert 'name="palette" value="mangrove"' in desk.get("/console/look").text
    assert send(desk, "/console/look", slogan="一起改", radius="8", palette="mangrove").status_code == 302
    draft = draft_of(zone)
    assert draft["slogan"] == "一起改"
    assert draft["tokens"] == {"primary": "#0b7563", "accent": "#2f6f9f", "background": "#eef6f3", "radius": 8}


@pytest.mark.parametrize(
    ("token", "value", "named"),
    [("primary", "#ffff00", "主色"), ("background", "#909090", "页面底色"), ("accent", "#7aa0a0", "辅色")],
)
def test_a_colour_without_contrast_is_refused_by_name_and_what_was_typed_stays(desk, token, value, named):
    refused = send(desk, "/console/look", slogan="留住我", **{token: value})
    assert refused.status_code == 422
    assert "留住我" in refused.text
    assert f'value="{value}"' in refused.text
    fault = re.search(rf'id="error-{token}">([^<]+)<', refused.text)
    assert fault
    assert named in fault[1]
    assert re.search(r"对比度为 \d\.\d", fault[1])


def test_lesser_text_is_measured_too():
    ground = "#c8c8c8"  # dark enough for the plain text, not for the lesser one
    assert contrast("#14232e", ground) >= 4.5
    found = list(unreadable(RevisionDocument(tokens={"background": ground})))
    assert (NAMES["--hall-ink-2"], "background") in {(pair.text, pair.name) for pair in found}


def test_the_tint_of_a_colour_is_measured_too():
    accent = "#747474"
    assert contrast(accent, "#ffffff") >= 4.5
    found = list(unreadable(RevisionDocument(tokens={"accent": accent, "background": "#ffffff"})))
    assert [pair.ground for pair in found] == [NAMES["--hall-accent-soft"]]


@pytest.mark.parametrize("slug", sorted(themes()))
def test_every_palette_of_every_theme_may_be_used(slug):
    for preset in ({"tokens": {}}, *themes()[slug].presets):
        assert list(unreadable(RevisionDocument(theme=slug, tokens=preset["tokens"]))) == []


def test_a_draft_that_became_unreadable_is_not_published(world, zone, desk):
    send(desk, "/console/look", slogan="还没发布")
    with scope(Plane.STAFF, zone=zone):
        draft = db.session.execute(db.select(ZoneRevision).where(ZoneRevision.status == "draft")).scalar_one()
        draft.document = {**draft.document, "tokens": {"background": "#909090"}}
        db.session.commit()
    refused = fill(desk, "/console/publish", note="我的说明")
    assert refused.status_code == 422
    assert "对比度" in refused.text
    assert 'value="我的说明"' in refused.text
    assert published_of(zone)["slogan"] == "旧口号"


def test_a_logo_is_drawn_anew_shown_and_removed(zone, desk):
    send(desk, "/console/look", logo=(picture(), "l.png"))
    logo = draft_of(zone)["logo"]
    assert f"/files/{logo}" in desk.get("/console/look").text
    send(desk, "/console/look", remove_logo="1")
    assert draft_of(zone)["logo"] == ""


def test_a_logo_that_is_no_picture_is_refused_and_the_rest_stays(desk):
    refused = send(desk, "/console/look", slogan="还在", logo=(BytesIO(b"GIF89a"), "l.png"))
    assert refused.status_code == 422
    assert 'value="还在"' in refused.text


def test_two_values_fixed_from_above_are_taken_and_nothing_is_refused(world):
    zone = world.zone(theme="party-red")
    desk = world.client(zone, world.staff(zone))
    with scope(Plane.CITY, reason="test"):
        union = db.session.get(Union, zone.union_id)
        assert union
        set_lock(union, "theme", "harbor", "全市统一外观")
        set_lock(union, "module.help", False, "帮扶暂停")
        db.session.commit()

    page = desk.get("/console/look").text
    assert "全市统一外观" in page
    assert 'value="party-red"' not in page
    assert "帮扶暂停" in desk.get("/console/modules/help").text
    assert send(desk, "/console/look", slogan="照样能改").status_code == 302
    assert send(desk, "/console/modules/help", contact_phone="12351").status_code == 302
    assert fill(desk, "/console/publish").status_code == 302
    document = published_of(zone)
    assert (document["theme"], document["slogan"]) == ("harbor", "照样能改")
    assert not document["modules"]["help"]["enabled"]

    earlier = re.search(r"/console/revisions/([0-9a-f-]{36})\"", desk.get("/console/publish").text)
    assert earlier
    page = f"/console/revisions/{earlier[1]}"
    assert fill(desk, page, post_to=f"{page}/roll-back").status_code == 302
    assert published_of(zone)["theme"] == "harbor"

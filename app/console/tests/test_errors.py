"""Errors at a desk: in the desk's frame, with a way back, and nothing typed is lost."""

import pytest

from app.core.platform import platform
from tenants.revisions import BlockChoice
from tests.fixtures.forms import send, typed


@pytest.fixture
def zone(world):
    return world.zone()


def test_an_error_at_the_zones_desk_stands_in_its_frame(world, zone):
    answer = world.client(zone, world.staff(zone)).get("/console/nothing-here")
    assert answer.status_code == 404
    assert 'class="desk-side' in answer.text
    assert 'href="/console/"' in answer.text.partition('id="content"')[2]
    assert "hall-tabs" not in answer.text


def test_an_error_at_the_citys_desk_stands_in_its_frame(world):
    answer = world.client("city.hall.test", world.city_admin()).get("/city/zones/nobody")
    assert answer.status_code == 404
    assert 'class="desk-side' in answer.text
    assert 'href="/city/"' in answer.text.partition('id="content"')[2]


def test_members_keep_their_own_frame(world, zone):
    for path in ("/console/nothing-here", "/nothing-here"):
        answer = world.client(zone, world.member(zone)).get(path)
        assert answer.status_code == 404
        assert "hall-tabs" in answer.text
        assert "desk-side" not in answer.text


def test_an_expired_form_says_so_and_can_be_sent_again(world, zone):
    desk = world.client(zone, world.staff(zone))
    expired = send(desk, "/console/look", slogan="没有白写 <b>", csrf_token="old")
    assert expired.status_code == 400
    assert "表单已过期" in expired.text
    again = desk.post("/console/look", data=typed(expired.text, "/console/look"), content_type="multipart/form-data")
    assert again.status_code == 302
    assert 'value="没有白写 &lt;b&gt;"' in desk.get("/console/look").text


def test_where_passwords_are_typed_an_expired_form_gives_nothing_back(world):
    client = world.client("id.hall.test")
    expired = client.post(
        "/sign-in/password", data={"phone": "13900000000", "password": "not-to-be-shown", "csrf_token": "x"}
    )
    assert expired.status_code == 400
    assert "表单已过期" in expired.text
    assert "not-to-be-shown" not in expired.text


def test_the_menu_shows_how_much_waits(world, zone, monkeypatch):
    entry = next(each for each in platform().modules["help"].menu if each.badge)
    monkeypatch.setattr(entry.badge.replace(":", "."), lambda: 7)
    page = world.client(zone, world.staff(zone)).get("/console/").text
    assert '<span class="desk-menu__badge">7</span>' in page


def test_a_block_that_fails_leaves_the_rest_of_the_home_page(world, monkeypatch):
    blocks = (BlockChoice("b1", "help.entry"), BlockChoice("b2", "rich_text", settings={"text": "仍然看得到"}))
    zone = world.zone(blocks=blocks)

    def broken(_settings):
        raise RuntimeError("a defect of one module")

    monkeypatch.setattr("app.modules.help.providers.CASES.entry", broken)
    assert world.client(zone).get("/").status_code == 500
    monkeypatch.setattr(world.app, "testing", False)
    shown = world.client(zone).get("/?fresh")
    assert shown.status_code == 200
    assert "仍然看得到" in shown.text
    assert "block-b1" not in shown.text

"""What a zone answers in each of its states: on the web, to programs, to forms."""

import html
import re

import pytest

from app.modules.news.tests.desk import draft
from tenants.context import ZoneState
from tests.api.test_tokens import bearer, make_token
from tests.fixtures.forms import fill, hidden_fields, token_of

CLOSED = [state for state in ZoneState if not state.is_open]
FORM = "/console/news/categories"


def change(desk, zone, state):
    page = f"/city/zones/{zone.slug}"
    assert fill(desk, page, post_to=f"{page}/state", state=state, reason="测试").status_code == 302


@pytest.mark.parametrize("state", CLOSED)
def test_a_zone_that_is_not_open_says_so_and_shows_nothing_of_what_it_published(world, state):
    zone = world.zone(state=state, slogan="只给自己人的口号", theme="party-red")
    for path in ("/", "/news/", "/me", "/console/", "/no-such-page"):
        page = world.client(zone, world.staff(zone)).get(path)
        assert page.status_code == 404
        assert "只给自己人的口号" not in page.text
        assert "/themes/party-red/" not in page.text
    said = "本专区暂停服务" if state is ZoneState.SUSPENDED else "本专区没有开放"
    assert said in world.client(zone).get("/").text


@pytest.mark.parametrize("state", CLOSED)
def test_programs_are_told_in_their_own_terms_that_a_zone_is_closed(world, state):
    answer = world.client(world.zone(state=state)).get("/api/v1/zone")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert answer.json["type"] == "urn:unionhall:zone-closed"


@pytest.mark.parametrize("state", ["suspended", "archived"])
def test_a_token_opens_no_closed_zone(world, desk, state):
    zone = world.zone()
    token = make_token(world, zone, world.staff(zone), "members.view")
    client = world.client(zone)
    assert client.get("/api/v1/members", headers=bearer(token)).status_code == 200
    change(desk, zone, state)
    assert client.get("/api/v1/members", headers=bearer(token)).status_code == 404


def test_a_read_only_zone_is_read_by_people_and_programs(world, desk):
    zone = world.zone()
    token = make_token(world, zone, world.staff(zone), "members.view")
    change(desk, zone, "read_only")
    assert world.client(zone).get("/").status_code == 200
    assert world.client(zone).get("/api/v1/zone").json["state"] == "read_only"
    assert world.client(zone).get("/api/v1/members", headers=bearer(token)).status_code == 200
    assert world.client(zone, world.staff(zone)).get("/console/").status_code == 200


def test_a_form_that_comes_into_a_read_only_zone_is_refused_and_given_back_to_be_sent_again(world, desk):
    zone = world.zone()
    staff = world.client(zone, world.staff(zone))
    token = token_of(staff, FORM)
    change(desk, zone, "read_only")
    typed = {"csrf_token": token, "name": "写了<很久>的名称", "slug": "kept-name", "note": "第一行\n第二行"}
    refused = staff.post(FORM, data=typed)
    assert refused.status_code == 409
    assert "只读" in refused.text
    given_back = dict(re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', refused.text, re.DOTALL))
    assert {name: html.unescape(value) for name, value in given_back.items()} == {
        name: value for name, value in typed.items() if name != "csrf_token"
    }
    assert f'action="{FORM}"' in refused.text
    change(desk, zone, "active")
    assert staff.post(FORM, data=typed).status_code in (302, 303)
    assert "写了&lt;很久&gt;的名称" in staff.get(FORM).text


WORDS = "写了很久的一段话，写的人不想再写第二遍。" * 2


def test_the_words_of_a_form_that_comes_into_a_closed_zone_are_given_back(world, desk):
    zone = world.zone()
    staff = world.client(zone, world.staff(zone))
    typed = {"csrf_token": token_of(staff, FORM), "name": WORDS, "slug": "kept-name"}
    change(desk, zone, "suspended")
    refused = staff.post(FORM, data=typed)
    assert (refused.status_code, words_given_back(refused.text)) == (404, [WORDS])
    assert "您填写的内容仍保留在此" in refused.text
    forged = staff.post(FORM, data=typed, headers={"Origin": "http://evil.example"})
    assert (forged.status_code, words_given_back(forged.text)) == (404, [])


def test_the_words_of_a_form_for_what_is_gone_are_given_back(world):
    zone = world.zone()
    staff = world.client(zone, world.staff(zone))
    page = f"/console/news/{draft(zone)}"
    typed = {**hidden_fields(staff, page), "title": "题目", "body": WORDS, "step": "save"}
    fill(staff, page, post_to=f"{page}/delete")
    refused = staff.post(page, data=typed)
    assert (refused.status_code, words_given_back(refused.text)) == (404, [WORDS])


def test_a_closed_zone_says_so_in_the_language_and_size_one_chooses(world):
    client = world.client(world.zone(state=ZoneState.SUSPENDED))
    for choice in ("locale=en", "text=large"):
        assert f"/display?{choice}" in client.get("/me").text
        assert client.get(f"/display?{choice}&next=/me").location == "/me"
    page = client.get("/me").text
    assert "This zone is suspended for now" in page
    assert "/display?text=normal" in page


def words_given_back(page):
    return [
        html.unescape(text) for text in re.findall(r"<textarea[^>]* readonly[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    ]


def test_a_form_of_another_site_is_not_given_back(world):
    zone = world.zone(state=ZoneState.READ_ONLY)
    forged = world.client(zone, world.staff(zone)).post(
        FORM, data={"name": "陌生内容"}, headers={"Origin": "http://evil.example"}
    )
    assert forged.status_code == 403
    assert "陌生内容" not in forged.text


def test_signing_out_works_in_a_read_only_zone(world):
    zone = world.zone(state=ZoneState.READ_ONLY)
    client = world.client(zone, world.member(zone))
    assert client.post("/session/end", data={"csrf_token": token_of(client, "/me/sign-out")}).status_code == 303

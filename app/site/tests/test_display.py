"""Language and text size: of a browser by a link, of an account by a form."""

import pytest
from sqlalchemy import select

from app.core.audit import AuditEntry
from app.identity.models import Account
from app.identity.operations import accounts
from tenants.context import Plane, ZoneState, scope
from tenants.database import db
from tests.fixtures.forms import typed


def chosen_by(person) -> tuple[str | None, bool]:
    with scope(Plane.IDENTITY):
        row = db.session.execute(
            select(Account.locale, Account.large_text).where(Account.id == person.account_id)
        ).one()
        db.session.commit()
    return row.locale, row.large_text


@pytest.fixture
def zone(world):
    return world.zone()


@pytest.fixture
def member(world, zone):
    return world.member(zone)


def save(client, page: str = "/me", **fields):
    form = typed(client.get(page).text, "/display", **fields)
    return client.post("/display", data=form)


@pytest.mark.parametrize(("host", "path"), [("", "/me"), ("id.hall.test", "/account/")])
def test_a_saved_choice_holds_on_every_host_and_is_written_down(world, zone, member, host, path):
    client = world.client(host or zone, member)
    assert "页面与通知的语言" in client.get(path).text
    answer = save(client, path, locale="en", large_text="1")
    assert (answer.status_code, answer.location) == (303, path)
    assert "Saved for all your devices and messages." in client.get(path).text
    assert chosen_by(member) == ("en", True)
    world.settle()
    assert '<html lang="en" class="large-text"' in world.client(world.zone(), member).get("/").text
    with scope(Plane.CITY, reason="test"):
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.account_id == member.account_id)).one()
        db.session.commit()
    assert (entry.action, entry.detail) == ("identity.set-display", {"locale": "en", "large_text": True})


def test_a_saved_choice_goes_before_what_this_browser_chose_earlier(world, zone, member):
    client = world.client(zone, member)
    client.get("/display?locale=en&text=large")
    client.get("/me")
    save(client, locale="zh_CN", untick=["large_text"])
    assert '<html lang="zh-CN">' in client.get("/").text


def test_a_link_changes_this_browser_alone_and_says_where_more_is_done(world, zone, member):
    client = world.client(zone, member)
    answer = client.get("/display?locale=en&text=large&next=/me")
    assert (answer.status_code, answer.location) == (302, "/me")
    page = client.get("/me").text
    assert '<html lang="en" class="large-text"' in page
    assert "save it under “Me” or in your account" in page
    assert chosen_by(member) == (None, False)
    client.get("/display?locale=zh_CN")
    assert "hall-toast--info" not in client.get("/me").text


def test_visitors_choose_by_links_and_are_told_nothing(world, zone):
    client = world.client(zone)
    client.get("/display?locale=en")
    page = client.get("/me").text
    assert '<html lang="en"' in page
    assert "hall-toast--info" not in page
    assert 'action="/display"' not in page


def test_no_other_page_and_no_stranger_saves_a_choice(world, zone, member):
    client = world.client(zone, member)
    form = typed(client.get("/me").text, "/display", locale="en")
    elsewhere = client.post("/display", data=form, headers={"Origin": "http://evil.test"})
    without_token = client.post("/display", data={"locale": "en"})
    assert (elsewhere.status_code, without_token.status_code) == (403, 400)
    assert world.client(zone).post("/display", data=form).status_code == 401
    assert chosen_by(member) == (None, False)


@pytest.mark.parametrize("next_path", ["//evil.test/", "http://evil.test/", "javascript:alert(1)"])
def test_saving_leads_back_to_this_host_only(world, zone, member, next_path):
    assert save(world.client(zone, member), locale="en", next=next_path).location == "/"


def test_saving_is_limited_and_refuses_what_it_does_not_know(world, zone, member, monkeypatch):
    client = world.client(zone, member)
    assert save(client, locale="fr").status_code == 422
    monkeypatch.setattr(accounts, "SET_DISPLAY", accounts.Limit("test.display", 1, accounts.timedelta(days=365)))
    assert [save(client, locale="en").status_code for _ in range(2)] == [303, 429]


def test_a_zone_that_is_read_only_does_not_keep_a_choice_from_being_saved(world):
    zone = world.zone(state=ZoneState.READ_ONLY)
    member = world.member(zone)
    assert save(world.client(zone, member), locale="en").status_code == 303
    assert chosen_by(member)[0] == "en"

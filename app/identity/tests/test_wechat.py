"""Connecting one's WeChat: by way of WeChat, in the session that went there, one WeChat for one account."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine

from app.benefits.vouchers.tests.market import Market
from app.benefits.wechat.tests.till import Till
from app.core.audit import AuditEntry
from app.core.clock import now
from app.core.jobs import inline
from app.identity.models import Account, WeChatLink
from app.identity.official_account import OfficialAccount
from app.identity.operations import openid_of_member
from app.identity.operations.wechat import TRIES_HOUR
from app.identity.tests.conftest import ID, Person
from sandbox.wechat.calls import WeChat
from sandbox.wechat.oauth import openid_of
from tenants.context import Plane, scope
from tenants.database import db
from tests.fixtures.wechat import wechat_for

PAGE = f"http://{ID}/account/wechat"


@pytest.fixture
def wechat(app, tmp_path) -> Iterator[WeChat]:
    with wechat_for(app, tmp_path) as served:
        yield served


@pytest.fixture(autouse=True)
def _nobody_is_connected(world) -> None:
    """A WeChat is of one account: tests before this one used the same."""
    with scope(Plane.IDENTITY):
        db.session.execute(db.delete(WeChatLink))
        db.session.commit()


@pytest.fixture
def somebody(world, zone):
    return world.member(zone)


@pytest.fixture
def at_home(person, somebody, wechat) -> Person:
    """A member who is signed in and has their page of WeChat open."""
    person.sign_in(somebody.phone)
    person.get(PAGE)
    return person


def go(person: Person) -> dict[str, str]:
    """Set out for WeChat; what one was sent there with."""
    person.post(PAGE, follow=False)
    assert person.page.status_code == 303, person.page.text
    return {name: values[0] for name, values in parse_qs(urlsplit(person.page.location).query).items()}


def come_back(person: Person, asked: dict[str, str], wechat: WeChat, name: str = "ming", **other: str) -> int:
    """Come back from WeChat as whoever goes by a name; the status of the answer."""
    query = {"code": wechat.codes.issue(name), "state": asked["state"]} | other
    return person.get(f"{asked['redirect_uri']}?{urlencode(query)}", follow=False).status_code


def links() -> list[WeChatLink]:
    with scope(Plane.IDENTITY):
        return list(db.session.scalars(db.select(WeChatLink)))


def link_of(account_id) -> WeChatLink | None:
    return next((each for each in links() if each.account_id == account_id), None)


def deeds(account_id) -> list[str]:
    with scope(Plane.CITY, reason="test"):
        query = db.select(AuditEntry.action).where(AuditEntry.account_id == account_id).order_by(AuditEntry.id)
        return [action for action in db.session.scalars(query) if action.endswith("-wechat")]


def test_a_member_connects_their_wechat_and_disconnects_it(at_home, wechat, somebody, sms, zone):
    assert "未绑定" in at_home.page.text
    asked = go(at_home)
    assert (asked["scope"], asked["redirect_uri"]) == ("snsapi_base", f"{PAGE}/return")
    assert come_back(at_home, asked, wechat) == 303
    assert link_of(somebody.account_id)
    with scope(Plane.WORKER, zone=zone):
        assert openid_of_member(somebody.member_id) == openid_of("ming")
    assert "已绑定" in at_home.get(PAGE).text
    assert "已绑定" in at_home.get(f"http://{ID}/account/").text
    at_home.get(PAGE)
    at_home.post(f"{PAGE}/disconnect")
    assert "未绑定" in at_home.page.text
    assert link_of(somebody.account_id) is None
    assert deeds(somebody.account_id) == ["identity.connect-wechat", "identity.disconnect-wechat"]


def test_the_form_may_lead_to_wechat_and_nowhere_else(at_home, app):
    policy = at_home.page.headers["Content-Security-Policy"]
    assert f"form-action 'self' {app.extensions['official_account'].origin};" in policy


def test_the_openid_is_nowhere_in_clear(at_home, wechat, somebody):
    come_back(at_home, go(at_home), wechat)
    link = link_of(somebody.account_id)
    assert link
    assert openid_of("ming").encode() not in link.openid_cipher + link.openid_index


def test_a_wechat_of_another_account_is_refused_without_a_word_on_whose_it_is(at_home, wechat, somebody, world, sms):
    come_back(at_home, go(at_home), wechat)
    other = world.member(world.zone(), name="陈静静")
    second = Person(world, sms)
    second.sign_in(other.phone)
    second.get(PAGE)
    assert come_back(second, go(second), wechat) == 409
    assert "该微信已绑定其他账号" in second.page.text
    assert somebody.name not in second.page.text
    assert (link_of(other.account_id), len(links())) == (None, 1)


def test_another_wechat_takes_the_place_of_the_one_before(at_home, wechat, somebody, zone):
    for name in ("ming", "hong"):
        assert come_back(at_home, go(at_home), wechat, name) == 303
        at_home.get(PAGE)
    with scope(Plane.WORKER, zone=zone):
        assert openid_of_member(somebody.member_id) == openid_of("hong")


@pytest.mark.parametrize("state", ["", "another"])
def test_whoever_comes_back_with_another_word_is_refused(at_home, wechat, somebody, state):
    assert come_back(at_home, go(at_home), wechat, state=state) == 422
    assert links() == []


def test_a_word_is_good_once(at_home, wechat, somebody):
    asked = go(at_home)
    assert come_back(at_home, asked, wechat, code="none") == 422
    assert come_back(at_home, asked, wechat) == 422
    assert links() == []


def test_a_word_is_good_for_ten_minutes(at_home, wechat):
    asked = go(at_home)
    with time_machine.travel(now() + timedelta(minutes=11), tick=True):
        assert come_back(at_home, asked, wechat) == 422
    assert links() == []


def test_a_word_is_good_in_the_session_that_set_out_alone(at_home, wechat, somebody, world, sms):
    """Somebody plants the cookie of their own way in another's browser, so that their WeChat is connected with the other's account."""
    asked = go(at_home)
    other = Person(world, sms)
    other.sign_in(world.member(world.zone()).phone)
    planted = at_home.cookie("form", ID)
    assert planted
    other.client.set_cookie("form", planted, domain=ID)
    assert come_back(other, asked, wechat) == 422
    assert links() == []


def test_in_another_browser_it_is_refused(at_home, wechat, somebody, world, sms):
    asked = go(at_home)
    elsewhere = Person(world, sms)
    elsewhere.sign_in(somebody.phone)
    assert come_back(elsewhere, asked, wechat) == 422
    assert links() == []


def test_a_code_that_was_used_is_refused(at_home, wechat):
    code = wechat.codes.issue("ming")
    wechat.codes.redeem(code)
    assert come_back(at_home, go(at_home), wechat, code=code) == 422
    assert "操作超时或已完成" in at_home.page.text


def test_a_visitor_of_a_snapshot_is_told_to_open_the_whole_page(at_home, wechat):
    assert come_back(at_home, go(at_home), wechat, "snapshot") == 422
    assert "快照" in at_home.page.text
    assert links() == []


def test_where_wechat_is_away_nothing_changes(at_home, wechat, app, somebody):
    asked, account = go(at_home), app.extensions["official_account"]
    account._api_url = "http://127.0.0.1:9"
    assert come_back(at_home, asked, wechat) == 503
    assert links() == []


def test_nobody_sets_out_as_often_as_they_like(at_home, wechat):
    for _ in range(TRIES_HOUR.most):
        go(at_home)
        at_home.get(PAGE)
    assert at_home.post(PAGE, follow=False).status_code == 429


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", ""), ("GET", "/return"), ("POST", "/disconnect")])
def test_who_is_not_signed_in_is_led_to_sign_in(person, wechat, method, path):
    person.get(f"http://{ID}/sign-in")
    answer = person.get(PAGE + path, follow=False) if method == "GET" else person.post(PAGE + path, follow=False)
    assert answer.status_code == 302
    assert "/session/begin" in answer.location or "/sign-in" in answer.location


def test_one_comes_back_to_the_zone_that_one_came_from_and_to_no_other_site(at_home, zone):
    page = at_home.get(f"{PAGE}?{urlencode({'to': zone.host, 'next': '/me/benefits/vouchers'})}").text
    assert f'href="http://{zone.host}/me/benefits/vouchers"' in page
    page = at_home.get(f"{PAGE}?{urlencode({'to': 'evil.example', 'next': '//evil.example/x'})}").text
    assert "://evil" not in page
    assert "返回" + zone.name not in page


def test_the_way_back_is_shown_until_one_comes_by_another_way(at_home, wechat, zone):
    at_home.get(f"{PAGE}?to={zone.host}&next=/me/benefits/vouchers/1")
    assert zone.name in at_home.page.text
    come_back(at_home, go(at_home), wechat)
    at_home.get(f"{PAGE}?done=1")
    assert zone.name in at_home.page.text, "the way through WeChat keeps it"
    at_home.get(PAGE)
    assert zone.name not in at_home.page.text
    at_home.get(f"{PAGE}?done=1")
    assert zone.name not in at_home.page.text, "it is gone for good"


def test_a_closed_account_has_no_wechat_to_give_coupons_to(at_home, wechat, somebody, zone):
    come_back(at_home, go(at_home), wechat)
    with scope(Plane.IDENTITY):
        db.session.execute(db.update(Account).where(Account.id == somebody.account_id).values(status="blocked"))
        db.session.commit()
    with scope(Plane.WORKER, zone=zone):
        assert openid_of_member(somebody.member_id) is None


def test_what_waited_for_it_goes_into_it_at_once_in_every_zone_above(at_home, wechat, somebody, world, zone):
    """Given by the member's own zone and by the city's."""
    tills = [Till(Market(each, world), wechat) for each in (zone, world.city_zone())]
    given = [till.give(somebody.member_id, name=None) for till in tills]
    inline.run_due_events()

    def states() -> list[tuple[str, str]]:
        return [till.states(voucher_id) for till, voucher_id in zip(tills, given, strict=True)]

    assert states() == [("waiting", "issued")] * 2
    come_back(at_home, go(at_home), wechat)
    inline.run_due_events()
    assert states() == [("received", "handed_over")] * 2
    assert {coupon.openid for coupon in wechat.coupons.of()} == {openid_of("ming")}


def test_where_there_is_no_official_account_nobody_is_offered_one(at_home, app):
    app.extensions["official_account"] = OfficialAccount("", "")
    assert at_home.post(PAGE, follow=False).status_code == 404
    assert at_home.get(PAGE).status_code == 404
    assert "/account/wechat" not in at_home.get(f"http://{ID}/account/").text

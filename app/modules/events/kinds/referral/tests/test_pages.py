"""The pages of referrals: the member's link, what a visitor sees, and the staff's list."""

import re
from contextlib import closing
from datetime import timedelta

import pytest

from app.core.signals import REFERRAL_CODE
from app.members.models import Member
from app.modules.events.tests.fair import SOON
from tenants.database import db
from tests.fixtures.forms import csrf_token


@pytest.fixture
def opened(circle, clock):
    campaign_id = circle.announced()
    clock.shift(SOON)
    return campaign_id


def post(client, path: str, **data):
    return client.post(path, data={"csrf_token": csrf_token(client), **data})


def test_a_member_has_a_link_and_takes_it_back(circle, opened):
    person = circle.fair.people(1)[0]
    phone, here = circle.fair.world.client(circle.fair.zone, person), f"/events/referral/{opened}"
    assert "生成我的链接" in phone.get(here).text
    assert post(phone, f"{here}/link").status_code == 303
    page = phone.get(here).text
    found = re.search(rf"{here}/with/([\w-]+)", page)
    assert found
    path = found[0]
    assert "data:image/svg" in page
    visitor = circle.fair.world.client(circle.fair.zone)
    assert "邀请您加入" in visitor.get(path).text
    with visitor.session_transaction(base_url=f"http://{visitor.host}") as session:
        assert session[REFERRAL_CODE] == path.rpartition("/")[2]
    assert post(phone, f"{here}/unlink").status_code == 303
    assert visitor.get(path).status_code == 404


def test_a_code_of_another_campaign_or_a_wrong_one_is_not_found_and_remembers_nothing(circle, clock, opened):
    other = circle.announced()
    clock.shift(SOON)
    code = circle.code(opened, circle.fair.members[0])
    visitor = circle.fair.world.client(circle.fair.zone)
    assert visitor.get(f"/events/referral/{other}/with/{code}").status_code == 404
    assert visitor.get(f"/events/referral/{opened}/with/{code[:-1]}").status_code == 404
    with visitor.session_transaction(base_url=f"http://{visitor.host}") as session:
        assert REFERRAL_CODE not in session


def test_a_member_who_opens_a_link_reads_that_it_is_not_for_them(circle, opened):
    code = circle.code(opened, circle.fair.members[0])
    phone = circle.fair.world.client(circle.fair.zone, circle.fair.people(1)[0])
    page = phone.get(f"/events/referral/{opened}/with/{code}").text
    assert "您已经是会员" in page
    assert "本浏览器已记住" not in page
    with phone.session_transaction(base_url=f"http://{phone.host}") as session:
        assert REFERRAL_CODE not in session


def test_a_visitor_learns_nothing_of_whose_link_it_is(circle, opened):
    person = circle.fair.people(1)[0]
    code = circle.code(opened, person.member_id)
    page = circle.fair.world.client(circle.fair.zone).get(f"/events/referral/{opened}/with/{code}").text
    assert "邀请您加入" in page
    assert person.name not in page
    assert str(person.member_id) not in page


def test_whom_one_brought_stands_there_masked_and_others_see_none_of_it(circle, opened):
    referrer, other = circle.fair.people(2)
    (joiner,) = circle.joined(circle.code(opened, referrer.member_id))
    with circle.fair.work():
        name = db.session.get_one(Member, joiner).name
    here = f"/events/referral/{opened}"
    page = circle.fair.world.client(circle.fair.zone, referrer).get(here).text.partition("<main")[2]
    assert "已入会，等待中" in page
    assert name not in page
    assert "已入会，等待中" not in circle.fair.world.client(circle.fair.zone, other).get(here).text


def test_staff_list_take_back_and_take_away(circle, clock, opened):
    (joiner,) = circle.joined(circle.code(opened, circle.fair.members[0]))
    clock.shift(timedelta(days=3))
    circle.tick()
    desk = circle.fair.world.client(circle.fair.zone, circle.fair.world.staff(circle.fair.zone, "zone_admin"))
    here, referral_id = f"/console/events/referral/{opened}", circle.referral(joiner).id
    assert here in desk.get(f"/console/events/{opened}").text
    assert "已奖励" in desk.get(here).text
    back = f"{here}/{referral_id}/claw-back"
    assert post(desk, back, _seen="rewarded", note="").status_code == 422
    assert post(desk, back, _seen="rewarded", note="冒名入会").status_code == 303
    assert circle.states([joiner]) == [("clawed_back", "false")]
    assert post(desk, back, _seen="rewarded", note="冒名入会").status_code == 409
    assert "经查入会不属实" in desk.get(f"{here}?state=clawed_back").text
    with closing(desk.get(f"{here}/referrals.xlsx")) as answer:
        assert answer.data[:2] == b"PK"
    reviewer = circle.fair.world.client(circle.fair.zone, circle.fair.world.staff(circle.fair.zone, "approver"))
    assert reviewer.get(here).status_code == 404
    assert post(reviewer, back, _seen="rewarded", note="x").status_code == 404

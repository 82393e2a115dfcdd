"""The members' pages and the staff's: a claim from the page to the voucher, a campaign from the form to its announcement."""

import re
from datetime import datetime
from html import unescape

import pytest
import time_machine

from app.core.clock import CHINA, now
from app.modules.events import queries, views
from app.modules.events.entering import add_entries
from app.modules.events.kinds import KINDS
from app.modules.events.models import Campaign
from app.modules.events.states import STOP, SUBMIT
from app.modules.events.tests.fair import A_DAY, SOON
from tenants.database import db
from tests.fixtures.forms import csrf_token

HOUR = "%Y-%m-%dT%H:%M"


def typed(fair, **other) -> dict[str, str]:
    opens_at = (now() + SOON).astimezone(CHINA)
    return {
        "title": "六一观影抢票", "summary": "两千张电影票", "rules": "每人一张。", "opens_at": opens_at.strftime(HOUR),
        "closes_at": (opens_at + A_DAY).strftime(HOUR), "audience": "open", "batch_id": str(fair.approved()),
        "mode": "first_come",
    } | other  # fmt: skip


def desk(fair, role: str = "zone_admin"):
    return fair.world.client(fair.zone, fair.world.staff(fair.zone, role))


def post(client, path: str, **data):
    return client.post(path, data={"csrf_token": csrf_token(client), **data})


def only_campaign(fair) -> Campaign:
    with fair.staff():
        return db.session.scalars(db.select(Campaign)).one()


def test_a_step_that_can_t_be_taken_says_what_is_missing_instead_of_its_button(fair):
    writer = desk(fair)
    assert post(writer, "/console/events/new/claim", **typed(fair, rules="")).status_code == 303
    here = f"/console/events/{only_campaign(fair).id}"
    page = writer.get(here).text
    assert "暂不能提交审核：" in page
    assert f"{here}/carry-on/submit" not in page
    refused = post(writer, f"{here}/carry-on/submit", _seen="draft.1")
    assert refused.status_code == 422
    assert "目前不能进行这一步" in refused.text
    assert "处需要" not in refused.text
    assert post(writer, f"{here}/edit", _seen="draft.1", **typed(fair)).status_code == 303
    assert f"{here}/carry-on/submit" in writer.get(here).text


def test_rules_come_back_as_they_were_typed_and_are_shown_as_they_are_meant(fair):
    writer, rules = desk(fair), "## 怎么参加\n\n- 每人 **一张**\n- 先到先得\n\n<script>alert(1)</script>"
    assert post(writer, "/console/events/new/claim", **typed(fair, rules=rules)).status_code == 303
    found = only_campaign(fair)
    here = f"/console/events/{found.id}"
    assert typed_rules(writer.get(f"{here}/edit").text) == rules
    assert post(writer, f"{here}/edit", _seen="draft.1", **typed(fair, rules=f"{rules}\n再加一行")).status_code == 303
    assert typed_rules(writer.get(f"{here}/edit").text) == f"{rules}\n再加一行"
    shown = writer.get(here).text
    assert "<h2>怎么参加</h2>" in shown
    assert "<strong>一张</strong>" in shown
    assert "<script>alert(1)" not in shown


def typed_rules(page: str) -> str:
    found = re.search(r'<textarea[^>]*name="rules"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found
    return unescape(found[1]).strip("\n")


def test_from_the_form_to_the_page_of_the_members(fair):
    writer, reviewer = desk(fair), desk(fair, "approver")
    assert post(writer, "/console/events/new/claim", **typed(fair)).status_code == 303
    found = only_campaign(fair)
    here = f"/console/events/{found.id}"
    assert "每人一张" in writer.get(here).text
    assert post(writer, f"{here}/carry-on/submit", _seen="draft.1").status_code == 303
    assert post(writer, f"{here}/decide/approve", _seen="submitted.2").status_code == 403
    assert f"{here}/decide/approve" in reviewer.get(f"{here}/review").text
    assert post(reviewer, f"{here}/decide/approve", _seen="submitted.2").status_code == 303
    assert fair.world.client(fair.zone).get(f"/events/{found.id}").status_code == 404
    assert post(writer, f"{here}/carry-on/freeze", _seen="reviewed.3").status_code == 303
    page = fair.world.client(fair.zone).get(f"/events/{found.id}").text
    assert "六一观影抢票" in page
    assert "即将开始" in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("title", "", "请填写活动标题"), ("opens_at", "明天", "请选择日期和时间"), ("batch_id", "", "请选择电子券"),
     ("closes_at", "2020-01-01T10:00", "结束时间须晚于开始时间"), ("opens_at", "0001-01-01T00:00", "2000 年至 2099 年"),
     ("closes_at", "9999-12-31T23:59", "2000 年至 2099 年"), ("week_id", "11111111-1111-1111-1111-111111111111", "请从列表中选择"), ("audience", "targeted", "")],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(fair, field, value, words):
    client = desk(fair)
    answer = post(client, "/console/events/new/claim", **typed(fair, **{field: value}))
    assert answer.status_code in (409, 422)
    assert words in answer.text
    assert "两千张电影票" in answer.text
    assert "每人一张。" in answer.text
    with fair.staff():
        assert db.session.scalars(db.select(Campaign)).all() == []


def test_an_approver_decides_and_writes_none(fair):
    reviewer = desk(fair, "approver")
    assert post(reviewer, "/console/events/new/claim", **typed(fair)).status_code == 404
    campaign_id = fair.drafted_campaign()
    assert post(reviewer, f"/console/events/{campaign_id}/carry-on/submit").status_code == 404
    assert post(desk(fair), f"/console/events/{campaign_id}/carry-on/approve").status_code == 404


def test_a_member_claims_one_from_the_page(fair):
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id = fair.announced(batch_id=fair.approved(stock=1))
        person, other = fair.people(2)
        clock.shift(SOON)
        client = fair.world.client(fair.zone, person)
        assert f"/events/claim/{campaign_id}/ask" in client.get(f"/events/{campaign_id}").text
        assert "立即领取" in client.get(f"/events/claim/{campaign_id}/ask").text
        assert post(client, f"/events/claim/{campaign_id}").status_code == 303
        assert "领取成功" in client.get(f"/events/claim/{campaign_id}").text
        assert "六一观影抢票" in client.get("/events/mine").text
        late = fair.world.client(fair.zone, other)
        assert "已经领完" in late.get(post(late, f"/events/claim/{campaign_id}").location).text
        assert "您还没有参加" in late.get(f"/events/claim/{campaign_id}").text


def test_a_list_says_from_when_until_when_or_since_when(fair):
    with time_machine.travel(now(), tick=False) as clock:
        runs, comes = (fair.campaign(fair.announced(opens_at=now() + hours * SOON)) for hours in (1, 2))
        clock.shift(SOON)
        client = fair.world.client(fair.zone)
        page = client.get("/events/").text
        assert f"{shown(runs.closes_at)} 结束" in page
        assert f"{shown(comes.opens_at)} 开始" in page
        clock.shift(A_DAY)
        fair.tick()
        assert f"{shown(runs.closes_at)} 已结束" in client.get("/events/past").text


def shown(at: datetime) -> str:
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def walked(client, path: str) -> list[str]:
    """The campaigns of a list, page by page."""
    found, seen = [], set()
    while path:
        assert path not in seen, "it goes round in circles"
        seen.add(path)
        page = client.get(path).text
        found += re.findall(r'href="/events/([0-9a-f-]{36})"', page)
        path = next(iter(re.findall(r'href="([^"]+)" rel="next"', page)), "")
    return found


def test_past_campaigns_that_ended_at_one_moment_are_all_listed_page_by_page(fair, monkeypatch):
    for each in (queries, views):
        monkeypatch.setattr(each, "PAGE", 2)
    with time_machine.travel(now(), tick=False) as clock:
        held = {str(fair.announced()) for _ in range(5)}
        stopped = fair.announced(closes_at=now() + 3 * A_DAY)
        clock.shift(SOON)
        fair.tick()
        fair.step(stopped, STOP)
        clock.shift(A_DAY)
        fair.tick()
        found = walked(fair.world.client(fair.zone), "/events/past")
    assert found[0] == str(stopped)
    assert sorted(found[1:]) == sorted(held)


def test_one_s_own_campaigns_are_all_listed_page_by_page(fair, monkeypatch):
    for each in (queries, views):
        monkeypatch.setattr(each, "PAGE", 2)
    person, held = fair.people(1)[0], [fair.announced() for _ in range(5)]
    with fair.work():
        for each in held:
            add_entries(each, [person.member_id])
        db.session.commit()
    found = walked(fair.world.client(fair.zone, person), "/events/mine")
    assert found == [str(each) for each in reversed(held)]


def test_what_is_not_announced_is_nowhere_to_be_seen(fair):
    campaign_id = fair.drafted_campaign()
    fair.step(campaign_id, SUBMIT)
    client = fair.world.client(fair.zone, fair.people(1)[0])
    for path in (f"/events/{campaign_id}", f"/events/claim/{campaign_id}", f"/events/draws/{campaign_id}"):
        assert client.get(path).status_code == 404
    assert "六一观影抢票" not in client.get("/events/").text


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_campaign_has_its_form(fair, kind):
    assert desk(fair).get(f"/console/events/new/{kind}").status_code == 200

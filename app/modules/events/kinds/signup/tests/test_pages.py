"""From the staff's form to the member's code, and from the code to the list."""

import re

import pytest
import time_machine

from app.core.clock import CHINA, now
from app.modules.events.kinds.signup import attending
from app.modules.events.kinds.signup.models import Registration, Session
from app.modules.events.tests.fair import A_DAY, SOON
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import csrf_token

HOUR = "%Y-%m-%dT%H:%M"


def post(client, path: str, **data):
    return client.post(path, data={"csrf_token": csrf_token(client), **data})


def desk(fair):
    return fair.world.client(fair.zone, fair.world.staff(fair.zone, "zone_admin"))


def typed(signups, **other) -> dict[str, str]:
    when = signups.when()
    moments = {
        name: getattr(when, name).astimezone(CHINA).strftime(HOUR) for name in ("starts_at", "ends_at", "sign_up_until")
    }
    return {"title": "插花课", "venue": when.venue, "seats": "2", **moments} | other


def test_a_session_is_written_from_the_form_and_once(fair, signups):
    campaign_id, client = signups.drafted(), desk(fair)
    form = client.get(f"/console/events/signup/{campaign_id}/sessions/new").text
    once = re.search(r'name="_once" value="([^"]+)"', form)[1]  # type: ignore[index]
    for _ in range(2):
        answer = post(
            client,
            f"/console/events/signup/{campaign_id}/sessions",
            _seen=fair.campaign(campaign_id).mark,
            _once=once,
            **typed(signups),
        )
        assert answer.status_code == 303
    with fair.staff():
        assert [each.title for each in db.session.scalars(db.select(Session))] == ["插花课"]
    assert "插花课" in client.get(f"/console/events/{campaign_id}").text


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "请填写场次名称"),
        ("seats", "0", "1"),
        ("starts_at", "明天", "请选择日期和时间"),
        ("ends_at", "2020-01-01T10:00", "结束时间"),
        ("sign_up_until", "0001-01-01T00:00", "2000 年至 2099 年"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(fair, signups, field, value, words):
    campaign_id, client = signups.drafted(), desk(fair)
    answer = post(client, f"/console/events/signup/{campaign_id}/sessions", **typed(signups, **{field: value}))
    assert answer.status_code == 422
    assert words in answer.text
    assert "工人文化宫三楼" in answer.text


def test_from_the_campaign_to_the_seat_to_the_door(fair, signups):
    with time_machine.travel(now(), tick=False) as clock:
        campaign_id, [session_id] = signups.announced(signups.when(seats=1))
        clock.shift(SOON)
        person, other = fair.people(2)
        phone, late = (fair.world.client(fair.zone, each) for each in (person, other))
        assert f"/events/signup/{campaign_id}" in phone.get(f"/events/{campaign_id}").text
        assert "立即报名" in phone.get(f"/events/signup/sessions/{session_id}").text
        answer = post(phone, f"/events/signup/sessions/{session_id}", note="需要轮椅通道")
        assert answer.status_code == 303
        mine = answer.headers["Location"]
        assert "报名成功" in phone.get(mine).text
        assert late.get(mine).status_code == 404
        assert "加入候补" in late.get(f"/events/signup/sessions/{session_id}").text
        assert post(late, f"/events/signup/sessions/{session_id}").status_code == 303
        client = desk(fair)
        page = client.get(f"/console/events/signup/sessions/{session_id}").text
        assert "需要轮椅通道" in page
        listed = client.get(f"/console/events/signup/sessions/{session_id}/list.xlsx")
        assert listed.status_code == 200
        assert "private" in listed.headers["Cache-Control"]
        listed.close()
        with fair.staff():
            registration = db.session.scalars(db.select(Registration).where(Registration.state == "registered")).one()
            assert "轮椅".encode() not in registration.note_cipher
            clock.shift(5 * A_DAY)
            code = attending.CODE.show(registration.serial).typed
        client, phone = desk(fair), fair.world.client(fair.zone, person)
        found = client.get("/console/events/signup/check-in", query_string={"code": code}).text
        assert f"/registrations/{registration.id}/attend" in found
        assert (
            post(client, f"/console/events/signup/registrations/{registration.id}/attend", scanned="1").status_code
            == 303
        )
        assert "已签到" in phone.get(mine).text


def test_who_waits_reads_their_own_place_in_the_line(fair, signups):
    with time_machine.travel(now(), tick=False) as clock:
        _campaign, [session_id] = signups.announced(signups.when(seats=1))
        clock.shift(SOON)
        came = [(person, signups.register(person.member_id, session_id)) for person in fair.people(4)]
        phones = [
            (fair.world.client(fair.zone, person), f"/events/signup/registrations/{made.id}") for person, made in came
        ]
        told = [phone.get(path).text for phone, path in phones]
        assert "您是候补" not in told[0]
        for number, page in enumerate(told[1:], start=1):
            assert f"您是候补第 {number} 位，共 3 人" in page
        signups.cancel(came[1][1])
        assert "您是候补第 2 位，共 2 人" in phones[3][0].get(phones[3][1]).text


def test_who_cancelled_signs_up_again_by_the_form_that_still_stood_there(fair, signups):
    with time_machine.travel(now(), tick=False) as clock:
        _campaign, [session_id] = signups.announced()
        clock.shift(SOON)
        phone, form = fair.world.client(fair.zone, fair.people(1)[0]), {"_once": str(uuid7()), "note": "靠窗"}
        first = post(phone, f"/events/signup/sessions/{session_id}", **form).location
        assert post(phone, f"/events/signup/sessions/{session_id}", **form).location == first
        assert post(phone, f"{first}/cancel").status_code == 303
        again = post(phone, f"/events/signup/sessions/{session_id}", **form)
        assert again.status_code == 303
        assert "报名成功" in phone.get(again.location).text


def test_a_refused_registration_keeps_the_note_and_says_why(fair, signups):
    _campaign, [session_id] = signups.announced()
    client = fair.world.client(fair.zone, fair.people(1)[0])
    answer = post(client, f"/events/signup/sessions/{session_id}", note="早到十分钟")
    assert answer.status_code == 409
    assert client.get(f"/console/events/signup/sessions/{session_id}").status_code == 404


def test_at_the_door_the_member_checks_in(fair, signups):
    with time_machine.travel(now(), tick=False) as clock:
        _campaign, [session_id] = signups.announced()
        clock.shift(SOON)
        person = fair.people(1)[0]
        signups.register(person.member_id, session_id)
        clock.shift(5 * A_DAY)
        client = fair.world.client(fair.zone, person)
        door = desk(fair).get(f"/console/events/signup/sessions/{session_id}/door")
        assert door.status_code == 200
        with fair.staff():
            code = attending.door_code(session_id)
        assert code in client.get(f"/events/signup/here/{session_id}?code={code}").text
        assert post(client, f"/events/signup/here/{session_id}", code="x").status_code == 422
        assert post(client, f"/events/signup/here/{session_id}", code=code).status_code == 303

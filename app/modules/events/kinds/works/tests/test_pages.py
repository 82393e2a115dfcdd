"""From sending a picture to its place in the ranking, without any script."""

import io

import pytest

from app.modules.events.kinds.works.tests.atelier import photo
from app.modules.events.states import SUBMIT
from app.modules.events.tests.fair import A_DAY, SOON
from app.modules.events.tests.test_pages import desk, only_campaign, post, typed
from tests.fixtures.forms import csrf_token


@pytest.fixture
def opened(atelier, clock):
    campaign_id = atelier.announced()
    clock.shift(SOON)
    return campaign_id


def client_of(atelier, person):
    return atelier.fair.world.client(atelier.fair.zone, person)


def send(phone, campaign_id, data: bytes, **fields):
    sent = {"csrf_token": csrf_token(phone), "pictures": (io.BytesIO(data), "IMG.jpg"), **fields}
    return phone.post(f"/events/works/{campaign_id}", data=sent, content_type="multipart/form-data")


def test_a_call_is_written_in_the_form(atelier):
    facts = {name: value for name, value in typed(atelier.fair).items() if name != "batch_id"}
    facts |= {
        "send_until": facts["closes_at"],
        "vote_from": facts["closes_at"],
        "least_pictures": "",
        "author_shown": "union",
    }
    client = desk(atelier.fair)
    assert post(client, "/console/events/new/works", **facts).status_code == 303
    found = only_campaign(atelier.fair)
    assert f'value="{facts["send_until"]}"' in client.get(f"/console/events/{found.id}/edit").text
    answer = post(client, f"/console/events/{found.id}/carry-on/{SUBMIT.action}", _seen=found.mark)
    assert "时间顺序应为" in answer.text


def test_from_sending_to_the_ranking(atelier, opened, clock):
    person, voter = atelier.fair.people(2)
    phone = client_of(atelier, person)
    assert f"/events/works/{opened}" in phone.get(f"/events/{opened}").text
    assert send(phone, opened, photo(), title="晨光", words="码头的早晨").status_code == 303
    page = phone.get(f"/events/works/{opened}").text
    assert "待审核" in page
    assert phone.get(f"/events/works/{opened}/pictures/1").mimetype == "image/webp"
    assert "晨光" not in phone.get(f"/events/works/{opened}/gallery").text
    staff = desk(atelier.fair)
    page = staff.get(f"/console/events/works/{opened}").text
    assert "码头的早晨" in page
    work_id = page.partition("/console/events/works/one/")[2][:36]
    assert staff.get(f"/console/events/works/one/{work_id}/pictures/1").mimetype == "image/webp"
    answer = post(staff, f"/console/events/works/one/{work_id}/accept", _seen="sent.1")
    assert answer.status_code == 303
    assert "晨光" in client_of(atelier, voter).get(f"/events/works/{opened}/gallery").text
    clock.shift(A_DAY)
    shown = f"/events/works/{opened}/shown/{work_id}"
    other = client_of(atelier, voter)
    page = other.get(shown).text
    assert person.name not in page
    picture = page.partition('src="/files/')[2][:36]
    assert other.get(f"/files/{picture}").status_code == 200
    assert "投它一票" in other.get(f"{shown}/ask").text
    theirs = client_of(atelier, person).get(f"{shown}/ask").text
    assert "这是您自己的作品" in theirs
    assert f"{shown}/vote" not in theirs
    assert post(other, f"{shown}/vote").status_code == 303
    assert post(other, f"{shown}/vote").status_code == 409
    atelier.fair.tick()
    assert "晨光" in other.get(f"/events/works/{opened}/ranking").text


def test_what_is_no_picture_is_said_and_what_was_typed_stays(atelier, opened):
    phone = client_of(atelier, atelier.fair.people(1)[0])
    answer = send(phone, opened, b"no picture", title="晨光", words="码头的早晨")
    assert answer.status_code == 422
    assert 'id="error-pictures"' in answer.text
    assert "码头的早晨" in answer.text


def test_a_refusal_needs_a_reason_and_tells_it(atelier, opened):
    person = atelier.fair.people(1)[0]
    work_id = atelier.send(opened, person.member_id)
    staff = desk(atelier.fair)
    answer = post(staff, f"/console/events/works/one/{work_id}/refuse", _seen="sent.1")
    assert answer.status_code == 422
    assert "请填写原因，会员可以看到。</p>" in answer.text, "beside its field"
    answer = post(staff, f"/console/events/works/one/{work_id}/refuse", _seen="sent.9", reason="取景太暗")
    assert answer.status_code == 409
    assert 'value="取景太暗"' in answer.text
    assert '<details class="desk-step" open>' in answer.text
    assert (
        '<details class="desk-step" open>'
        not in post(staff, f"/console/events/works/one/{work_id}/accept", _seen="sent.9").text
    )
    assert (
        post(staff, f"/console/events/works/one/{work_id}/refuse", _seen="sent.1", reason="看不清").status_code == 303
    )
    assert "看不清" in client_of(atelier, person).get(f"/events/works/{opened}").text


def test_works_that_are_not_shown_are_nowhere_for_others(atelier, opened):
    person, other = atelier.fair.people(2)
    work_id = atelier.send(opened, person.member_id)
    phone = client_of(atelier, other)
    for path in (f"shown/{work_id}", f"shown/{work_id}/ask", "pictures/1"):
        assert phone.get(f"/events/works/{opened}/{path}").status_code == 404
    file_id = atelier.work(work_id).file_ids[0]
    assert phone.get(f"/files/{file_id}").status_code == 404
    assert desk(atelier.fair, "approver").get(f"/console/events/works/one/{work_id}/pictures/1").status_code == 404


def test_staff_take_down_what_is_shown(atelier, opened):
    person = atelier.fair.people(1)[0]
    work_id = atelier.send(opened, person.member_id)
    atelier.accept(work_id)
    staff, phone = desk(atelier.fair), client_of(atelier, person)
    assert "晨光" in phone.get(f"/events/works/{opened}/gallery").text
    there = f"/console/events/works/one/{work_id}/take-down"
    assert there in staff.get(f"/console/events/works/{opened}?state=accepted").text
    there += "?state=accepted"
    refused = post(staff, there, _seen="accepted.2")
    assert refused.status_code == 422
    assert there in refused.text
    done = post(staff, there, _seen="accepted.2", reason="冒用他人作品")
    assert done.status_code == 303
    assert done.location.endswith("?state=accepted")
    assert "晨光" not in phone.get(f"/events/works/{opened}/gallery").text
    assert phone.get(f"/events/works/{opened}/shown/{work_id}").status_code == 404
    assert "冒用他人作品" in phone.get(f"/events/works/{opened}").text


def test_a_member_takes_their_work_back(atelier, opened):
    person = atelier.fair.people(1)[0]
    atelier.accept(atelier.send(opened, person.member_id))
    phone = client_of(atelier, person)
    assert "撤回作品" in phone.get(f"/events/works/{opened}").text
    assert post(phone, f"/events/works/{opened}/withdraw").status_code == 303
    assert "晨光" not in phone.get(f"/events/works/{opened}/gallery").text
    assert "已撤回" in phone.get(f"/events/works/{opened}").text

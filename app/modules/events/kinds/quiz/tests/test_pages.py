"""The member's pages: no byte of them tells what is right before a paper is handed in."""

import re
from contextlib import closing
from datetime import timedelta

import pytest

from app.benefits.pressing import Presses
from app.members.models import Member
from app.modules.events.kinds.quiz import handing_in, trying
from app.modules.events.kinds.quiz.models import Item, ItemKey
from app.modules.events.tests.fair import A_DAY, SOON
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import csrf_token


def post(client, path: str, **data):
    return client.post(path, data={"csrf_token": csrf_token(client), **data})


@pytest.fixture
def person(school):
    return school.fair.people(1)[0]


@pytest.fixture
def phone(school, person):
    return school.fair.world.client(school.fair.zone, person)


def begin(phone, campaign_id) -> str:
    answer = post(phone, f"/events/quiz/{campaign_id}/begin")
    assert answer.status_code == 303
    return answer.location


def test_from_the_campaign_to_the_result(school, opened, person, phone):
    page = phone.get(f"/events/{opened}").text
    assert f"/events/quiz/{opened}" in page
    assert "开始答题" in phone.get(f"/events/quiz/{opened}").text
    path = begin(phone, opened)
    assert "我的答卷" not in phone.get(f"/events/quiz/{opened}").text
    attempt_id = path.rpartition("/")[2]
    page = phone.get(path).text
    assert page.count("<fieldset") == 5
    places = school.right_places(attempt_id)
    answer = post(phone, path, **{f"q{place}": [str(each) for each in chosen] for place, chosen in places.items()})
    assert answer.status_code == 303
    assert "100 分" in phone.get(path).text
    assert "解析" in phone.get(path).text
    mine = phone.get(f"/events/quiz/{opened}").text
    assert "100" in mine
    assert "我的答卷" in mine
    for of in ("", "union", "unions"):
        assert "100" in phone.get(f"/events/quiz/{opened}/ranking?of={of}").text


def test_no_byte_tells_what_is_right_before_the_paper_is_handed_in(school, opened, phone, clock):
    """Every page there is until then, with its headers: no explanation, no id of a question, no word for what is right."""
    path = begin(phone, opened)
    seen = [phone.get(each) for each in (path, f"/events/quiz/{opened}", f"/events/{opened}")]
    sent = "\n".join(answer.text + str(answer.headers) for answer in seen)
    with school.fair.work():
        keys = list(db.session.scalars(db.select(ItemKey)))
        ids = [str(each.id) for each in db.session.scalars(db.select(Item))]
    assert not [each.explanation for each in keys if each.explanation in sent]
    assert not [each for each in ids if each in sent]
    for word in ("正确答案", "right", "answer-", "correct", "data-key"):
        assert word not in re.sub(r"(chevron|align|arrow)-right|rights?\.", "", sent), word


def test_the_place_of_the_right_option_tells_nothing(school, clock):
    """Shuffled for each paper: over many papers the right option of one question stands everywhere."""
    campaign_id = school.quiz(settings={"parts": "劳动法律 6", "tries_a_day": 20, "tries_in_all": 200})
    clock.shift(SOON)
    stood = set()
    for _number in range(20):
        attempt_id = school.begin(campaign_id, school.fair.members[0])
        stood |= {tuple(chosen) for chosen in school.right_places(attempt_id, 6).values() if len(chosen) == 1}
        school.hand_in(campaign_id, school.fair.members[0], attempt_id)
    assert stood == {(0,), (1,), (2,), (3,)}


def test_a_member_reads_no_key_and_no_question_but_their_own(school, opened):
    """On the member's plane, whatever a page asks: row-level security stands behind it."""
    first, second = school.fair.members[:2]

    def readable(table, member_id) -> set:
        with school.fair.as_member(member_id):
            return set(db.session.scalars(db.select(table.id)))

    attempt_id = school.begin(opened, first)
    own = set(school.attempt(attempt_id).item_ids)
    assert readable(Item, first) == own
    assert readable(ItemKey, first) == set()
    assert readable(Item, second) == readable(ItemKey, second) == set()
    school.hand_in(opened, first, attempt_id)
    assert readable(ItemKey, first) == own
    school.begin(opened, first)
    assert readable(ItemKey, first) == set()


def test_keys_wait_for_the_end_where_the_campaign_says_so(school, person, clock):
    campaign_id = school.quiz(settings={"answers_shown": "when_closed"})
    clock.shift(SOON)
    phone = school.fair.world.client(school.fair.zone, person)
    path = begin(phone, campaign_id)
    post(phone, path)
    assert "解析：" not in phone.get(path).text
    clock.shift(A_DAY)
    school.fair.tick()
    phone = school.fair.world.client(school.fair.zone, person)
    assert "解析：" in phone.get(path).text


def test_what_is_late_is_said_before_and_after(opened, phone, clock):
    path = begin(phone, opened)
    clock.shift(timedelta(minutes=11))
    assert "时间已到" in phone.get(path).text
    post(phone, path, q0="0")
    assert "按未作答计" in phone.get(path).text


def test_nonsense_in_the_form_is_no_answer(school, opened, phone):
    path = begin(phone, opened)
    assert post(phone, path, q0="9", q1="x", q77="0", qq="1", q2="").status_code == 303
    assert school.attempt(path.rpartition("/")[2]).answers == [0] * 5


def test_papers_of_others_are_nowhere(school, opened, phone):
    path = begin(phone, opened)
    other = school.fair.world.client(school.fair.zone, school.fair.people(1)[0])
    assert other.get(path).status_code == 404
    assert post(other, path, q0="0").status_code == 404
    assert school.attempt(path.rpartition("/")[2]).handed_in_at is None


def test_when_the_tries_are_used_up_it_is_said(school, opened, phone):
    for _try in range(2):
        post(phone, begin(phone, opened))
    answer = post(phone, f"/events/quiz/{opened}/begin")
    assert answer.status_code == 409
    assert "今天的答题次数已用完" in answer.text


def test_the_ranking_names_nobody_whole(school, opened):
    person = school.fair.people(1)[0]
    school.take(opened, person.member_id)
    client = school.fair.world.client(school.fair.zone, person)
    with school.fair.as_member(person.member_id):
        name = db.session.get_one(Member, person.member_id).name
    assert name not in client.get(f"/events/quiz/{opened}/ranking").text.partition("<main")[2]


def test_staff_read_and_take_away_the_results(school, opened):
    school.take(opened, school.fair.members[0], right=4)
    desk = school.fair.world.client(school.fair.zone, school.fair.world.staff(school.fair.zone, "zone_admin"))
    page = desk.get(f"/console/events/quiz/{opened}").text
    assert "80" in page
    assert f"/console/events/quiz/{opened}" in desk.get(f"/console/events/{opened}").text
    with closing(desk.get(f"/console/events/quiz/{opened}/results.xlsx")) as answer:
        assert answer.data[:2] == b"PK"
    reviewer = school.fair.world.client(school.fair.zone, school.fair.world.staff(school.fair.zone, "approver"))
    assert reviewer.get(f"/console/events/quiz/{opened}").status_code == 404


def test_a_campaign_of_another_kind_has_no_such_pages(school, phone):
    claim = school.fair.announced()
    assert phone.get(f"/events/quiz/{claim}").status_code == 404
    assert post(phone, f"/events/quiz/{claim}/begin").status_code == 404


def chosen_in(page: str) -> int:
    return page.count(" checked")


def test_the_time_left_runs_on_the_paper_and_sends_it_by_itself(opened, phone, clock):
    """By the server's clock (`countdown.js`), within the form, which is sent when it is over; what is late has none."""
    path = begin(phone, opened)
    form = phone.get(path).text.partition("<form")[2].partition("</form>")[0]
    assert "data-countdown" in form
    assert "/events/clock" in form
    clock.shift(timedelta(minutes=11))
    assert "data-countdown" not in phone.get(path).text


def test_handed_in_early_it_is_as_by_the_page(school, opened, person, phone):
    """Done before Flask, with what was ticked."""
    path = begin(phone, opened)
    phone.get("/me")
    places = school.right_places(path.rpartition("/")[2], 4)
    answer = post(phone, path, **{f"q{place}": [str(each) for each in chosen] for place, chosen in places.items()})
    assert (answer.status_code, answer.data, answer.location) == (303, b"", path)
    assert school.score(opened, person.member_id).points == 80


def test_who_presses_too_often_is_told_calmly_and_loses_nothing(school, opened, phone, clock, monkeypatch):
    path = begin(phone, opened)
    monkeypatch.setattr(handing_in, "_presses", Presses("events.quiz.hand_in", most=0, seconds=60))
    answer = post(phone, path, q0=["1"], q2=["0"])
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert chosen_in(answer.text) == 2
    assert school.attempt(path.rpartition("/")[2]).handed_in_at is None
    monkeypatch.undo()
    assert post(phone, path, q0=["1"]).status_code == 303
    monkeypatch.setattr(trying, "_presses", Presses("events.quiz.begin", most=0, seconds=60))
    answer = post(phone, f"/events/quiz/{opened}/begin")
    assert answer.status_code == 429
    assert "开始答题" in answer.text


def test_no_one_begins_or_hands_in_as_often_as_they_like(opened, phone):
    assert [post(phone, f"/events/quiz/{opened}/begin").status_code for _ in range(31)] == [303] * 30 + [429]
    path = f"/events/quiz/{opened}/papers/{uuid7()}"
    found = [post(phone, path).status_code for _ in range(31)]
    assert set(found) == {404}

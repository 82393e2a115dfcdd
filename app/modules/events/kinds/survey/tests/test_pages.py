"""From the form to the answers and back to the results, without any script."""

from contextlib import closing

import pytest

from app.modules.events.kinds.survey.tests.inquiry import NOT_USED, USED
from app.modules.events.states import SUBMIT
from app.modules.events.tests.fair import SOON
from app.modules.events.tests.test_pages import desk, only_campaign, post, typed
from tests.fixtures.forms import typed as as_browser

NEW = "/console/events/new/survey"


@pytest.fixture
def opened(inquiry, clock):
    campaign_id = inquiry.announced()
    clock.shift(SOON)
    return campaign_id


@pytest.fixture
def person(inquiry):
    return inquiry.fair.people(1)[0]


@pytest.fixture
def phone(inquiry, person):
    return inquiry.fair.world.client(inquiry.fair.zone, person)


def form(fair, **other) -> dict[str, str]:
    facts = typed(fair) | {
        "mode": "anonymous",
        "questions-0-prompt": "满意吗？", "questions-0-kind": "single", "questions-0-options": "满意\n不满意", "questions-0-jumps": "A end",
        "questions-0-is_required": "1", "questions-1-prompt": "为什么？", "questions-1-kind": "long",
    }  # fmt: skip
    return {name: value for name, value in (facts | other).items() if name != "batch_id"}


def test_questions_are_written_in_rows(inquiry):
    client = desk(inquiry.fair)
    assert post(client, NEW, **form(inquiry.fair)).status_code == 303
    found = only_campaign(inquiry.fair)
    assert [each["prompt"] for each in found.settings["questions"]] == ["满意吗？", "为什么？"]
    page = client.get(f"/console/events/{found.id}").text
    assert "A → 问卷结束" in page
    edited = client.get(f"/console/events/{found.id}/edit").text
    assert "满意\n不满意" in edited
    inquiry.fair.step(found.id, SUBMIT)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("questions-0-options", "满意", "请填写 2 到 20 个选项"), ("questions-0-jumps", "C 2", "请写单选题选项的字母"), ("questions-1-kind", "", "请选择"), ("mode", "", "请选择")],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(inquiry, field, value, words):
    answer = post(desk(inquiry.fair), NEW, **form(inquiry.fair, **{field: value}))
    assert answer.status_code == 422
    assert f'id="error-{field}"' in answer.text
    assert words in answer.text
    assert "为什么？" in answer.text


def answer(phone, path: str, page: str, step: str, **fields):
    """Press a button of the page as a browser without scripts does, with what it holds and what is changed in it."""
    return phone.post(path, data=as_browser(page, path, step=step, **fields))


def test_page_by_page_back_and_to_the_end_with_everything_kept(inquiry, opened, person, phone):
    path = f"/events/survey/{opened}"
    assert path in phone.get(f"/events/{opened}").text
    first = phone.get(path).text
    assert "本问卷匿名" in first
    second = answer(phone, path, first, "next", q1="1").text
    assert "饭菜怎么样" in second
    third = answer(phone, path, second, "next", q2="4", q3=["1", "3"]).text
    assert "还想说什么" in third
    back = answer(phone, path, third, "back", q5="写了一半\n<b>").text
    assert 'name="q2" value="4" checked' in back
    assert 'value="写了一半\n&lt;b&gt;"' in back
    again = answer(phone, path, answer(phone, path, back, "back").text, "next", q1="2").text
    assert "为什么不用" in again
    other = answer(phone, path, again, "next", q4="远").text
    assert "写了一半" in other
    last = answer(phone, path, other, "next").text
    assert "提交答卷" in last
    assert "饭菜怎么样" not in last
    sent = answer(phone, path, last, "send")
    assert sent.status_code == 303
    assert inquiry.fair.entrants(opened) == {person.member_id}
    assert "答卷已提交" in phone.get(path).text
    assert answer(phone, path, last, "send").status_code == 303
    assert len(inquiry.ballots()) == 1


def test_what_must_be_answered_is_asked_for_on_its_page(inquiry, opened, phone):
    path = f"/events/survey/{opened}"
    missing = answer(phone, path, phone.get(path).text, "next")
    assert missing.status_code == 422
    assert 'id="error-q1"' in missing.text
    jumped = post(phone, path, at="9", step="send", q5="跳过")
    assert jumped.status_code == 422
    assert 'id="error-q1"' in jumped.text
    assert "跳过" in jumped.text
    assert inquiry.ballots() == []


def test_who_is_too_late_keeps_what_they_typed(inquiry, opened, person, clock):
    inquiry.close(clock, opened)
    phone = inquiry.fair.world.client(inquiry.fair.zone, person)
    late = post(phone, f"/events/survey/{opened}", at="9", step="send", q1="2", q4="远")
    assert late.status_code == 409
    assert "远" in late.text
    assert "活动目前未开放" in phone.get(f"/events/survey/{opened}").text


def test_half_finished_answers_are_nowhere_but_in_the_form(inquiry, opened, phone):
    path = f"/events/survey/{opened}"
    answer(phone, path, phone.get(path).text, "next", q1="1")
    assert inquiry.ballots() == []
    with phone.session_transaction(base_url=f"http://{phone.host}") as session:
        assert "q1" not in str(dict(session))


def test_by_name_the_member_is_told_and_reads_their_own_answers(inquiry, clock, person):
    campaign_id = inquiry.announced(settings={"mode": "named"})
    clock.shift(SOON)
    phone = inquiry.fair.world.client(inquiry.fair.zone, person)
    path = f"/events/survey/{campaign_id}"
    assert "本问卷实名" in phone.get(path).text
    assert "汤再热一点" not in phone.get(path).text
    inquiry.send(campaign_id, person.member_id, USED)
    assert "汤再热一点" in phone.get(path).text
    assert "汤再热一点" not in inquiry.fair.world.client(inquiry.fair.zone, inquiry.fair.people(1)[0]).get(path).text


def test_staff_read_results_once_it_is_settled_and_small_numbers_never(inquiry, opened, clock):
    (people,) = inquiry.unions(8)
    for member_id in people[:7]:
        inquiry.send(opened, member_id)
    inquiry.send(opened, people[7], NOT_USED)
    here = f"/console/events/survey/{opened}"
    client = desk(inquiry.fair)
    assert "问卷箱尚未开启" in client.get(here).text
    assert client.get(f"{here}/results.xlsx").status_code == 404
    assert client.get(f"{here}/answers.xlsx").status_code == 404
    inquiry.close(clock, opened)
    client = desk(inquiry.fair)
    page = client.get(here).text
    assert "汤再热一点" in page
    assert "离得远" not in page
    assert "不显示" in page
    with closing(client.get(f"{here}/results.xlsx")) as sheet:
        assert sheet.data[:2] == b"PK"
    assert client.get(f"{here}/answers.xlsx").status_code == 404
    assert desk(inquiry.fair, "approver").get(here).status_code == 404


def test_staff_take_away_sheets_of_a_named_survey(inquiry, clock):
    campaign_id = inquiry.announced(settings={"mode": "named"})
    clock.shift(SOON)
    inquiry.send(campaign_id, inquiry.fair.members[0])
    client = desk(inquiry.fair)
    for name in ("results", "answers"):
        with closing(client.get(f"/console/events/survey/{campaign_id}/{name}.xlsx")) as sheet:
            assert sheet.data[:2] == b"PK"


@pytest.mark.parametrize("is_published", [True, False])
def test_members_read_what_came_out_where_it_is_published(inquiry, clock, person, is_published):
    campaign_id = inquiry.announced(settings={"is_published": is_published})
    clock.shift(SOON)
    (people,) = inquiry.unions(6)
    for member_id in people:
        inquiry.send(campaign_id, member_id)
    path = f"/events/survey/{campaign_id}/results"
    assert inquiry.fair.world.client(inquiry.fair.zone, person).get(path).status_code == 404
    inquiry.close(clock, campaign_id)
    page = inquiry.fair.world.client(inquiry.fair.zone, person).get(path)
    assert page.status_code == (200 if is_published else 404)
    assert ("6 人作答" in page.text) == is_published
    assert "汤再热一点" not in page.text


def test_a_campaign_of_another_kind_has_no_such_pages(inquiry, phone):
    claim = inquiry.fair.announced()
    assert phone.get(f"/events/survey/{claim}").status_code == 404
    assert phone.get(f"/events/survey/{claim}/results").status_code == 404
    assert desk(inquiry.fair).get(f"/console/events/survey/{claim}").status_code == 404

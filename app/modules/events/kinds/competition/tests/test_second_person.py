"""A reviewer, who may not prepare campaigns, is the second person of scores and corrections."""

from app.modules.events.kinds.competition import deciding, queries
from app.modules.events.kinds.competition.models import Correction
from app.modules.events.kinds.competition.tests.stage import Stage
from app.modules.events.tests.test_pages import post
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.world import Person

REVIEW = "/console/events/to-review"
DESK = "/console/events/competition"
TO_DECIDE = f"{DESK}/to-decide"


def browser(stage: Stage, *roles: str):
    return stage.world.client(stage.zone, stage.world.staff(stage.zone, *roles))


def asked(stage: Stage, round_id) -> Correction:
    with stage.fair.staff():
        (sheet,) = queries.list_sheets(round_id)
        made = deciding.ask_correction(stage.fair.maker, uuid7(), sheet.id, "录入有误")
        db.session.commit()
        return made


def test_a_reviewer_finds_scores_and_corrections_and_decides_on_them(stage, sheet_round):
    _campaign_id, round_id, _judge = sheet_round
    reviewer = browser(stage, "approver")
    assert "没有等待您决定的事项" in reviewer.get(TO_DECIDE).text
    brought, correction = stage.brought_in(round_id, {1: [850]}), asked(stage, round_id)
    assert "待决定的成绩与改分（2）" in reviewer.get(REVIEW).text
    there = f"{DESK}/measured/{brought.id}/check"
    page = reviewer.get(TO_DECIDE).text
    assert there in page
    assert "录入有误" in page
    assert "撤回" not in reviewer.get(there).text
    confirmed = post(reviewer, f"{DESK}/measured/{brought.id}/approve", _seen="submitted.1")
    assert (confirmed.status_code, confirmed.location) == (303, there)
    assert "成绩已记入本轮" in reviewer.get(there).text
    assert stage.starts(round_id)[1].measured == [850]
    refused = post(reviewer, f"{DESK}/corrections/{correction.id}", decision="refuse")
    assert (refused.status_code, refused.location) == (303, TO_DECIDE)
    assert "没有等待您决定的事项" in reviewer.get(TO_DECIDE).text


def test_who_prepares_campaigns_and_does_not_review_them_decides_on_nothing(stage, sheet_round):
    campaign_id, round_id, _judge = sheet_round
    brought, correction = stage.brought_in(round_id, {1: [850]}), asked(stage, round_id)
    editor = browser(stage, "editor")
    page = editor.get(f"{DESK}/measured/{brought.id}")
    assert page.status_code == 200
    assert "/approve" not in page.text
    assert f"/corrections/{correction.id}" not in editor.get(f"{DESK}/{campaign_id}/appeals").text
    for path in (TO_DECIDE, f"{DESK}/measured/{brought.id}/check"):
        assert editor.get(path).status_code == 404
    for path in (f"measured/{brought.id}/approve", f"corrections/{correction.id}"):
        assert post(editor, f"{DESK}/{path}", _seen="submitted.1", decision="accept").status_code == 404


def test_nobody_is_offered_their_own_nor_what_they_judge(stage, sheet_round):
    _campaign_id, round_id, judge = sheet_round
    brought, correction = stage.brought_in(round_id, {1: [850]}), asked(stage, round_id)
    maker = Person(None, stage.fair.maker.account_id, "", stage.fair.maker.name)
    person = Person(judge.member_id, judge.account_id, "", judge.name)
    stage.world.grant(person, stage.zone, "approver")
    for who in (maker, person):
        page = stage.world.client(stage.zone, who).get(TO_DECIDE)
        assert page.status_code == 200
        assert str(brought.id) not in page.text
        assert str(correction.id) not in page.text

"""Once aid is given, the handler corrects the day a time limit counts from or notes an interruption, and the member reads why."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from app.casework.clocks import Clock
from app.core.clock import CHINA, today_in_china
from app.modules.legal_aid import clocks
from app.modules.legal_aid.tests.desk import days_ago
from app.modules.legal_aid.tests.test_limits import history, inbox, last_day, watch
from tests.fixtures.forms import token_of as token

REASON = "劳动者三月向单位书面催要工资，单位签收"


def ago(days: int) -> date:
    return today_in_china() - timedelta(days=days)


def change(desk, case_id: UUID, deed: str, day: str, client=None, **form):
    client = client or desk.handler
    path = f"/console/legal_aid/{case_id}"
    sent = {
        "limit": "arbitration",
        "deed": deed,
        "limit_day": day,
        "limit_reason": REASON,
        "_seen": desk.find(case_id).mark,
    }
    return client.post(f"{path}/limits", data={"csrf_token": token(client, path), **sent, **form})


def ends_on(desk, case_id: UUID, key: str = "arbitration") -> date:
    return desk.clocks(case_id)[key].due_at.astimezone(CHINA).date()


def due(clock: Clock, days: int) -> date:
    return last_day(clock, ago(days))


def test_a_corrected_day_counts_anew_and_the_member_reads_from_when_and_why(desk):
    case_id = desk.under_way("arbitration", dispute_on=days_ago(500))
    assert watch(desk) == 1
    assert change(desk, case_id, "correct_limit", days_ago(350)).status_code == 302
    assert ends_on(desk, case_id) == due(clocks.ARBITRATION, 350)
    assert inbox(desk)[-1] == "legal_aid.limit_changed"
    page = desk.member.get(f"/legal_aid/{case_id}").text
    assert "更正了期限的起算日" in page
    assert f"改自 {ago(350)} 起算（原为 {ago(500)}）" in page
    assert REASON in page
    assert watch(desk) == 1
    assert inbox(desk)[-1] == "legal_aid.limit_near"


def test_a_day_earlier_than_told_may_be_the_right_one(desk):
    case_id = desk.under_way("arbitration", dispute_on=days_ago(60))
    assert change(desk, case_id, "correct_limit", days_ago(800)).status_code == 302
    assert watch(desk) == 1
    assert inbox(desk)[-1] == "legal_aid.limit_over"


def test_an_interrupted_limit_begins_anew_from_that_day(desk):
    case_id = desk.under_way("arbitration", dispute_on=days_ago(350))
    assert change(desk, case_id, "interrupt_limit", days_ago(100)).status_code == 302
    assert ends_on(desk, case_id) == due(clocks.ARBITRATION, 100)
    assert "时效中断，重新起算" in desk.member.get(f"/legal_aid/{case_id}").text
    assert change(desk, case_id, "interrupt_limit", days_ago(200)).status_code == 422
    assert change(desk, case_id, "interrupt_limit", days_ago(10)).status_code == 302
    assert ends_on(desk, case_id) == due(clocks.ARBITRATION, 10)


@pytest.mark.parametrize(
    ("deed", "day", "words"),
    [
        ("interrupt_limit", days_ago(401), "只有进行中的时效才会中断"),
        ("interrupt_limit", days_ago(20), "只有进行中的时效才会中断"),  # the year was over by then
        ("correct_limit", days_ago(400), "现在就是从这一天起算的"),
        ("correct_limit", days_ago(-1), "不能晚于今天"),
        ("correct_limit", "1989-12-31", "1990-01-01"),
        ("correct_limit", "", ""),
        ("", days_ago(300), "请选择变更情形"),
    ],
)
def test_what_makes_no_sense_is_refused_with_all_that_was_typed(desk, deed, day, words):
    case_id = desk.under_way("arbitration", dispute_on=days_ago(400))
    before = ends_on(desk, case_id)
    answer = change(desk, case_id, deed, day)
    assert answer.status_code == 422
    assert words in answer.text
    assert REASON in answer.text
    assert ends_on(desk, case_id) == before


def test_the_periods_to_go_to_court_are_corrected_and_never_interrupted(desk):
    case_id = desk.under_way("litigation")
    assert "interrupt_limit" not in desk.handler.get(f"/console/legal_aid/{case_id}").text
    refused = change(desk, case_id, "interrupt_limit", days_ago(1), limit="court")
    assert refused.status_code == 422
    assert "不变期间" in refused.text
    assert change(desk, case_id, "correct_limit", days_ago(1), limit="court").status_code == 302
    assert ends_on(desk, case_id, "court") == due(clocks.COURT, 1)


def test_a_limit_that_does_not_run_or_counts_from_nothing_told_is_not_changed(desk):
    case_id = desk.under_way("mediation")
    for limit in ("court", "mediation", "answer"):
        assert change(desk, case_id, "correct_limit", days_ago(30), limit=limit).status_code == 422


def test_sent_twice_it_is_done_once_and_a_page_from_before_changes_nothing(desk):
    case_id = desk.under_way("arbitration", dispute_on=days_ago(350))
    seen = desk.find(case_id).mark
    for _twice in range(2):
        assert change(desk, case_id, "correct_limit", days_ago(300), _seen=seen).status_code == 302
    assert history(desk, case_id).count("correct_limit") == 1
    late = change(desk, case_id, "correct_limit", days_ago(200), _seen=seen)
    assert late.status_code == 409
    assert REASON in late.text
    assert ends_on(desk, case_id) == due(clocks.ARBITRATION, 300)


def test_only_the_handler_of_a_case_under_way_changes_its_limits(desk):
    case_id = desk.under_way("arbitration")
    assert change(desk, case_id, "correct_limit", days_ago(30), desk.colleague).status_code in (403, 404)
    fresh = desk.submitted("arbitration")
    desk.step(desk.handler, fresh, "take")
    assert "limit_reason" not in desk.handler.get(f"/console/legal_aid/{fresh}").text
    assert change(desk, fresh, "correct_limit", days_ago(30)).status_code == 409

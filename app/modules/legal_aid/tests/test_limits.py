"""Time limits of the law are computed from what was told, watched, and never paused; one that is over is told at once."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.casework import clock_runs, deadlines
from app.casework.calendar.released import released_calendar
from app.casework.clocks import Clock, start
from app.casework.kinds import find_kind
from app.casework.models import CaseClock, CaseEvent
from app.casework.queries import lock_case
from app.core.clock import CHINA, now, today_in_china
from app.core.jobs.inline import run_due_events
from app.modules.legal_aid import clocks
from app.modules.legal_aid.tests.desk import days_ago
from app.notifications.models import Message
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db
from tests.fixtures.forms import csrf_token

CALENDAR = released_calendar()


def watch(desk) -> int:
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        noted = deadlines.watch(SYSTEM)
        db.session.commit()
    run_due_events()
    return noted


def inbox(desk) -> list[str]:
    with scope(Plane.WORKER, zone=desk.zone):
        found = select(Message.kind).where(Message.member_id == desk.person.member_id).order_by(Message.id)
        return list(db.session.execute(found).scalars())


def history(desk, case_id: UUID) -> list[str]:
    with scope(Plane.WORKER, zone=desk.zone):
        found = select(CaseEvent.action).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)
        return list(db.session.execute(found).scalars())


def last_day(clock: Clock, begun: date) -> date:
    """The last day of a limit that counts from a day."""
    run = start(clock, datetime.combine(begun, time(), CHINA), CALENDAR)
    return run.due_at.astimezone(CHINA).date()


def test_a_limit_that_is_over_leaves_the_promise_to_the_list(desk):
    case_id = desk.submitted("arbitration", dispute_on=days_ago(500), left_on=days_ago(500))
    promise = desk.clocks(case_id)["answer"].due_at
    assert desk.find(case_id).due_at == promise
    near = desk.submitted("arbitration", dispute_on=days_ago(364), left_on=days_ago(364))
    limit = desk.find(near).due_at
    assert limit is not None
    assert limit < promise
    with scope(Plane.WORKER, zone=desk.zone):
        is_limit = (CaseClock.case_id == near) & (CaseClock.due_at == limit)
        db.session.execute(update(CaseClock).where(is_limit).values(due_at=now() - timedelta(minutes=1)))
        db.session.commit()
    watch(desk)
    assert desk.find(near).due_at == desk.clocks(near)["answer"].due_at


@pytest.mark.parametrize(
    ("answers", "begins"),
    [
        ({"claims": ["dismissal"], "dispute_on": date(2025, 3, 1)}, date(2025, 3, 1)),
        (
            {"claims": ["wages", "dismissal"], "dispute_on": date(2025, 3, 1), "left_on": date(2025, 6, 1)},
            date(2025, 3, 1),
        ),
        ({"claims": ["wages"], "dispute_on": date(2025, 3, 1), "left_on": date(2025, 6, 1)}, date(2025, 6, 1)),
        ({"claims": ["wages"], "dispute_on": date(2025, 3, 1)}, None),
    ],
)
def test_wages_alone_count_from_the_end_of_the_employment_and_all_else_from_when_one_knew(answers, begins):
    assert clocks.arbitration_begins(answers) == begins


@pytest.mark.parametrize(
    ("stage", "served_on", "court", "appeal"),
    [
        ("award", None, date(2026, 3, 2), None),
        ("judgment", None, None, date(2026, 3, 2)),
        ("award", date(2026, 5, 6), date(2026, 5, 6), date(2026, 5, 6)),
    ],
)
def test_court_and_appeal_count_from_the_day_the_paper_was_handed_over(stage, served_on, court, appeal):
    told = {"stage": stage, "received_on": date(2026, 3, 2), "served_on": served_on}
    assert (clocks.court_begins(told), clocks.appeal_begins(told)) == (court, appeal)


@pytest.mark.parametrize(
    ("clock", "begun", "ends"),
    [
        (clocks.ARBITRATION, date(2025, 3, 3), date(2026, 3, 3)),
        (clocks.ARBITRATION, date(2024, 2, 29), date(2025, 2, 28)),
        (clocks.ARBITRATION, date(2025, 2, 16), date(2026, 2, 24)),  # the New Year's days off end with the 23rd
        (clocks.COURT, date(2026, 3, 2), date(2026, 3, 17)),
        (clocks.COURT, date(2026, 2, 2), date(2026, 2, 24)),
        (clocks.APPEAL, date(2026, 3, 6), date(2026, 3, 23)),  # the 21st is a Saturday
        (clocks.MEDIATION, date(2026, 3, 2), date(2026, 3, 17)),
    ],
)
def test_limits_against_real_dates(clock, begun, ends):
    assert last_day(clock, begun) == ends


def test_the_nearest_end_is_in_the_queue_and_both_sides_read_the_limits(desk):
    case_id = desk.submitted("litigation")
    ends = desk.clocks(case_id)
    assert set(ends) == {"answer", "court"}
    assert desk.find(case_id).due_at == min(row.due_at for row in ends.values())
    end = str(ends["court"].due_at.astimezone(CHINA).date())
    desk.step(desk.handler, case_id, "take")
    for page in (desk.member.get(f"/legal_aid/{case_id}"), desk.handler.get(f"/console/legal_aid/{case_id}")):
        assert "法定期限" in page.text
        assert "起诉的最后日期" in page.text
        assert end in page.text


def test_the_member_reads_the_unions_promise_and_not_a_limit_as_one(desk):
    case_id = desk.submitted("litigation", received_on=days_ago(14))
    promise = desk.clocks(case_id)["answer"].due_at
    assert desk.find(case_id).due_at < promise
    assert f"最迟于 {promise.astimezone(CHINA).date()} 前答复" in desk.member.get(f"/legal_aid/{case_id}").text


def test_of_a_limit_that_is_over_already_everybody_is_told_once(desk):
    case_id = desk.submitted("arbitration", dispute_on=days_ago(800), left_on=days_ago(30))
    assert [watch(desk), watch(desk)] == [1, 0]
    assert inbox(desk) == ["legal_aid.received", "legal_aid.limit_over"]
    assert "limit_over" in history(desk, case_id)
    desk.step(desk.handler, case_id, "take")
    assert "提醒：法定期限已届满" in desk.handler.get(f"/console/legal_aid/{case_id}").text
    assert "我们承诺在" not in desk.member.get(f"/legal_aid/{case_id}").text


def test_the_member_is_told_when_a_limit_is_near(desk):
    desk.submitted("arbitration", dispute_on=days_ago(350), left_on=days_ago(350))
    assert watch(desk) == 1
    assert inbox(desk) == ["legal_aid.received", "legal_aid.limit_near"]


def test_wages_of_somebody_still_employed_have_no_limit(desk):
    case_id = desk.submitted("arbitration", claims=["wages"], is_employed="yes", left_on="")
    assert set(desk.clocks(case_id)) == {"answer"}


def test_a_limit_runs_on_while_the_case_is_returned_and_counts_anew_from_what_is_told_then(desk):
    case_id = desk.submitted("arbitration", dispute_on=days_ago(350))
    desk.step(desk.handler, case_id, "take")
    desk.step(desk.handler, case_id, "return", reason="请补充工资条")
    assert set(desk.clocks(case_id)) == {"arbitration"}
    assert desk.find(case_id).due_at is None
    assert watch(desk) == 1
    desk.submit("arbitration", case_id, dispute_on=days_ago(100))
    day = last_day(clocks.ARBITRATION, today_in_china() - timedelta(days=100))
    assert desk.clocks(case_id)["arbitration"].due_at.astimezone(CHINA).date() == day


def test_a_pause_holds_promises_and_never_a_limit(desk):
    case_id = desk.submitted("arbitration")
    with scope(Plane.STAFF, zone=desk.zone):
        case = lock_case(case_id)
        clock_runs.hold(case, find_kind(case.kind))
        db.session.commit()
    paused = {key: row.paused_at is not None for key, row in desk.clocks(case_id).items()}
    assert paused == {"answer": True, "arbitration": False}
    case, end = desk.find(case_id), desk.clocks(case_id)["arbitration"].due_at
    assert (case.due_at, case.paused_at is not None) == (end, True)
    for page in ("/console/legal_aid/?state=all", f"/console/legal_aid/{case_id}"):
        shown = desk.handler.get(page).text
        assert str(end.astimezone(CHINA).date()) in shown, page
        assert "已暂停</span>" in shown, page
        assert "法定期限" in shown, page


def test_filing_ends_the_limit_and_an_award_begins_the_next_one(desk):
    case_id = desk.under_way("arbitration")
    assert set(desk.clocks(case_id)) == {"news", "arbitration"}
    assert desk.step(desk.handler, case_id, "file", filing="已向市劳动人事争议仲裁委员会提交").status_code == 302
    assert set(desk.clocks(case_id)) == {"news"}
    served = today_in_china() - timedelta(days=2)
    done = desk.step(desk.handler, case_id, "note_award", outcome="支持工资请求", served_on=served.isoformat())
    assert done.status_code == 302
    assert desk.clocks(case_id)["court"].due_at.astimezone(CHINA).date() == last_day(clocks.COURT, served)


@pytest.mark.parametrize("served_on", ["", "昨天", "2999-01-01"])
def test_a_wrong_day_is_refused_at_its_field_and_the_words_stay(desk, served_on):
    case_id = desk.under_way("arbitration")
    page = desk.step(desk.handler, case_id, "note_award", outcome="支持工资请求", served_on=served_on)
    assert page.status_code == 422
    assert "error-served_on" in page.text
    assert "支持工资请求" in page.text
    assert "court" not in desk.clocks(case_id)


def conclude(desk, case_id: UUID) -> None:
    assert desk.step(desk.handler, case_id, "conclude", outcome="裁决已送达").status_code == 302


def fail(desk, case_id: UUID) -> None:
    assert desk.step(desk.handler, case_id, "fail", outcome="公司拒绝调解").status_code == 302


def withdraw(desk, case_id: UUID) -> None:
    form = {"csrf_token": csrf_token(desk.member), "_seen": desk.find(case_id).mark}
    assert desk.member.post(f"/legal_aid/{case_id}/withdraw", data=form).status_code == 302


@pytest.mark.parametrize(
    ("kind", "end", "limit"),
    [
        ("litigation", conclude, "court"),
        ("arbitration", withdraw, "arbitration"),
        ("mediation", fail, "arbitration"),
        ("mediation", withdraw, "arbitration"),
    ],
)
def test_of_what_is_over_the_limits_run_on_and_no_promise(desk, kind, end, limit):
    case_id = desk.under_way(kind)
    last = desk.clocks(case_id)[limit].due_at.astimezone(CHINA).date()
    end(desk, case_id)
    assert set(desk.clocks(case_id)) == {limit}
    assert desk.find(case_id).due_at is None
    own = desk.member.get(f"/legal_aid/{case_id}").text
    assert "法定期限" in own
    assert str(last) in own


def test_upon_an_award_the_days_to_go_to_court_are_watched_to_their_end(desk):
    case_id = desk.under_way("arbitration")
    served = days_ago(12)
    assert desk.step(desk.handler, case_id, "note_award", outcome="驳回", served_on=served).status_code == 302
    conclude(desk, case_id)
    assert [watch(desk), watch(desk)] == [1, 0]
    assert inbox(desk)[-1] == "legal_aid.limit_near"
    with scope(Plane.WORKER, zone=desk.zone):
        is_court = (CaseClock.case_id == case_id) & (CaseClock.clock == "court")
        db.session.execute(update(CaseClock).where(is_court).values(due_at=now() - timedelta(minutes=1)))
        db.session.commit()
    assert [watch(desk), watch(desk)] == [1, 0]
    assert inbox(desk)[-1] == "legal_aid.limit_over"
    assert desk.find(case_id).due_at is None

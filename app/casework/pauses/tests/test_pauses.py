"""While a case is paused nothing is promised; the member knows why, and nothing is lost of what was left."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.casework import clock_runs, deadlines
from app.casework.access.models import CaseParticipant
from app.casework.calendar.in_force import work_calendar
from app.casework.kinds import find_kind
from app.casework.models import Case, CaseClock, CaseEvent
from app.casework.pauses.models import CasePause
from app.casework.pauses.operations import resume_due
from app.casework.queries import lock_case
from app.core.clock import CHINA, now, today_in_china
from app.core.jobs.registry import periodics
from app.notifications.models import Message
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db
from tests.fixtures.forms import token_of as token

REASON = "医院的费用证明要到下月才能开出"


@pytest.fixture
def case_id(desk) -> UUID:
    """A case that the handler has taken."""
    found = desk.submitted()
    assert desk.step(desk.handler, found, "take").status_code == 302
    return found


def send(desk, case_id: UUID, what: str, client=None, **form):
    client = client or desk.handler
    csrf = token(client, f"/console/help/{case_id}")
    seen = form.pop("seen", desk.find(case_id).mark)
    return client.post(f"/console/help/{case_id}/{what}", data={"csrf_token": csrf, "_seen": seen, **form})


def pause(desk, case_id: UUID, client=None, **form):
    until = str(today_in_china() + timedelta(days=30))
    return send(desk, case_id, "pause", client, **{"pause_reason": REASON, "resume_on": until, **form})


def resume(desk, case_id: UUID, **form):
    return send(desk, case_id, "resume", **form)


def clock(desk, case_id: UUID) -> CaseClock:
    with scope(Plane.WORKER, zone=desk.zone):
        return db.session.execute(select(CaseClock).where(CaseClock.case_id == case_id)).scalar_one()


def messages(desk) -> list[str]:
    with scope(Plane.WORKER, zone=desk.zone):
        return list(db.session.execute(select(Message.kind).order_by(Message.id)).scalars())


def test_a_paused_case_promises_nothing_and_the_member_reads_why(desk, case_id):
    due_at = desk.find(case_id).due_at
    assert pause(desk, case_id).status_code == 302
    case = desk.find(case_id)
    assert (case.due_at, case.paused_at is not None) == (None, True)
    assert clock(desk, case_id).time_left == 10
    member = desk.member.get(f"/help/{case_id}").text
    assert REASON in member
    assert "暂停" in member
    assert messages(desk).count("help.pause") == 1
    assert send(desk, case_id, "resume").status_code == 302
    case = desk.find(case_id)
    assert (case.due_at, case.paused_at) == (due_at, None)
    assert "暂停原因" not in desk.member.get(f"/help/{case_id}").text
    assert messages(desk).count("help.resume") == 1


def test_what_was_left_is_still_left_when_it_goes_on_later(desk, case_id):
    pause(desk, case_id)
    with scope(Plane.WORKER, zone=desk.zone):
        a_month_ago = now() - timedelta(days=30)
        db.session.execute(update(CaseClock).values(paused_at=a_month_ago, time_left=4))
        db.session.execute(update(Case).where(Case.id == case_id).values(paused_at=a_month_ago))
        db.session.commit()
    send(desk, case_id, "resume")
    with scope(Plane.WORKER, zone=desk.zone):
        expected = work_calendar().add_working_days(today_in_china(), 4)
    assert desk.find(case_id).due_at.astimezone(CHINA).date() == expected


def test_it_goes_on_by_itself_on_its_day_and_not_before(desk, case_id):
    saturday = today_in_china() + timedelta(days=5 - today_in_china().weekday() + 7)
    pause(desk, case_id, resume_on=str(saturday))
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        assert db.session.execute(select(CasePause.resume_on)).scalar_one() == work_calendar().working_day_from(
            saturday
        )
        assert resume_due(SYSTEM) == 0
        db.session.execute(update(CasePause).values(resume_on=today_in_china()))
        assert [resume_due(SYSTEM), resume_due(SYSTEM)] == [1, 0]
        db.session.commit()
    assert desk.find(case_id).due_at is not None
    assert messages(desk).count("help.resume") == 1
    assert periodics["casework.resume"].every == timedelta(minutes=15)


def test_what_is_late_stays_late(desk, case_id):
    with scope(Plane.WORKER, zone=desk.zone):
        a_day_ago = now() - timedelta(days=1)
        for table in (CaseClock, Case):
            db.session.execute(update(table).values(due_at=a_day_ago))
        db.session.commit()
    assert "pause_reason" not in desk.handler.get(f"/console/help/{case_id}").text
    answer = pause(desk, case_id)
    assert answer.status_code == 409
    assert REASON in answer.text
    assert "承诺的答复日期已过" in answer.text
    assert desk.find(case_id).due_at is not None


def test_an_old_pause_does_not_end_a_new_one(desk, case_id):
    pause(desk, case_id, resume_on=str(today_in_china() + timedelta(days=30)))
    send(desk, case_id, "resume")
    pause(desk, case_id)
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        first = select(CasePause.id).order_by(CasePause.id).limit(1).scalar_subquery()
        db.session.execute(update(CasePause).where(CasePause.id == first).values(resume_on=today_in_china()))
        assert resume_due(SYSTEM) == 0


def test_a_pause_ends_with_the_case_coming_back_to_the_member(desk, case_id):
    """Returned and submitted again, the case begins anew: its pause is over, whatever its day."""
    pause(desk, case_id, resume_on=str(today_in_china() + timedelta(days=30)))
    assert desk.step(desk.handler, case_id, "return", reason="请补充材料").status_code == 302
    assert (desk.find(case_id).due_at, desk.find(case_id).paused_at) == (None, None)
    desk.send(desk.form(amount_requested="900"), "seasonal")
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        db.session.execute(update(CasePause).values(resume_on=today_in_china()))
        assert resume_due(SYSTEM) == 0
        db.session.commit()
    assert desk.find(case_id).due_at is not None
    assert "暂停原因" not in desk.member.get(f"/help/{case_id}").text


def test_sent_twice_it_is_paused_once_and_goes_on_once(desk, case_id):
    for twice in (pause, resume):
        seen = desk.find(case_id).mark
        assert [twice(desk, case_id, seen=seen).status_code for _ in range(2)] == [302, 302]
    with scope(Plane.WORKER, zone=desk.zone):
        found = select(CaseEvent.action).where(CaseEvent.action.in_(["pause", "resume"])).order_by(CaseEvent.id)
        assert db.session.execute(found).scalars().all() == ["pause", "resume"]


def test_only_who_has_the_case_pauses_it_and_keeps_what_they_typed(desk, case_id):
    answer = pause(desk, case_id, desk.admin)
    assert answer.status_code == 403
    assert desk.find(case_id).due_at is not None
    pause(desk, case_id)
    assert send(desk, case_id, "resume", desk.admin).status_code == 403
    again = pause(desk, case_id, pause_reason="我又写了一遍的原因")
    assert again.status_code == 409
    assert "我又写了一遍的原因" in again.text


def test_who_only_helps_does_not_pause_it(desk, world, case_id):
    helper = world.staff(desk.zone, "caseworker")
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.add(
            CaseParticipant(case_id=case_id, member_id=desk.person.member_id, account_id=helper.account_id, name="协办",
                            until=today_in_china())
        )  # fmt: skip
        db.session.commit()
    answer = pause(desk, case_id, world.client(desk.zone, helper))
    assert answer.status_code == 403
    assert REASON in answer.text
    assert desk.find(case_id).due_at is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"pause_reason": ""},
        {"resume_on": "2020-01-01"},
        {"resume_on": "bald"},
        {"resume_on": ""},
        {"resume_on": "9999-12-31"},
    ],
)
def test_a_wrong_pause_is_shown_again(desk, case_id, wrong):
    answer = pause(desk, case_id, **wrong)
    assert answer.status_code == 422
    assert desk.find(case_id).due_at is not None
    assert REASON in answer.text or "pause_reason" in wrong


def test_the_page_is_told_when_the_case_has_moved_on(desk, case_id):
    answer = pause(desk, case_id, seen=desk.find(case_id).former_mark)
    assert answer.status_code == 409
    assert REASON in answer.text
    assert desk.find(case_id).due_at is not None


def test_a_paused_case_stands_after_those_on_the_clock_and_is_found_by_a_filter(desk, world, case_id):
    mine = desk.member
    desk.member = world.client(desk.zone, world.member(desk.zone))
    other = desk.find(desk.submitted()).number
    desk.member = mine
    paused = desk.find(case_id).number
    page = desk.handler.get("/console/help/").text
    assert page.index(paused) < page.index(other), "the first one in is due first"
    pause(desk, case_id)
    page = desk.handler.get("/console/help/").text
    assert page.index(other) < page.index(paused)
    page = desk.handler.get("/console/help/?state=paused").text
    assert paused in page
    assert other not in page


def test_nobody_is_reminded_of_a_paused_case(desk, case_id):
    pause(desk, case_id)
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        past = CaseClock.started_at - timedelta(days=60)
        db.session.execute(update(CaseClock).values(due_at=past))
        assert deadlines.watch(SYSTEM) == 0


def test_clocks_that_are_paused_already_stay_as_they_are(desk, case_id):
    pause(desk, case_id)
    before = clock(desk, case_id).paused_at
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        case = lock_case(case_id)
        clock_runs.hold(case, find_kind(case.kind))
        db.session.commit()
    assert clock(desk, case_id).paused_at == before
    assert desk.find(case_id).paused_at == before

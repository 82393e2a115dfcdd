"""When the city notes or corrects a year's days off, promised days that run move with them, and their members are told."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from app.casework.calendar.in_force import MEMORY, read_calendar
from app.casework.calendar.models import CalendarYear
from app.casework.calendar.noting import note_year
from app.casework.calendar.working_days import Notice
from app.casework.models import Case, CaseClock, CaseEvent
from app.casework.recounting import recount_clocks
from app.core.audit import AuditEntry
from app.core.clock import now, today_in_china
from app.core.i18n import day
from app.core.jobs.registry import periodics
from app.modules.help.tests.test_deadlines import remind, told
from app.notifications.models import Message
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db
from tests.fixtures.forms import token_of as token

MOVED = "help.move_day"


@pytest.fixture
def note_day_off(world):
    """Lets the city note that so many working days from today on are off; returns the last one that is."""

    def note(days: int) -> date:
        with scope(Plane.CITY, reason="test"):
            off = [read_calendar().add_working_days(today_in_china(), count + 1) for count in range(days)]
            for year in {each.year for each in off}:
                known = read_calendar().notices.get(year) or Notice(year, "", frozenset(), frozenset())
                note_year(
                    Notice(year, "更正", known.days_off | frozenset(off), known.make_up_workdays - frozenset(off))
                )
                db.session.flush()
            db.session.commit()
        forget()
        return off[-1]

    def forget() -> None:
        with scope(Plane.CITY, reason="test"):
            world.app.extensions[MEMORY].forget()

    yield note
    with scope(Plane.CITY, reason="test"):
        db.session.execute(db.delete(CalendarYear))
        db.session.commit()
    forget()


def recount(zone) -> int:
    with scope(Plane.WORKER, zone=zone, actor=SYSTEM):
        cases = recount_clocks(SYSTEM)
        db.session.commit()
    return cases


def clock(desk, case_id) -> CaseClock:
    with scope(Plane.WORKER, zone=desk.zone):
        return db.session.execute(select(CaseClock).where(CaseClock.case_id == case_id)).scalar_one()


def messages(desk) -> list[dict]:
    with scope(Plane.WORKER, zone=desk.zone):
        return list(db.session.execute(select(Message.params).where(Message.kind == MOVED)).scalars())


def expected(desk, days: int):
    with scope(Plane.CITY, reason="test"):
        return read_calendar().add_working_days(today_in_china(), days)


def test_the_promised_day_moves_with_the_calendar_once_and_its_member_is_told(desk, world, note_day_off: Callable):
    case = desk.find(desk.submitted())
    before = clock(desk, case.id)
    note_day_off(2)
    assert [recount(world.zone()), recount(desk.zone), recount(desk.zone)] == [0, 1, 0]
    after, moved = clock(desk, case.id), desk.find(case.id)
    assert day(after.due_at) == str(expected(desk, 10)) > day(before.due_at)
    assert moved.due_at == after.due_at
    assert day(after.remind_at) > day(before.remind_at)
    assert day(after.escalate_at) > day(before.escalate_at)
    days = {"number": case.number, "before": day(before.due_at), "day": day(after.due_at)}
    assert messages(desk) == [days]
    assert f"{days['before']} → {days['day']}" in desk.member.get(f"/help/{case.id}").text
    with scope(Plane.STAFF, zone=desk.zone):
        found = select(func.count(AuditEntry.id)).where(
            AuditEntry.action == MOVED, AuditEntry.object_id == str(case.id)
        )
        assert db.session.execute(found).scalar_one() == 1


def test_a_clock_that_was_found_late_is_not_late_in_silence_any_more(desk, note_day_off: Callable):
    """What was noted stays in the history; the member is told that it moved, and told anew if it is missed again."""
    case = desk.find(desk.submitted())
    long_ago = now() - timedelta(days=2)
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(CaseClock).values(due_at=long_ago, counted=1))
        db.session.execute(update(Case).values(due_at=long_ago))
        db.session.commit()
    remind(desk)
    assert len(told(desk)) == 1
    note_day_off(1)
    assert recount(desk.zone) == 1
    assert clock(desk, case.id).found_late_at is None
    assert len(messages(desk)) == 1
    with scope(Plane.WORKER, zone=desk.zone):
        assert list(db.session.execute(select(CaseEvent.action).order_by(CaseEvent.id)).scalars()) == [
            "submit", "remind_late", "move_day"
        ]  # fmt: skip
        db.session.execute(update(CaseClock).values(due_at=now() - timedelta(hours=1)))
        db.session.commit()
    remind(desk)
    assert len(told(desk)) == 2


def test_a_paused_promise_keeps_what_is_left_of_it_by_the_new_calendar(desk, note_day_off: Callable):
    case_id = desk.taken()
    path = f"/console/help/{case_id}"
    form = {
        "csrf_token": token(desk.handler, path),
        "_seen": desk.find(case_id).mark,
        "pause_reason": "等待医院开具证明",
        "resume_on": str(today_in_china() + timedelta(days=60)),
    }
    assert desk.handler.post(f"{path}/pause", data=form).status_code == 302
    assert clock(desk, case_id).time_left == 10
    note_day_off(3)
    assert recount(desk.zone) == 1
    paused = clock(desk, case_id)
    assert (paused.time_left, day(paused.due_at)) == (10, str(expected(desk, 10)))
    form = {"csrf_token": token(desk.handler, path), "_seen": desk.find(case_id).mark}
    assert desk.handler.post(f"{path}/resume", data=form).status_code == 302
    assert recount(desk.zone) == 0


def test_what_is_over_is_not_counted_any_more(desk, note_day_off: Callable):
    case_id = desk.recommended()
    assert desk.step(desk.admin, case_id, "approve", amount_granted="800").status_code == 302
    note_day_off(2)
    assert recount(desk.zone) == 0


def test_it_runs_every_hour():
    assert periodics["casework.recount"].every == timedelta(hours=1)

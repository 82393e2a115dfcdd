"""A promised day is never missed in silence."""

import re
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from app.casework import deadlines
from app.casework.kinds import find_kind
from app.casework.models import Case, CaseClock, CaseEvent
from app.casework.operations import save_draft, submit_case
from app.core.clock import CHINA, today_in_china
from app.core.jobs.inline import run_due_events
from app.core.jobs.registry import periodics
from app.modules.help.tests.desk import Desk
from app.notifications.models import Message
from tenants.context import SYSTEM, Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7


def due_in(desk, case, days: int) -> None:
    """Make the promised moment the end of a day this many days off (negative: gone by)."""
    end = datetime.combine(today_in_china() + timedelta(days=days), time(23, 59, 59), CHINA)
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(Case).where(Case.id == case.id).values(due_at=end))
        db.session.execute(
            update(CaseClock)
            .where(CaseClock.case_id == case.id, CaseClock.stopped_at.is_(None))
            .values(due_at=end, remind_at=end - timedelta(days=3), escalate_at=end + timedelta(days=2))
        )
        db.session.commit()


def remind(desk) -> int:
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        noted = deadlines.watch(SYSTEM)
        db.session.commit()
    run_due_events()
    return noted


def reminders(desk) -> list[str]:
    with scope(Plane.WORKER, zone=desk.zone):
        found = (
            select(CaseEvent.action)
            .where(CaseEvent.action.in_(["remind_soon", "remind_late", "escalate"]))
            .order_by(CaseEvent.id)
        )
        return list(db.session.execute(found).scalars())


def told(desk) -> list[dict]:
    with scope(Plane.WORKER, zone=desk.zone):
        late = select(Message.params).where(Message.kind == "help.late", Message.member_id == desk.person.member_id)
        return list(db.session.execute(late).scalars())


def badge(client) -> str:
    """The number beside the line of the menu; empty where there is none."""
    menu = re.search(r'<a[^>]*href="/console/help/"[^>]*>(.*?)</a>', client.get("/console/").text, re.DOTALL)
    assert menu
    number = re.search(r">(\d+)<", menu[1])
    return number[1] if number else ""


def test_an_application_is_noted_once_when_its_day_is_near_and_once_when_it_has_passed(desk):
    application = desk.find(desk.submitted())
    noted = []
    for days in (9, 3, 2, 1, 0, -1, -2, -30):
        due_in(desk, application, days)
        noted.append(remind(desk))
        if days == 0:
            assert told(desk) == []
        if days == -1:
            day = str(today_in_china() - timedelta(days=1))
            assert told(desk) == [{"number": application.number, "day": day, "zone": desk.zone.name}]
    assert noted == [0, 0, 1, 0, 0, 1, 0, 1]
    assert reminders(desk) == ["remind_soon", "remind_late", "escalate"]
    assert len(told(desk)) == 1


def test_a_late_answer_is_said_to_member_and_staff(desk):
    application = desk.find(desk.taken())
    due_in(desk, application, -1)
    remind(desk)
    path = f"/help/{application.id}"
    assert "现已延期" in desk.member.get(path).text
    assert "提醒" not in desk.member.get(path).text.partition("历史")[2]
    assert "提醒：已超过承诺答复日期" in desk.handler.get(f"/console{path}").text
    assert "有 1 件已逾期" in desk.handler.get("/console/help/").text
    assert application.number in desk.handler.get("/console/help/?state=late").text
    assert application.number not in desk.handler.get("/console/help/?state=soon").text


@pytest.mark.parametrize("action", ["approve", "return"])
def test_what_no_longer_waits_for_staff_is_not_reminded_of(desk, action):
    application = desk.find(desk.recommended() if action == "approve" else desk.submitted())
    due_in(desk, application, -1)
    if action == "approve":
        desk.step(desk.admin, application.id, "approve", amount_granted="100")
    else:
        desk.step(desk.handler, application.id, "take")
        desk.step(desk.handler, application.id, "return", reason="请补充材料")
    assert remind(desk) == 0


def test_what_is_submitted_again_has_a_new_day_and_is_reminded_of_again(desk):
    application = desk.find(desk.submitted())
    due_in(desk, application, 1)
    assert remind(desk) == 1
    desk.step(desk.handler, application.id, "take")
    desk.step(desk.handler, application.id, "return", reason="请补充材料")
    desk.send(desk.form(amount_requested="900"), "seasonal")
    assert remind(desk) == 0
    due_in(desk, application, 1)
    assert [remind(desk), remind(desk)] == [1, 0]


def test_no_zone_is_reminded_of_anothers_applications(desk, world):
    due_in(desk, desk.find(desk.submitted()), -1)
    with scope(Plane.WORKER, zone=world.zone(), actor=SYSTEM):
        assert deadlines.watch(SYSTEM) == 0


def test_it_runs_every_quarter_of_an_hour_and_leaves_a_module_alone_that_is_off(world):
    assert periodics["casework.watch"].every == timedelta(minutes=15)
    zone = world.zone(modules=())
    person = world.member(zone)
    actor, case_id = Actor(person.account_id, person.member_id, person.name), uuid7()
    with scope(Plane.MEMBER, zone=zone, actor=actor):
        save_draft(actor, find_kind("help.seasonal"), case_id, {})
        case = submit_case(actor, case_id, {"contact_phone": "+8613800138000", "amount_requested": 90_000})
        db.session.commit()
        db.session.refresh(case)
    due_in(Desk(world, zone, person, *[world.client(zone)] * 4), case, -1)
    with scope(Plane.WORKER, zone=zone, actor=SYSTEM):
        assert deadlines.watch(SYSTEM) == 0


def test_the_figures_of_the_desk_count_what_is_near_and_what_is_late(desk):
    application = desk.find(desk.submitted())
    for days, expected in ((3, (0, 0)), (2, (0, 1)), (0, (0, 1)), (-1, (1, 0))):
        due_in(desk, application, days)
        with scope(Plane.STAFF, zone=desk.zone):
            assert (deadlines.count_late("help"), deadlines.count_due_soon("help")) == expected, days


def test_the_menu_counts_what_waits_for_this_very_person(desk):
    def numbers() -> list[str]:
        return [badge(each) for each in (desk.handler, desk.colleague, desk.admin)]

    assert numbers() == ["", "", ""]
    application = desk.find(desk.submitted())
    assert numbers() == ["1", "1", "1"], "a new application concerns everybody who may take it"
    desk.step(desk.handler, application.id, "take")
    assert numbers() == ["", "", ""]
    due_in(desk, application, 1)
    assert numbers() == ["1", "", ""]
    desk.step(desk.handler, application.id, "recommend", recommendation="grant", amount_recommended="800", note="属实")
    assert numbers() == ["", "", "1"]

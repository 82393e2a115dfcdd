"""A promised day is never missed in silence."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.core.clock import today_in_china
from app.core.jobs.inline import run_due_events
from app.core.jobs.registry import periodics
from app.modules.help import deadlines
from app.modules.help.models import Application, Event
from app.notifications.models import Message
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db


def due_in(desk, application, days: int) -> None:
    """Make the promised day one this many days off (negative: gone by)."""
    with scope(Plane.WORKER, zone=desk.zone):
        day = today_in_china() + timedelta(days=days)
        db.session.execute(update(Application).where(Application.id == application.id).values(promised_by=day))
        db.session.commit()


def remind(desk) -> int:
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        noted = deadlines.remind(SYSTEM)
        db.session.commit()
    run_due_events()
    return noted


def reminders(desk) -> list[str]:
    with scope(Plane.WORKER, zone=desk.zone):
        found = select(Event.action).where(Event.action.like("remind%")).order_by(Event.id)
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
            assert told(desk) == [{"number": application.number, "day": day}]
    assert noted == [0, 0, 1, 0, 0, 1, 0, 0]
    assert reminders(desk) == ["remind_soon", "remind_late"]
    assert len(told(desk)) == 1


def test_a_late_answer_is_said_to_member_and_staff(desk):
    application = desk.find(desk.submitted())
    due_in(desk, application, -1)
    remind(desk)
    path = f"/help/{application.id}"
    assert "现已延期" in desk.member.get(path).text
    assert "提醒" not in desk.member.get(path).text.partition("历史")[2]
    assert "提醒：已超过承诺答复日期" in desk.handler.get(f"/console{path}").text
    assert "有 1 件申请已逾期" in desk.handler.get("/console/help/").text
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
    desk.send(desk.form("seasonal", amount_requested="900"), "seasonal")
    assert remind(desk) == 0
    due_in(desk, application, 1)
    assert [remind(desk), remind(desk)] == [1, 0]


def test_no_zone_is_reminded_of_anothers_applications(desk, world):
    due_in(desk, desk.find(desk.submitted()), -1)
    with scope(Plane.WORKER, zone=world.zone(), actor=SYSTEM):
        assert deadlines.remind(SYSTEM) == 0


def test_it_runs_every_day_in_zones_that_use_the_module():
    periodic = periodics["help.remind"]
    assert (periodic.every, periodic.module) == (timedelta(days=1), "help")


def test_the_figures_of_the_desk_count_what_is_near_and_what_is_late(desk):
    application = desk.find(desk.submitted())
    for days, expected in ((3, (0, 0)), (2, (0, 1)), (0, (0, 1)), (-1, (1, 0))):
        due_in(desk, application, days)
        with scope(Plane.STAFF, zone=desk.zone):
            assert (deadlines.count_late(), deadlines.count_due_soon()) == expected, days


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

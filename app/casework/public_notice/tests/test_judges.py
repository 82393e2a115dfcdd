"""Who may judge an objection is told before a notice is drafted and published, and to whoever may not judge it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from app.casework.access.models import CaseConflict
from app.casework.calendar.in_force import work_calendar
from app.casework.models import CaseEvent
from app.casework.public_notice.models import Notice, Objection
from app.casework.public_notice.promises import ANSWERED, due_at, watch
from app.core.clock import now, today_in_china
from app.core.jobs.inline import run_due_events
from app.modules.help.tests.test_deadlines import badge
from app.modules.help.tests.test_public_notice import LIST, answer, granted, judge, objected, published
from app.notifications.models import Message
from tenants.context import SYSTEM, Plane, scope
from tenants.database import db
from tests.fixtures.forms import hidden_fields, send, token_of

WAY_OUT = "解决办法：由本专区管理员"


@pytest.fixture
def second(desk, world):
    """The only other person who may decide here."""
    return world.staff(desk.zone, "approver")


def keep_from(desk, case_id, person) -> None:
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.add(CaseConflict(case_id=case_id, member_id=desk.person.member_id, account_id=person.account_id))
        db.session.commit()


def test_whoever_drafts_reads_who_is_left_to_judge(desk, second, world):
    case_id = granted(desk)
    own = world.client(desk.zone, second).get(LIST).text
    assert WAY_OUT in own
    assert "由您拟定名单" in own
    others = desk.handler.get(LIST).text
    assert WAY_OUT not in others
    assert second.name in others
    keep_from(desk, case_id, second)
    assert WAY_OUT in desk.handler.get(LIST).text, "who is kept from a case judges nothing of it"


def test_an_objection_never_waits_for_who_is_kept_from_its_case(desk, second, world, neighbour):
    case_id = granted(desk)
    objected(desk, neighbour.client, published(desk, case_id))
    client = world.client(desk.zone, second)
    assert badge(client) == "1"
    keep_from(desk, case_id, second)
    assert badge(client) == ""


def test_whoever_publishes_is_warned_that_nobody_is_left_and_may_go_on(desk, second, world):
    case_id = granted(desk)
    drafter = world.client(desk.zone, second)
    page = send(drafter, LIST, id=[str(case_id)]).location
    assert WAY_OUT in desk.admin.get(page).text
    assert desk.admin.post(f"{page}/publish", data=hidden_fields(desk.admin, page)).status_code == 302
    assert WAY_OUT in desk.admin.get(page).text
    third = world.staff(desk.zone, "approver")
    told = desk.admin.get(page).text
    assert WAY_OUT not in told
    assert third.name in told
    assert second.name in told, "as who drafted it"


def _only_case(desk):
    with scope(Plane.WORKER, zone=desk.zone):
        return db.session.scalars(select(CaseEvent.case_id).distinct()).one()


def test_whoever_may_not_judge_reads_who_may(desk, second, world, neighbour):
    case_id = granted(desk)
    drafter = world.client(desk.zone, second)
    page = send(drafter, LIST, id=[str(case_id)]).location
    publisher = judge(desk)
    publisher.post(f"{page}/publish", data=hidden_fields(publisher, page))
    objection = objected(desk, neighbour.client, page.rpartition("/")[2])
    path = f"/console/help/objections/{objection}"
    assert WAY_OUT not in drafter.get(path).text
    keep_from(desk, case_id, publisher_of(desk))
    for own in (desk.admin, drafter):
        refused = own.get(path)
        assert refused.status_code == 403
        assert WAY_OUT in refused.text
        assert "去年买了新车" not in refused.text
        form = {"csrf_token": token_of(own, LIST), "finding": "dismissed", "answer": "不成立", "_seen": "open"}
        assert WAY_OUT in own.post(path, data=form).text
        assert WAY_OUT in own.get(LIST).text
    third = world.staff(desk.zone, "approver")
    refused = drafter.get(path).text
    assert WAY_OUT not in refused
    assert third.name in refused
    assert third.name in drafter.get(LIST).text


def publisher_of(desk):
    """Who published the only notice."""
    with scope(Plane.WORKER, zone=desk.zone):
        return SimpleNamespace(account_id=db.session.scalars(select(Notice.published_by)).one())


def test_the_list_does_not_tell_who_objects_by_leaving_them_out(desk, second, world):
    member = world.member(desk.zone, "赵知情")
    world.grant(member, desk.zone, "approver")
    client = world.client(desk.zone, member)
    case_id = granted(desk)
    objection = objected(desk, client, published(desk, case_id))
    keep_from(desk, case_id, second)
    assert WAY_OUT not in desk.handler.get(LIST).text
    assert "赵知情" in desk.handler.get(LIST).text
    own = client.get(f"/console/help/objections/{objection}")
    assert own.status_code == 403
    assert WAY_OUT in own.text


def notes(desk) -> list[str]:
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        watch(SYSTEM)
        db.session.commit()
        found = select(CaseEvent.action).where(CaseEvent.action.startswith("objection_")).order_by(CaseEvent.id)
        noted = list(db.session.scalars(found))
    run_due_events()
    return [each.removeprefix("objection_") for each in noted]


def made_working_days_ago(desk, days: int) -> None:
    calendar, day = work_calendar(), today_in_china()
    while days:
        day -= timedelta(days=1)
        days -= calendar.is_working_day(day)
    with scope(Plane.WORKER, zone=desk.zone):
        at = now() - timedelta(days=(today_in_china() - day).days)
        db.session.execute(update(Objection).values(made_at=at))
        db.session.commit()


def told_late(desk, person) -> int:
    with scope(Plane.WORKER, zone=desk.zone):
        late = select(Message.id).where(Message.kind == "help.objection_late", Message.member_id == person.member_id)
        return len(db.session.scalars(late).all())


def test_an_objection_is_never_late_in_silence(desk, neighbour):
    objection = objected(desk, neighbour.client, published(desk, granted(desk)))
    seen = []
    for days in (0, ANSWERED.amount, ANSWERED.amount + 1, ANSWERED.amount + 9):
        made_working_days_ago(desk, days)
        seen.append((notes(desk), told_late(desk, neighbour.person)))
    near, late, higher = "near", "late", "higher"
    assert seen == [([], 0), ([near], 0), ([near, late], 1), ([near, late, higher], 1)]
    assert notes(desk) == [near, late, higher], "each once"
    assert "1 件公示异议待答复" in desk.admin.get("/console/help/").text
    assert "其中 1 项已逾期" in desk.admin.get("/console/help/").text
    assert "严重超期" in desk.admin.get(LIST).text
    assert "已上报专区管理员" in desk.admin.get(f"/console/help/{_only_case(desk)}").text
    assert "已上报专区管理员" not in desk.member.get(f"/help/{_only_case(desk)}").text
    assert "公示异议待答复" not in desk.handler.get("/console/help/").text, "whoever decides answers"
    assert answer(desk, objection, "dismissed").status_code == 302
    assert "公示异议待答复" not in desk.admin.get("/console/help/").text


def test_an_objection_is_a_number_in_the_menu_of_who_may_judge_it_and_of_all_who_decide_when_it_goes_higher(
    desk, second, world, neighbour
):
    third = world.client(desk.zone, second)
    before = [badge(client) for client in (desk.admin, third)]
    objection = objected(desk, neighbour.client, published(desk, granted(desk)))
    assert [badge(client) for client in (desk.admin, third)] == ["", "1"] != before
    assert badge(desk.colleague) == ""
    made_working_days_ago(desk, 20)
    notes(desk)
    assert [badge(client) for client in (desk.admin, third)] == ["1", "1"]
    assert answer(desk, objection, "dismissed").status_code == 302
    assert [badge(client) for client in (desk.admin, third)] == before


def test_an_answered_objection_is_not_watched(desk, neighbour):
    objection = objected(desk, neighbour.client, published(desk, granted(desk)))
    assert answer(desk, objection, "dismissed").status_code == 302
    made_working_days_ago(desk, 20)
    assert notes(desk) == []


def test_whoever_objects_reads_by_when_they_are_answered(desk, neighbour):
    objected(desk, neighbour.client, published(desk, granted(desk)))
    with scope(Plane.WORKER, zone=desk.zone):
        due = due_at(db.session.scalars(select(Objection.made_at)).one())
    assert f"{due:%Y-%m-%d} 前答复" in neighbour.client.get("/help/notices/").text

"""Tasks, calls and visits: written down once, sealed, for staff alone."""

import io
import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from app.casework.calendar.in_force import work_calendar
from app.casework.contacts.models import CaseContact, CasePhoto, CaseTask
from app.casework.models import Case, CaseEvent
from app.core.audit import AuditEntry
from app.core.clock import today_in_china
from app.core.files import StoredFile
from app.identity.models import RoleGrant
from app.modules.help.tests.desk import PDF, picture
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.forms import token_of as token

YESTERDAY = today_in_china() - timedelta(days=1)
CALL = {"way": "call_out", "call_at": f"{YESTERDAY}T09:30", "with_whom": "林海燕本人", "call_note": "说明天寄来缴费单"}
VISIT = {
    "visit_at": f"{YESTERDAY}T10:00",
    "place": "幸福里三号楼",
    "present": "本人和母亲",
    "visit_note": "家中陈设简陋",
}


@pytest.fixture
def case_id(desk) -> UUID:
    """A case that the handler has taken."""
    found = desk.submitted()
    assert desk.step(desk.handler, found, "take").status_code == 302
    return found


def send(client, case_id: UUID, what: str, **form):
    csrf = token(client, f"/console/help/{case_id}")
    return client.post(f"/console/help/{case_id}/{what}", data={"csrf_token": csrf, "_once": str(uuid7()), **form})


def account(client, path: str) -> str:
    """The reader of a case's page, as they stand in the list of those who can have a task."""
    chosen = re.search(r'<option value="([^"]+)" selected', client.get(path).text)
    assert chosen
    return chosen[1]


def task(desk, case_id: UUID, client=None, **form):
    me = account(client or desk.handler, f"/console/help/{case_id}")
    typed = {"title": "电话核实住院天数", "assignee": me, "due_on": str(today_in_china()), **form}
    return send(client or desk.handler, case_id, "tasks", **typed)


def count(desk, model) -> int:
    with scope(Plane.WORKER, zone=desk.zone):
        return db.session.execute(select(func.count(model.id))).scalar_one()


def test_a_task_is_on_the_case_and_on_the_list_of_who_has_it(desk, case_id):
    assert task(desk, case_id).status_code == 302
    assert "电话核实住院天数" in desk.handler.get(f"/console/help/{case_id}").text
    assert "电话核实住院天数" in desk.handler.get("/console/help/tasks").text
    assert "您有 1 项待办" in desk.handler.get("/console/help/").text
    assert "电话核实住院天数" not in desk.colleague.get("/console/help/tasks").text
    assert "电话核实住院天数" not in desk.member.get(f"/help/{case_id}").text


def test_what_would_be_due_on_a_day_off_is_due_on_the_next_working_day(desk, case_id):
    sunday = today_in_china() + timedelta(days=6 - today_in_china().weekday() + 7)
    task(desk, case_id, due_on=str(sunday))
    with scope(Plane.WORKER, zone=desk.zone):
        due = db.session.execute(select(CaseTask.due_on)).scalar_one()
        assert due == work_calendar().working_day_from(sunday)
        assert due.weekday() < 5


def test_a_task_sent_twice_is_one(desk, case_id):
    once = str(uuid7())
    assert [task(desk, case_id, _once=once).status_code for _ in range(2)] == [302, 302]
    assert count(desk, CaseTask) == 1


def test_a_task_done_twice_was_done_the_first_time(desk, case_id):
    task(desk, case_id)
    with scope(Plane.WORKER, zone=desk.zone):
        task_id = db.session.execute(select(CaseTask.id)).scalar_one()
    for client in (desk.handler, desk.handler):
        assert send(client, case_id, f"tasks/{task_id}/done").status_code == 302
    with scope(Plane.WORKER, zone=desk.zone):
        events = db.session.execute(select(CaseEvent.action).where(CaseEvent.action == "task_done")).all()
    assert len(events) == 1
    assert "您有" not in desk.handler.get("/console/help/").text
    assert send(desk.handler, case_id, f"tasks/{uuid7()}/done").status_code == 404


def test_an_overdue_task_is_said_at_the_head_of_the_list(desk, case_id):
    task(desk, case_id)
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(CaseTask).values(due_on=date(2026, 1, 5)))
        db.session.commit()
    assert "其中 1 项已逾期" in desk.handler.get("/console/help/").text


def deeds(desk, action: str) -> int:
    with scope(Plane.STAFF, zone=desk.zone):
        return len(db.session.execute(select(AuditEntry.id).where(AuditEntry.action == action)).all())


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": ""}, "请填写"),
        ({"due_on": "2020-01-01"}, "该日期已过"),
        ({"due_on": "bald"}, "日期格式不正确"),
        ({"due_on": "9999-12-31"}, "请选择一年以内的日期"),
        ({"assignee": str(uuid7())}, "请从列表中选择人员"),
        ({"assignee": "nobody"}, "请从列表中选择人员"),
    ],
)
def test_a_wrong_task_is_shown_again_with_what_was_typed(desk, case_id, wrong, words):
    answer = task(desk, case_id, **{"title": "写了很久的待办", **wrong})
    assert answer.status_code == 422
    assert words in answer.text
    assert "写了很久的待办" in answer.text or "title" in wrong
    assert count(desk, CaseTask) == 0


def test_nobody_gets_a_task_on_their_own_case(desk, world, case_id):
    """The applicant works at this desk: they are in no list for their own case."""
    with scope(Plane.CITY, reason="test"):
        db.session.add(
            RoleGrant(account_id=desk.person.account_id, role="caseworker", union_id=desk.zone.union_id,
                      union_path=desk.zone.union_path)
        )  # fmt: skip
        db.session.commit()
    assert str(desk.person.account_id) not in desk.handler.get(f"/console/help/{case_id}").text
    assert task(desk, case_id, assignee=str(desk.person.account_id)).status_code == 422


def test_a_call_is_kept_once_sealed_and_leaves_a_line(desk, case_id):
    once = str(uuid7())
    assert [send(desk.handler, case_id, "calls", **CALL, _once=once).status_code for _ in range(2)] == [302, 302]
    page = desk.handler.get(f"/console/help/{case_id}").text
    assert "说明天寄来缴费单" in page
    assert "电话沟通" in page
    assert "说明天寄来缴费单" not in desk.member.get(f"/help/{case_id}").text
    with scope(Plane.WORKER, zone=desk.zone):
        contact = db.session.execute(select(CaseContact)).scalar_one()
        assert "缴费单".encode() not in contact.told_cipher
        assert contact.at.isoformat().startswith(f"{YESTERDAY}T01:30")
        events = db.session.execute(select(CaseEvent.visibility).where(CaseEvent.action == "call")).scalars().all()
    assert events == ["inner"]
    assert deeds(desk, "help.call") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"way": "visit"},
        {"call_at": "2999-01-01T10:00"},
        {"call_at": "0001-01-01T00:00"},
        {"call_at": "gestern"},
        {"with_whom": ""},
    ],
)
def test_a_wrong_call_is_shown_again_with_what_was_typed(desk, case_id, wrong):
    answer = send(desk.handler, case_id, "calls", **{**CALL, **wrong})
    assert answer.status_code == 422
    assert "说明天寄来缴费单" in answer.text
    assert count(desk, CaseContact) == 0


def test_a_visit_is_kept_with_its_photos_for_staff_alone(desk, world, case_id):
    photos = [(io.BytesIO(picture(colour)), f"{colour}.jpg") for colour in ("red", "navy")]
    assert send(desk.handler, case_id, "visits", **VISIT, photos=photos).status_code == 302
    page = desk.handler.get(f"/console/help/{case_id}").text
    assert "家中陈设简陋" in page
    paths = re.findall(rf'<a href="(/console/help/{case_id}/photos/[^"]+)"', page)
    assert len(paths) == 2
    answer = desk.handler.get(paths[0])
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (
        200,
        "image/webp",
        "private, no-store",
    )
    assert desk.handler.get(f"{paths[0]}/thumbnail").status_code == 200
    assert desk.member.get(paths[0]).status_code == 404
    stranger = world.zone()
    assert world.client(stranger, world.staff(stranger)).get(paths[0]).status_code == 404
    with scope(Plane.WORKER, zone=desk.zone):
        files = (
            db.session.execute(select(StoredFile).join(CasePhoto, CasePhoto.file_id == StoredFile.id)).scalars().all()
        )
    assert {(file.visibility, file.is_encrypted, file.member_id) for file in files} == {
        ("personal", True, desk.person.member_id)
    }
    assert deeds(desk, "help.read_paper") == 1, "the member reads of each look"
    assert "工会工作人员" not in desk.member.get(f"/help/{case_id}").text.partition("查阅记录")[2], "and by whom"


def test_a_photo_of_one_case_is_at_none_of_anothers_addresses(desk, case_id):
    send(desk.handler, case_id, "visits", **VISIT, photos=[(io.BytesIO(picture()), "a.jpg")])
    other = desk.send(desk.form()).location.split("/")[-2]
    desk.step(desk.handler, UUID(other), "take")
    with scope(Plane.WORKER, zone=desk.zone):
        photo_id = db.session.execute(select(CasePhoto.id)).scalar_one()
    assert desk.handler.get(f"/console/help/{case_id}/photos/{photo_id}").status_code == 200
    assert desk.handler.get(f"/console/help/{other}/photos/{photo_id}").status_code == 404


@pytest.mark.parametrize(
    "photos", [[PDF], [b"no picture"], [picture(c) for c in ("red", "navy", "lime", "teal", "gray", "pink", "gold")]]
)
def test_a_visit_with_photos_that_are_none_keeps_nothing_but_what_was_typed(desk, case_id, photos):
    files = [(io.BytesIO(data), f"{number}.jpg") for number, data in enumerate(photos)]
    answer = send(desk.handler, case_id, "visits", **VISIT, photos=files)
    assert answer.status_code == 422
    assert "家中陈设简陋" in answer.text
    assert (count(desk, CaseContact), count(desk, CasePhoto)) == (0, 0)


def test_staff_of_another_zone_write_nothing(desk, world, case_id):
    zone = world.zone()
    stranger = world.client(zone, world.staff(zone, "caseworker", "zone_admin"))
    csrf = token(stranger, "/console/help/")
    forms = {
        "tasks": {"title": "看看", "assignee": str(uuid7()), "due_on": "2999-01-01"},
        "calls": CALL,
        "visits": VISIT,
    }
    for what, form in forms.items():
        answer = stranger.post(f"/console/help/{case_id}/{what}", data={"csrf_token": csrf, **form})
        assert answer.status_code == 404, what
    assert (count(desk, CaseTask), count(desk, CaseContact)) == (0, 0)


def test_a_photo_is_no_file_for_whom_the_case_is_kept_from(desk, world, case_id):
    """Row-level security alone: somebody tied to the employer finds not even that there is a file."""
    send(desk.handler, case_id, "visits", **VISIT, photos=[(io.BytesIO(picture()), "a.jpg")])
    employer = world.union(kind="enterprise")
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.execute(update(Case).where(Case.id == case_id).values(blind_paths=[employer.path]))
        db.session.commit()
    for ties, files in ((frozenset({desk.zone.union_path}), 1), (frozenset({employer.path}), 0)):
        with scope(Plane.STAFF, zone=desk.zone, actor=Actor(uuid7(), ties=ties)):
            found = db.session.execute(select(StoredFile.id).where(StoredFile.purpose == "casework.photo")).all()
            assert len(found) == files

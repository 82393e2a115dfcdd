"""Whoever is kept from a case is kept from all that is one with it by a merge, and others have their tasks."""

import re
from uuid import UUID

import pytest
from sqlalchemy import select

from app.casework.access.models import CaseConflict, CaseParticipant
from app.casework.access.operations import declare_conflict
from app.casework.contacts.models import CaseTask
from app.casework.deadlines import count_waiting_for
from app.casework.links.merging import merge_cases
from app.casework.links.tests.conftest import pair
from app.casework.links.tests.test_merging import WHY, acting, change, merge, message
from app.casework.models import CaseEvent
from app.casework.payments.errors import NotTheirs
from app.casework.payments.hands import require_apart
from app.casework.recusals.tests.test_recusals import answer, ask
from app.casework.sealing import seal_text
from app.core.audit import AuditEntry
from app.core.clock import today_in_china
from app.core.seen import ChangedMeanwhile
from app.modules.help.tests.desk import Desk
from app.modules.help.tests.test_deadlines import badge
from app.modules.help.tests.test_public_notice import answer as answer_objection
from app.modules.help.tests.test_public_notice import granted, neighbour, objected, published
from tenants.context import Actor, Plane, Scope, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import one_in_the_other
from tests.fixtures.forms import token_of

__all__ = ["neighbour", "pair"]


def declare(desk: Desk, client, case_id: UUID) -> int:
    form = {"csrf_token": token_of(client, "/console/help/")}
    return client.post(f"/console/help/{case_id}/conflicts", data=form).status_code


def add(desk: Desk, case_id: UUID, model, account_id: UUID, **values) -> None:
    with scope(Plane.WORKER, zone=desk.zone):
        db.session.add(model(case_id=case_id, member_id=desk.person.member_id, **values, **_of(model, account_id)))
        db.session.commit()


def _of(model, account_id: UUID) -> dict[str, object]:
    if model is not CaseTask:
        return {"account_id": account_id}
    task_id = uuid7()
    title = seal_text(CaseTask.__tablename__, "title_cipher", task_id, "电话核实住院天数")
    return {"id": task_id, "assignee_id": account_id, "assignee_name": "某人", "created_by": account_id, "title_cipher": title,
            "due_on": today_in_china()}  # fmt: skip


def kept(desk: Desk, account_id: UUID) -> set[UUID]:
    with scope(Plane.WORKER, zone=desk.zone):
        return set(db.session.scalars(select(CaseConflict.case_id).where(CaseConflict.account_id == account_id)))


def holders(desk: Desk) -> list[tuple[UUID | None, str]]:
    with scope(Plane.WORKER, zone=desk.zone):
        rows = db.session.execute(select(CaseTask.assignee_id, CaseTask.assignee_name).order_by(CaseTask.id))
        return [(row.assignee_id, row.assignee_name) for row in rows]


def lines(desk: Desk, case_id: UUID) -> list[str]:
    with scope(Plane.WORKER, zone=desk.zone):
        told = select(CaseEvent.action).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)
        return list(db.session.scalars(told))


@pytest.fixture
def merged(desk, pair) -> tuple[UUID, UUID]:
    """A case that ended, and the one it went into."""
    assert merge(desk, *pair).status_code == 302
    return pair


@pytest.mark.parametrize("where", [0, 1])
def test_who_knows_the_people_of_the_one_has_no_part_in_the_whole(desk, merged, where):
    handler = desk.find(merged[1]).handler_id
    assert declare(desk, desk.handler, merged[where]) == 302
    assert kept(desk, handler) == set(merged)
    assert [desk.handler.get(f"/console/help/{each}").status_code for each in merged] == [403, 403]
    goes_on = desk.find(merged[1])
    assert (goes_on.handler_id, goes_on.handler_name) == (None, "")
    assert all("declare_conflict" in lines(desk, each) for each in merged)
    taken = desk.step(desk.handler, merged[1], "take")
    assert taken.status_code == 403
    actor = Actor(handler, None, "干部", frozenset({"help.pay"}))
    with scope(Plane.STAFF, zone=desk.zone, actor=actor), pytest.raises(NotTheirs):
        require_apart(actor, [goes_on])
    assert desk.step(desk.colleague, merged[1], "take").status_code == 302


def test_who_was_objected_to_with_reason_reads_no_half_of_it(desk, merged):
    former, new = desk.find(merged[1]).handler_id, desk.world.staff(desk.zone, "caseworker").account_id
    for each in merged:
        add(desk, each, CaseTask, former)
    assert ask(desk, merged[1]).status_code == 302
    assert answer(desk, merged[1], answer="grant", handler=str(new)).status_code == 302
    assert kept(desk, former) == set(merged)
    assert [desk.handler.get(f"/console/help/{each}").status_code for each in merged] == [403, 403]
    assert holders(desk) == [(new, desk.find(merged[1]).handler_name)] * 2
    for each in merged:
        assert lines(desk, each)[-1] == "hand_tasks_on"


def test_merging_keeps_from_both_whoever_was_kept_from_either(desk, pair):
    """The former handler of the half that ends was kept from the one that goes on, where somebody else helped."""
    ending, into = pair
    person = desk.world.staff(desk.zone, "caseworker")
    client = desk.world.client(desk.zone, person)
    helper = desk.world.staff(desk.zone, "caseworker").account_id
    add(desk, into, CaseConflict, person.account_id)
    add(desk, ending, CaseConflict, helper)
    add(desk, into, CaseParticipant, helper, name="某人", until=today_in_china())
    add(desk, into, CaseTask, helper)
    handler = desk.find(into).handler_id
    change(desk, ending, handler_id=person.account_id)
    admin = desk.admin
    for each in pair:
        assert desk.open_for_reason(admin, each).status_code == 302
    assert client.get(f"/console/help/{ending}").status_code == 200
    assert merge(desk, ending, into, client=admin, csrf_token=token_of(admin, "/console/help/")).status_code == 302
    assert client.get(f"/console/help/{ending}").status_code == 403
    assert kept(desk, person.account_id) == kept(desk, helper) == set(pair)
    with scope(Plane.WORKER, zone=desk.zone):
        assert db.session.scalars(select(CaseParticipant)).all() == []
    assert holders(desk) == [(handler, desk.find(into).handler_name)]


def test_tasks_wait_for_the_next_handler_and_go_along_with_the_case(desk):
    case_id = desk.taken()
    handler = desk.find(case_id).handler_id
    add(desk, case_id, CaseTask, handler)
    assert declare(desk, desk.handler, case_id) == 302
    assert holders(desk) == [(None, "")]
    assert "leave_tasks" in lines(desk, case_id)
    assert "项待办" not in desk.handler.get("/console/help/").text
    assert desk.open_for_reason(desk.admin, case_id).status_code == 302
    assert "待下一位经办人接手" in desk.admin.get(f"/console/help/{case_id}").text
    assert desk.step(desk.colleague, case_id, "take").status_code == 302
    found = desk.find(case_id)
    assert holders(desk) == [(found.handler_id, found.handler_name)]
    assert lines(desk, case_id)[-1] == "hand_tasks_on"
    with scope(Plane.STAFF, zone=desk.zone):
        trail = select(AuditEntry.action).where(AuditEntry.object_id == str(case_id))
        assert {"help.leave_tasks", "help.hand_tasks_on"} <= set(db.session.scalars(trail))


def test_a_helper_who_knows_the_people_leaves_their_tasks_to_the_handler(desk):
    case_id = desk.taken()
    handler = desk.find(case_id)
    helper = desk.world.staff(desk.zone, "caseworker")
    add(desk, case_id, CaseTask, helper.account_id)
    add(desk, case_id, CaseTask, helper.account_id, done_at=handler.submitted_at, done_by=helper.account_id)
    assert declare(desk, desk.world.client(desk.zone, helper), case_id) == 302
    assert holders(desk) == [(handler.handler_id, handler.handler_name), (helper.account_id, "某人")], (
        "what is done stays"
    )


@pytest.fixture
def refused(desk) -> UUID:
    """A case that is over, with something its handler has yet to do."""
    case_id = desk.recommended()
    add(desk, case_id, CaseTask, desk.find(case_id).handler_id)
    assert desk.step(desk.admin, case_id, "refuse", reason="同一事由今年已获救助").status_code == 302
    return case_id


def test_what_somebody_had_yet_to_do_for_a_case_that_is_over_is_on_the_list_of_who_decides(desk, refused):
    number = desk.find(refused).number
    assert declare(desk, desk.handler, refused) == 302
    assert holders(desk) == [(None, "")]
    assert "1 项待办" in desk.admin.get("/console/help/").text
    todo = desk.admin.get("/console/help/tasks").text
    assert number in todo
    assert "待下一位经办人接手" in todo
    assert "电话核实住院天数" not in todo, "what a case tells is read by who has a part in it"
    knows = desk.world.staff(desk.zone, "zone_admin")
    add(desk, refused, CaseConflict, knows.account_id)
    desk.world.grant(desk.person, desk.zone, "approver", "caseworker")
    browsers = (desk.world.client(desk.zone, one) for one in (knows, desk.person))
    for client in (desk.handler, desk.colleague, *browsers):
        assert "项待办" not in client.get("/console/help/").text
        todo = client.get("/console/help/tasks")
        assert (todo.status_code, number in todo.text) == (200, False)
    assert desk.open_for_reason(desk.admin, refused).status_code == 302
    page = desk.admin.get(f"/console/help/{refused}").text
    assert "电话核实住院天数" in page
    path = next(re.finditer(rf"/console/help/{refused}/tasks/[0-9a-f-]+/done", page))[0]
    assert desk.admin.post(path, data={"csrf_token": token_of(desk.admin, "/console/help/")}).status_code == 302
    assert "项待办" not in desk.admin.get("/console/help/").text


def test_a_case_that_is_appealed_is_not_with_whoever_was_kept_from_it_since(desk, refused):
    assert declare(desk, desk.handler, refused) == 302
    own = f"/help/{refused}"
    form = {"csrf_token": token_of(desk.member, own), "reason": "实际支出更多，请再核实"}
    assert desk.member.post(f"{own}/appeal", data=form).status_code == 302
    found = desk.find(refused)
    assert (found.phase, found.handler_id, found.handler_name) == ("open", None, "")
    assert message(desk, refused, "请问进展").status_code == 302
    assert badge(desk.colleague) == "1"


def test_a_case_that_is_reviewed_again_waits_for_another_handler(desk, neighbour):
    case_id = granted(desk)
    objection = objected(desk, neighbour.client, published(desk, case_id))
    assert declare(desk, desk.handler, case_id) == 302
    assert answer_objection(desk, objection, "well_founded").status_code == 302
    found = desk.find(case_id)
    assert (found.state, found.handler_id, found.handler_name) == ("in_review", None, "")
    assert badge(desk.colleague) == "1"
    assert desk.step(desk.handler, case_id, "take_over", note="案件重新审核").status_code == 403
    assert desk.step(desk.colleague, case_id, "take_over", note="原经办人回避").status_code == 302


def test_who_declares_it_while_the_case_is_being_merged_is_asked_again(desk, pair):
    ending, into = pair
    staff, knows = acting(desk, ending), uuid7()
    other = Actor(knows, None, "干部", frozenset({"help.review"}), ties=frozenset({desk.zone.union_path}))
    seen = {each: desk.find(each).mark for each in pair}

    def merge_both() -> None:
        merge_cases(staff.actor, ending, into, WHY, seen=seen)

    def declare_meanwhile() -> None:
        declare_conflict(other, ending)

    merging, declared = one_in_the_other(
        desk.world.app, (staff, merge_both), (Scope(Plane.STAFF, desk.zone, other), declare_meanwhile)
    )
    assert merging is None
    assert isinstance(declared, ChangedMeanwhile)
    assert kept(desk, knows) == set()


def test_a_case_that_nobody_has_waits_for_no_one_who_is_kept_from_it(desk):
    case_id, knows = desk.submitted(), uuid7()
    other = Actor(knows, None, "干部", frozenset({"help.review"}), ties=frozenset({desk.zone.union_path}))

    def waiting() -> int:
        with scope(Plane.STAFF, zone=desk.zone, actor=other):
            return count_waiting_for(other, "help")

    assert waiting() == 1
    add(desk, case_id, CaseConflict, knows)
    assert waiting() == 0

"""Cases find a handler: by union, by load, never one who is kept from them; and they are handed on for a reason."""

import re
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.casework.access.models import CaseConflict
from app.casework.assignment.choosing import choose, is_suited
from app.casework.assignment.models import CaseDuty
from app.casework.assignment.operations import assign, hand_on, hand_over, remove_duty, set_duty
from app.casework.assignment.queries import find_on_duty, loads
from app.casework.models import Case, CaseEvent
from app.core.errors import NotFound
from app.core.jobs.inline import run_due_events
from app.core.platform import platform
from app.identity.models import Account, RoleGrant
from app.identity.queries import Colleague, list_colleagues
from app.modules.help.tests.desk import Desk
from app.unions.models import Union
from tenants.context import SYSTEM, Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tenants.models import Zone, ZoneRevision
from tests.fixtures.forms import token_of as token
from tests.fixtures.world import Person, World

REASON = "下周起休产假"


@pytest.fixture
def desk(world: World) -> Desk:
    """A desk whose cases are given to handlers as they come in."""
    zone = _assigning(world.zone())
    person = world.member(zone, "林海燕")
    staff = [world.staff(zone, role) for role in ("caseworker", "caseworker", "zone_admin")]
    return Desk(world, zone, person, world.client(zone, person), *(world.client(zone, one) for one in staff))


def _assigning(zone: ZoneFacts) -> ZoneFacts:
    """The zone with a published document that gives cases to handlers."""
    with scope(Plane.STAFF, zone=zone):
        document = db.session.execute(select(ZoneRevision.document)).scalar_one()
        document["modules"]["help"]["settings"]["assignment"] = "assigned"
        revision = ZoneRevision(number=2, status="superseded", document=document)
        db.session.add(revision)
        db.session.flush()
        db.session.execute(update(Zone).where(Zone.id == zone.id).values(published_revision_id=revision.id))
        db.session.commit()
    platform().registry.forget()
    with scope(Plane.MEMBER):
        found = platform().registry.by_id(zone.id)
        db.session.commit()
    assert found is not None
    return found


def given(desk: Desk, member: Person | None = None) -> Case:
    """A case that has just come in, once background work is done."""
    if member is not None:
        mine, desk.member = desk.member, desk.world.client(desk.zone, member)
        case_id = desk.submitted()
        desk.member = mine
    else:
        case_id = desk.submitted()
    run_due_events()
    return desk.find(case_id)


def colleagues(desk: Desk) -> dict[UUID, Colleague]:
    with scope(Plane.IDENTITY):
        return {one.account_id: one for one in list_colleagues("help.review", desk.zone.union_path)}


def account_of(desk: Desk, client) -> UUID:
    """The account behind a browser of the desk, by the name on its pages."""
    name = re.search(r'desk-account"><summary[^>]*>.*?<span>(.*?)</span>', client.get("/console/").text, re.DOTALL)
    assert name
    return next(one.account_id for one in colleagues(desk).values() if one.name == name[1])


def clients_of(desk: Desk) -> dict[Any, FlaskClient]:
    """The browsers of the desk's staff, by account."""
    return {account_of(desk, one): one for one in (desk.handler, desk.colleague, desk.admin)}


def events(desk: Desk, case_id: UUID) -> list[str]:
    with scope(Plane.WORKER, zone=desk.zone):
        return list(
            db.session.execute(
                select(CaseEvent.action).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)
            ).scalars()
        )


def send(client, path: str, page: str = "", **form):
    csrf = token(client, page or path)
    return client.post(path, data={"csrf_token": csrf, **form})


def test_each_case_goes_to_whoever_has_least_and_decides_on_none(desk):
    first = [given(desk, desk.world.member(desk.zone)).handler_id for _ in range(4)]
    assert set(first) == {account_of(desk, desk.handler), account_of(desk, desk.colleague)}
    with scope(Plane.WORKER, zone=desk.zone):
        assert {load.cases for load in loads().values()} == {2}


def test_the_desk_is_told_when_only_the_handler_may_decide(desk):
    case_id = desk.submitted()
    warning = "除经办人外无人有权审批"
    desk.step(desk.admin, case_id, "take")
    assert warning in desk.admin.get(f"/console/help/{case_id}").text
    desk.step(desk.admin, case_id, "recommend", recommendation="grant", amount_recommended="800", note="家访属实")
    assert warning in desk.admin.get(f"/console/help/{case_id}").text
    desk.step(desk.admin, case_id, "retract", note="移交给同事")
    assert desk.find(case_id).state == "in_review"
    desk.world.staff(desk.zone, "approver")
    assert warning not in desk.admin.get(f"/console/help/{case_id}").text


def test_the_case_waits_for_the_very_person_to_take_it(desk):
    case = given(desk)
    assert case.state == "submitted"
    assert events(desk, case.id) == ["submit", "assign"]
    clients = clients_of(desk)
    mine = clients.pop(case.handler_id)
    badge = re.compile(r'<a[^>]*href="/console/help/"[^>]*>(?:(?!</a>).)*desk-menu__badge">1<', re.DOTALL)
    assert badge.search(mine.get("/console/").text)
    assert not any(badge.search(other.get("/console/").text) for other in clients.values())
    assert desk.step(mine, case.id, "take").status_code == 302
    assert desk.find(case.id).state == "in_review"


def test_a_zone_that_wants_it_free_gives_nothing_to_anybody(world):
    zone = world.zone()
    person = world.member(zone)
    staff = world.client(zone, world.staff(zone, "caseworker"))
    case = given(Desk(world, zone, person, world.client(zone, person), staff, staff, staff))
    assert case.handler_id is None


def test_what_somebody_took_meanwhile_stays_theirs(desk):
    case_id = desk.submitted()
    desk.step(desk.colleague, case_id, "take")
    taken_by = desk.find(case_id).handler_id
    run_due_events()
    assert desk.find(case_id).handler_id == taken_by
    assert "assign" not in events(desk, case_id)


def test_a_case_sent_again_stays_with_its_handler(desk):
    case = given(desk)
    clients = clients_of(desk)
    mine = clients[case.handler_id]
    desk.step(mine, case.id, "take")
    desk.step(mine, case.id, "return", reason="请补充材料")
    desk.send(desk.form(amount_requested="900"), "seasonal")
    run_due_events()
    again = desk.find(case.id)
    assert (again.state, again.handler_id) == ("submitted", case.handler_id)
    assert "/steps/take" in mine.get(f"/console/help/{case.id}").text


def test_the_nearest_union_s_handler_has_its_cases_whatever_they_have(desk, world):
    with scope(Plane.MEMBER):
        county = db.session.get_one(Union, desk.zone.union_id)
    street = world.union("东街街道工会", kind="town", parent=county)
    factory = world.union("东街纺织厂工会", kind="enterprise", parent=street)
    worker = world.member(factory)
    people = {name: account_of(desk, client) for name, client in (("handler", desk.handler), ("admin", desk.admin))}
    for union, handler in ((county.name, people["handler"]), ("东街街道工会", people["admin"])):
        answer = send(
            desk.admin, "/console/help/handlers/duties", "/console/help/handlers", union=union, handler=handler
        )
        assert answer.status_code == 302, answer.text
    for _ in range(2):
        assert given(desk, world.member(desk.zone)).handler_id == people["handler"]
    assert given(desk, worker).handler_id == people["admin"]
    page = desk.admin.get("/console/help/handlers").text
    assert "东街街道工会" in page
    with scope(Plane.WORKER, zone=desk.zone):
        duty = db.session.execute(select(CaseDuty.id).where(CaseDuty.account_id == people["admin"])).scalar_one()
    assert send(desk.admin, f"/console/help/handlers/duties/{duty}/remove", "/console/help/handlers").status_code == 302
    with scope(Plane.WORKER, zone=desk.zone):
        assert find_on_duty("help", factory.path) == people["handler"]


@pytest.mark.parametrize(
    "wrong", [{"union": "没有这个工会"}, {"handler": str(uuid7())}, {"handler": ""}, {"union": ""}]
)
def test_a_wrong_duty_is_shown_again(desk, world, wrong):
    form = {"union": "东街街道工会", "handler": str(account_of(desk, desk.handler)), **wrong}
    answer = send(desk.admin, "/console/help/handlers/duties", "/console/help/handlers", **form)
    assert answer.status_code == 422
    assert form["union"] in answer.text
    with scope(Plane.WORKER, zone=desk.zone):
        assert db.session.execute(select(CaseDuty)).all() == []


def test_a_union_of_another_zone_is_nobody_s_duty_here(desk, world):
    foreign = world.union("别县的工会")
    answer = send(desk.admin, "/console/help/handlers/duties", "/console/help/handlers", union=foreign.name,
                  handler=str(account_of(desk, desk.handler)))  # fmt: skip
    assert answer.status_code == 422


def _kept_out(desk: Desk, world: World, how: str, case_id: UUID, account_id: UUID) -> None:
    """Keep somebody from a case in one of the ways there are."""
    if how == "conflict":
        with scope(Plane.WORKER, zone=desk.zone):
            db.session.add(CaseConflict(case_id=case_id, member_id=desk.person.member_id, account_id=account_id))
            db.session.commit()
    elif how == "closed account":
        with scope(Plane.IDENTITY):
            db.session.execute(update(Account).where(Account.id == account_id).values(status="blocked"))
            db.session.commit()
    elif how == "role is over":
        with scope(Plane.CITY, reason="test"):
            db.session.execute(db.delete(RoleGrant).where(RoleGrant.account_id == account_id))
            db.session.commit()
    elif how == "tied to the employer":
        with scope(Plane.MEMBER):
            county = db.session.get_one(Union, desk.zone.union_id)
        employer = world.union(kind="enterprise", parent=county)
        with scope(Plane.CITY, reason="test"):
            db.session.add(
                RoleGrant(account_id=account_id, role="editor", union_id=employer.id, union_path=employer.path)
            )
            db.session.commit()
        with scope(Plane.WORKER, zone=desk.zone):
            db.session.execute(update(Case).where(Case.id == case_id).values(blind_paths=[employer.path]))
            db.session.commit()
    elif how == "own case":
        with scope(Plane.WORKER, zone=desk.zone):
            db.session.execute(update(Case).where(Case.id == case_id).values(submitted_by=account_id))
            db.session.commit()


WAYS = ("conflict", "closed account", "role is over", "tied to the employer", "own case")


@pytest.mark.parametrize("how", WAYS)
def test_who_is_kept_from_a_case_is_not_given_it(desk, world, how):
    case_id = desk.submitted()
    people = {account_of(desk, one) for one in (desk.handler, desk.colleague, desk.admin)}
    one = min(people)
    for other in people - {one}:
        _kept_out(desk, world, "role is over", case_id, other)
    _kept_out(desk, world, how, case_id, one)
    run_due_events()
    assert desk.find(case_id).handler_id is None


@pytest.mark.parametrize("how", WAYS)
def test_nor_is_it_handed_on_to_them(desk, world, how):
    case = given(desk)
    clients = clients_of(desk)
    mine = clients.pop(case.handler_id)
    other = min(clients)
    _kept_out(desk, world, how, case.id, other)
    path = f"/console/help/{case.id}/hand-on"
    assert str(other) not in mine.get(path).text
    answer = send(mine, path, handler=str(other), hand_on_reason=REASON, _seen=case.mark)
    assert answer.status_code == 422
    assert REASON in answer.text
    assert desk.find(case.id).handler_id == case.handler_id


def test_a_case_is_handed_on_once_for_a_reason_only_staff_read(desk):
    case = given(desk)
    clients = clients_of(desk)
    mine = clients.pop(case.handler_id)
    other = min(clients)
    path = f"/console/help/{case.id}/hand-on"
    assert "在办 0 件" in mine.get(path).text
    form = {"handler": str(other), "hand_on_reason": REASON, "_seen": case.mark, "csrf_token": token(mine, path)}
    assert mine.post(path, data=form).status_code == 302
    assert desk.find(case.id).handler_id == other
    assert mine.post(path, data=form).status_code == 302, "sent twice it is handed on once"
    assert events(desk, case.id).count("hand_on") == 1
    assert REASON in clients[other].get(f"/console/help/{case.id}").text
    assert REASON not in desk.member.get(f"/help/{case.id}").text


def test_only_who_has_it_or_who_decides_hands_a_case_on(desk):
    case_id = desk.submitted()
    desk.step(desk.handler, case_id, "take")
    path = f"/console/help/{case_id}/hand-on"
    to = str(account_of(desk, desk.colleague))
    csrf = token(desk.colleague, "/console/help/")
    form = {"csrf_token": csrf, "handler": to, "hand_on_reason": REASON, "_seen": desk.find(case_id).mark}
    assert desk.colleague.get(path).status_code in (403, 404)
    assert desk.colleague.post(path, data=form).status_code in (403, 404)
    assert desk.find(case_id).handler_id == account_of(desk, desk.handler)


def test_a_case_that_moved_on_is_not_handed_on_unseen(desk):
    case = given(desk)
    clients = clients_of(desk)
    mine = clients.pop(case.handler_id)
    desk.step(mine, case.id, "take")
    path = f"/console/help/{case.id}/hand-on"
    answer = send(mine, path, handler=str(min(clients)), hand_on_reason=REASON, _seen=case.mark)
    assert answer.status_code == 409
    assert REASON in answer.text


def test_all_cases_of_somebody_who_leaves_are_handed_over(desk, world):
    cases = []
    for _ in range(3):
        desk.member = world.client(desk.zone, world.member(desk.zone))
        case_id = desk.submitted()
        desk.step(desk.handler, case_id, "take")
        cases.append(case_id)
    giver, receiver = account_of(desk, desk.handler), account_of(desk, desk.colleague)
    form = {"giver": str(giver), "receiver": str(receiver), "reason": REASON}
    page = "/console/help/handlers"
    _kept_out(desk, world, "conflict", cases[0], receiver)
    assert send(desk.admin, f"{page}/hand-over", page, **{**form, "reason": ""}).status_code == 422
    assert send(desk.handler, f"{page}/hand-over", "/console/help/", **form).status_code == 404
    answer = send(desk.admin, f"{page}/hand-over", page, **form)
    assert answer.status_code == 302
    assert "已移交 2 件" in desk.admin.get(page).text
    assert [desk.find(each).handler_id for each in cases] == [giver, receiver, receiver]
    send(desk.admin, f"{page}/hand-over", page, **{**form, "receiver": ""})
    assert desk.find(cases[0]).handler_id == account_of(desk, desk.admin), (
        "of the others nobody else is free to have it"
    )


def test_what_waits_for_somebody_else_weighs_less_than_what_is_late(desk, world):
    weights = []
    for change in (
        {},
        {"due_at": "2026-01-01T00:00:00+00:00"},
        {"due_at": None, "paused_at": "2026-01-01T00:00:00+00:00"},
    ):
        desk.member = world.client(desk.zone, world.member(desk.zone))
        case_id = desk.submitted()
        desk.step(desk.handler, case_id, "take")
        with scope(Plane.WORKER, zone=desk.zone):
            if change:
                db.session.execute(update(Case).where(Case.id == case_id).values(**change))
                db.session.commit()
            weights.append(next(iter(loads().values())).weight)
    assert weights == [2, 5, 6]


def test_two_jobs_for_one_case_give_it_once(desk):
    case = given(desk)
    with scope(Plane.WORKER, zone=desk.zone, actor=SYSTEM):
        assign(SYSTEM, case.id)
        db.session.commit()
    assert events(desk, case.id) == ["submit", "assign"]


def test_whoever_is_on_duty_goes_first_and_then_whoever_has_least():
    busy, idle = (Colleague(uuid7(), name, None, frozenset()) for name in ("甲", "乙"))
    loads = {busy.account_id: 5}
    assert choose([busy, idle], None, loads) is idle
    assert choose([busy, idle], busy.account_id, loads) is busy
    assert choose([busy, idle], uuid7(), loads) is idle
    assert choose([], None, loads) is None


def test_a_member_s_own_case_is_nothing_for_them():
    member = uuid7()
    case = Case(member_id=member, submitted_by=uuid7(), blind_paths=[])
    assert not is_suited(Colleague(uuid7(), "甲", member, frozenset()), case, ())
    assert is_suited(Colleague(uuid7(), "甲", uuid7(), frozenset()), case, ())


def test_only_who_decides_says_whose_a_union_s_cases_are_and_hands_over(desk):
    """Whatever the routes let through."""
    one = next(iter(colleagues(desk).values()))
    reviewer = Actor(uuid7(), permissions=frozenset({"help.review"}))
    with scope(Plane.STAFF, zone=desk.zone, actor=reviewer):
        for deed in (
            lambda: set_duty(reviewer, "help", "东街街道工会", one),
            lambda: remove_duty(reviewer, "help", uuid7()),
            lambda: hand_over(reviewer, "help", one.account_id, None, [one], REASON),
        ):
            with pytest.raises(NotFound):
                deed()


def test_who_reviews_nothing_or_applied_themselves_hands_nothing_on(desk):
    case = given(desk)
    to = next(one for one in colleagues(desk).values() if one.account_id != case.handler_id)
    both = frozenset({"help.review", "help.approve"})
    nobody, applicant = Actor(case.handler_id), Actor(case.submitted_by, desk.person.member_id, permissions=both)
    for actor in (nobody, applicant):
        with scope(Plane.STAFF, zone=desk.zone, actor=actor), pytest.raises(NotFound):
            hand_on(actor, case.id, to, REASON)
    assert desk.find(case.id).handler_id == case.handler_id

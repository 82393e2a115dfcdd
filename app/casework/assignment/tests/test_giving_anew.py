"""What became one by a merge is given anew as one, when the member hands it in again and works elsewhere by now."""

import threading
import time
from uuid import UUID

import pytest
from sqlalchemy import TextClause, text, update

from app.casework.access.operations import declare_conflict
from app.casework.access.tests.test_keeping import add, holders, kept, lines
from app.casework.assignment.giving_anew import give_anew
from app.casework.assignment.operations import hold_assigning
from app.casework.contacts.models import CaseTask
from app.casework.links.tests.conftest import pair
from app.casework.links.tests.test_merging import change, merge
from app.casework.queries import lock_case
from app.core.jobs.inline import run_due_events
from app.members.models import Member
from app.modules.help.tests.desk import Desk
from app.unions.models import Union
from tenants.context import SYSTEM, Actor, Plane, Scope, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import WAITS_FOR_ME, at_once
from tests.fixtures.world import Person

__all__ = ["pair"]
ANOTHER_WAITS = text("""
    SELECT EXISTS (SELECT 1 FROM pg_locks WHERE pg_blocking_pids(pid) && ARRAY(
        SELECT pid FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))))
""")
"""For whoever waits for me."""


@pytest.fixture
def factories(desk: Desk) -> tuple[Union, Union]:
    county = desk.world.union_of(desk.zone)
    first, second = (desk.world.union(f"{county.name}{name}厂工会", "enterprise", county) for name in "甲乙")
    return first, second


def insider(desk: Desk, factory: Union) -> Person:
    person = desk.world.member(factory)
    desk.world.grant(person, desk.zone, "caseworker")
    return person


def complete(desk: Desk, case_id: UUID, factory: Union) -> None:
    """The member, who works at the factory by now, completes what was returned to them."""
    assert desk.step(desk.handler, case_id, "return", reason="请补充工作单位").status_code == 302
    with scope(Plane.WORKER, zone=desk.zone):
        moved = update(Member).where(Member.id == desk.person.member_id).values(union_path=factory.path)
        db.session.execute(moved)
        db.session.commit()
    assert desk.send(desk.form(case_id, amount_requested="900"), "seasonal").status_code == 302
    run_due_events()


def test_others_have_the_tasks_on_the_merged_half_of_who_must_not_know_by_now(desk, pair, factories):
    ending, into = pair
    person = insider(desk, factories[0])
    add(desk, ending, CaseTask, person.account_id)
    assert merge(desk, ending, into).status_code == 302
    complete(desk, into, factories[0])
    found = desk.find(into)
    assert holders(desk) == [(found.handler_id, found.handler_name)]
    assert lines(desk, ending)[-2:] == ["give_anew", "hand_tasks_on"]
    assert "give_anew" not in lines(desk, into), "nobody had a part in that half"


def test_the_merged_half_stays_kept_from_the_unions_it_was_kept_from(desk, pair, factories):
    """Both were handed in while the member worked at the one factory; they work at the other when they complete the whole."""
    ending, into = pair
    former, new = factories
    clients = [desk.world.client(desk.zone, insider(desk, factory)) for factory in factories]
    for each in pair:
        change(desk, each, blind_paths=[former.path])
    assert merge(desk, ending, into).status_code == 302
    complete(desk, into, new)
    assert desk.find(into).blind_paths == [new.path]
    assert desk.find(ending).blind_paths == sorted([former.path, new.path])
    number = desk.find(ending).number
    for client in clients:
        assert client.get(f"/console/help/{ending}").status_code == 404
        assert str(ending) not in client.get(f"/console/help/?state=all&q={number}").text


def test_to_give_the_whole_anew_and_to_step_aside_from_it_wait_for_each_other_and_not_both(desk, pair):
    """Somebody else holds the half that ended: who steps aside waits for it, then the job does, and then both go on."""
    ending, into = pair
    assert merge(desk, ending, into).status_code == 302
    change(desk, into, blind_paths=["0000.zzzz."])
    is_held, is_waited_for, knows = threading.Event(), threading.Event(), uuid7()
    other = Actor(knows, None, "干部", frozenset({"help.review"}), ties=frozenset({desk.zone.union_path}))

    def hold() -> None:
        lock_case(ending)
        is_held.set()
        wait_until(WAITS_FOR_ME)
        is_waited_for.set()
        wait_until(ANOTHER_WAITS)

    def step_aside() -> None:
        is_held.wait(20)
        declare_conflict(other, ending)

    def give() -> None:
        is_waited_for.wait(20)
        give_anew(SYSTEM, into)

    worker = Scope(Plane.WORKER, desk.zone, SYSTEM)
    deeds = [(worker, hold), (Scope(Plane.STAFF, desk.zone, other), step_aside), (worker, give)]
    assert at_once(desk.world.app, deeds) == [None, None, None]
    assert kept(desk, knows) == set(pair)
    assert desk.find(ending).blind_paths == ["0000.zzzz."]


def test_giving_a_case_anew_and_giving_others_wait_for_each_other_and_not_both(desk, pair, factories):
    """Whoever gives cases holds the zone first and then the case, be it given anew or for the first time."""
    case_id = pair[1]
    person = insider(desk, factories[0])
    add(desk, case_id, CaseTask, person.account_id)
    change(desk, case_id, blind_paths=[factories[0].path])
    is_held = threading.Event()

    def give() -> None:
        hold_assigning()
        is_held.set()
        wait_until(WAITS_FOR_ME)
        lock_case(case_id)

    def again() -> None:
        is_held.wait(20)
        give_anew(SYSTEM, case_id)

    worker = Scope(Plane.WORKER, desk.zone, SYSTEM)
    assert at_once(desk.world.app, [(worker, give), (worker, again)]) == [None, None]
    assert lines(desk, case_id)[-2:] == ["give_anew", "hand_tasks_on"]


def wait_until(is_so: TextClause) -> None:
    for _try in range(2000):
        if db.session.scalar(is_so):
            return
        time.sleep(0.01)
    raise AssertionError("nobody waits: the test proved nothing")

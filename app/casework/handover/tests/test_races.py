"""Whatever ends the worker between two steps, and whoever is quicker: the case has one owner, and its promise runs somewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import event, func, select

from app.casework.handover import carrying
from app.casework.handover.models import Way
from app.casework.handover.proposing import withdraw_handover
from app.casework.handover.receiving import accept_offer, decline_offer
from app.casework.handover.tests.conftest import Scene
from app.casework.models import Case, CaseClock, CaseDocument
from app.casework.operations import withdraw_case
from app.casework.states import Phase
from app.core.jobs.inline import run_due_events
from tenants.context import SYSTEM, Actor, Plane, Scope, ZoneFacts, scope
from tenants.database import ScopedSession, db
from tenants.ids import uuid7
from tests.fixtures.at_once import at_once

COMMITS = 3
"""So many transactions before the last one, which the job's frame commits, bring a case over."""


class PowerCut(BaseException):
    """Ends the worker where it stands."""


@contextmanager
def cut_after(number: int) -> Iterator[list[int]]:
    """End the block after so many transactions that wrote something were committed."""
    commits: list[int] = []

    def count(_session: ScopedSession) -> None:
        commits.append(1)
        if len(commits) == number:
            raise PowerCut

    event.listen(ScopedSession, "after_commit", count)
    try:
        yield commits
    finally:
        event.remove(ScopedSession, "after_commit", count)


def bring(scene: Scene, zone: ZoneFacts, offer_id: UUID) -> None:
    """The job, as the worker runs it."""
    with scope(Plane.WORKER, zone=zone, actor=SYSTEM):
        carrying.bring_in_steps(offer_id, scene.desk.zone.id)
        db.session.commit()


def accepted(scene: Scene, kind: str = "litigation") -> UUID:
    """A case with a paper that the city's desk has accepted, before the worker came to it."""
    case_id = scene.offered(kind=kind)
    assert scene.settle(case_id).status_code == 302
    return case_id


def running(scene: Scene, zone: ZoneFacts) -> int:
    """How many promises of the member's run in a zone."""
    with scope(Plane.WORKER, zone=zone):
        own = (CaseClock.member_id == scene.desk.person.member_id, CaseClock.stopped_at.is_(None))
        return db.session.scalar(select(func.count()).where(*own, CaseClock.clock == "answer")) or 0


@pytest.mark.parametrize("number", range(1, 8))
def test_a_worker_that_ends_after_any_step_leaves_one_owner_and_the_next_one_goes_on(scene, number):
    case_id = accepted(scene)
    offer_id, zones = scene.handover(case_id).id, (scene.desk.zone, scene.city)
    was_cut = False
    with cut_after(number):
        try:
            bring(scene, scene.city, offer_id)
        except PowerCut:
            was_cut = True
    assert len(scene.open_in(*zones)) <= 1, "two would work on it"
    assert running(scene, scene.desk.zone) + running(scene, scene.city) >= 1, "nothing would be promised"
    bring(scene, scene.city, offer_id)
    bring(scene, scene.city, offer_id)
    assert scene.open_in(*zones) == [scene.city.id]
    assert [running(scene, zone) for zone in zones] == [0, 1]
    assert scene.desk.find(case_id).phase == Phase.HANDED_OVER
    assert scene.handover(case_id).state == Way.DONE
    with scope(Plane.WORKER, zone=scene.city):
        assert len(db.session.scalars(select(CaseDocument).where(CaseDocument.case_id == offer_id)).all()) == 1
    assert was_cut or number > COMMITS


def test_while_it_is_on_its_way_nothing_is_changed_where_it_was(scene):
    case_id = accepted(scene)
    with scope(Plane.WORKER, zone=scene.desk.zone, actor=SYSTEM):
        assert carrying._hold(scene.handover(case_id).id)
        db.session.commit()
    assert scene.desk.find(case_id).phase == Phase.LEAVING
    own = scene.desk.member.get(f"/legal_aid/{case_id}").text
    assert "正在转出" in own
    assert f"/legal_aid/{case_id}/withdraw" not in own
    assert scene.desk.handler.get(f"/console/legal_aid/{case_id}").status_code == 200
    run_due_events()
    assert scene.open_in(scene.desk.zone, scene.city) == [scene.city.id]


def clerk(zone: ZoneFacts) -> Scope:
    actor = Actor(uuid7(), None, "接收人", frozenset({"legal_aid.review"}), ties=frozenset({zone.union_path}))
    return Scope(Plane.STAFF, zone, actor)


def outcomes(scene: Scene, deeds) -> list[bool]:
    return [refusal is None for refusal in at_once(scene.desk.world.app, deeds)]


def test_two_of_the_desk_at_once_accept_it_once(scene):
    case_id = scene.offered()
    offer_id, people = scene.handover(case_id).id, [clerk(scene.city) for _ in range(2)]
    done = outcomes(scene, [(one, partial(accept_offer, one.actor, offer_id, "legal_aid")) for one in people])
    assert sorted(done) == [False, True]
    run_due_events()
    assert scene.open_in(scene.desk.zone, scene.city) == [scene.city.id]


def test_accepting_and_declining_at_once_leave_one_answer(scene):
    case_id = scene.offered()
    offer_id, (one, other) = scene.handover(case_id).id, [clerk(scene.city) for _ in range(2)]
    done = outcomes(scene, [
        (one, lambda: accept_offer(one.actor, offer_id, "legal_aid")),
        (other, lambda: decline_offer(other.actor, offer_id, "legal_aid", "不属受理范围")),
    ])  # fmt: skip
    assert sorted(done) == [False, True]
    run_due_events()
    owner = scene.city if done[0] else scene.desk.zone
    assert scene.open_in(scene.desk.zone, scene.city) == [owner.id]


@pytest.mark.parametrize("who", ["handler", "member"])
def test_accepting_while_it_is_withdrawn_leaves_one_of_both(scene, who):
    case_id = scene.offered()
    offer_id, there = scene.handover(case_id).id, clerk(scene.city)
    case, person = scene.desk.find(case_id), scene.desk.person
    handler = Actor(case.handler_id, None, "经办", frozenset({"legal_aid.review"}),
                    ties=frozenset({scene.desk.zone.union_path}))  # fmt: skip
    member = Actor(person.account_id, person.member_id, person.name)
    here = {
        "handler": (Scope(Plane.STAFF, scene.desk.zone, handler), lambda: withdraw_handover(handler, case_id)),
        "member": (Scope(Plane.MEMBER, scene.desk.zone, member), lambda: withdraw_case(member, case_id)),
    }[who]
    outcomes(scene, [(there, lambda: accept_offer(there.actor, offer_id, "legal_aid")), here])
    run_due_events()
    assert scene.offers() == []
    assert scene.open_in(scene.desk.zone, scene.city) == ([scene.desk.zone.id] if who == "handler" else [])
    with scope(Plane.WORKER, zone=scene.city):
        assert db.session.get(Case, (scene.city.id, offer_id)) is None

"""Unspent beans of an issue are taken back by two people, once, and their members read why."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.benefits.beans import purse, reclaiming
from app.benefits.beans.checking import faults
from app.benefits.beans.errors import (
    IssueMovedOn,
    NotTheMaker,
    OwnReclaim,
    ReasonMissing,
    ReclaimMovedOn,
    ReclaimRuns,
)
from app.benefits.beans.issues import get_issue
from app.benefits.beans.models import BeanReclaim
from app.benefits.beans.reclaim_states import APPROVE, FINISH, REFUSE, STEPS, WITHDRAW, ReclaimState, Whom
from app.benefits.beans.tests.books import CATEGORY, CLERK, balances
from app.benefits.beans.tests.office import Office
from app.benefits.notices import BEANS_RECLAIMED
from app.benefits.papers import Hand
from app.core.jobs.inline import run_due_events
from app.core.seen import ChangedMeanwhile
from app.members.operations import end_membership
from app.notifications.models import Message
from tenants.context import Plane, Scope, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import at_once
from tests.fixtures.forms import fill


@pytest.fixture
def office(world) -> Office:
    return Office(world.zone(), world)


@pytest.fixture
def issue_id(office):
    made = office.approved()
    run_due_events()
    return made


def proposed(office, issue_id, whom=Whom.EVERYBODY, reason="发重了"):
    with office.staff():
        made = reclaiming.propose(office.maker, uuid7(), issue_id, whom, reason)
        db.session.commit()
        return made.id


def take(office, reclaim_id, step, *, by=None, answer="不同意", seen=None):
    with office.staff():
        actor = by or (office.maker if step.hand is Hand.MAKER else office.checker)
        done = reclaiming.take_step(actor, reclaim_id, step, seen=seen, answer=answer if step.needs_reason else "")
        db.session.commit()
        return done


def the_reclaim(office, reclaim_id) -> BeanReclaim:
    with office.staff():
        return db.session.get_one(BeanReclaim, (office.zone.id, reclaim_id))


def at_work(office):
    return scope(Plane.WORKER, zone=office.zone)


def test_what_is_unspent_goes_back_and_what_is_held_or_spent_stays(office, issue_id, monkeypatch):
    monkeypatch.setattr(reclaiming, "AT_ONCE", 2)
    with at_work(office):
        purse.spend(CLERK, purse.hold(CLERK, uuid7(), office.members[0], 5, CATEGORY, "test").id)
        purse.hold(CLERK, uuid7(), office.members[1], 7, CATEGORY, "test")
        db.session.commit()
    reclaim_id = proposed(office, issue_id)
    take(office, reclaim_id, APPROVE)
    run_due_events()
    done = the_reclaim(office, reclaim_id)
    assert (done.state, done.members, done.taken) == ("done", 3, 48)
    with at_work(office):
        assert balances() == {"funding": -100, "budget": 88, "member": 0, "held": 7, "spent": 5}
        assert faults() == {}
        query = select(Message.member_id, Message.params).where(Message.kind == BEANS_RECLAIMED.key)
        told = {member_id: (params["amount"], params["reason"]) for member_id, params in db.session.execute(query)}
    assert told == dict(zip(office.members, [("15", "发重了"), ("13", "发重了"), ("20", "发重了")], strict=True))


def test_from_who_has_left_the_union_and_nobody_else(office, issue_id):
    with office.staff():
        end_membership(office.maker, office.members[2], "离职")
        db.session.commit()
    with office.staff():
        assert reclaiming.unspent(get_issue(issue_id), Whom.LEFT) == (1, 20)
    reclaim_id = proposed(office, issue_id, Whom.LEFT, "已离会")
    take(office, reclaim_id, APPROVE)
    run_due_events()
    assert the_reclaim(office, reclaim_id).taken == 20
    with at_work(office):
        assert balances() == {"funding": -100, "budget": 60, "member": 40}


WAYS = {
    ReclaimState.PROPOSED: (),
    ReclaimState.APPROVED: (APPROVE,),
    ReclaimState.REFUSED: (REFUSE,),
    ReclaimState.WITHDRAWN: (WITHDRAW,),
}


@pytest.mark.parametrize("state", WAYS)
@pytest.mark.parametrize("step", [step for step in STEPS if step is not FINISH], ids=lambda step: step.action)
def test_each_step_is_taken_from_its_state_alone_and_by_its_hand_alone(office, issue_id, state, step):
    reclaim_id = proposed(office, issue_id)
    for before in WAYS[state]:
        take(office, reclaim_id, before)
    if state not in step.sources:
        with pytest.raises(ReclaimMovedOn):
            take(office, reclaim_id, step)
        return
    wrong, refusal = (office.checker, NotTheMaker) if step.hand is Hand.MAKER else (office.maker, OwnReclaim)
    with pytest.raises(refusal):
        take(office, reclaim_id, step, by=wrong)
    with pytest.raises(ChangedMeanwhile):
        take(office, reclaim_id, step, seen="proposed.9")
    if step.needs_reason:
        with pytest.raises(ReasonMissing):
            take(office, reclaim_id, step, answer="")
    assert take(office, reclaim_id, step).state == step.target


def test_one_at_a_time_of_what_was_issued_and_twice_sent_once(office, issue_id):
    reclaim_id = proposed(office, issue_id)
    with office.staff():
        assert reclaiming.propose(office.maker, reclaim_id, issue_id, Whom.LEFT, "别的").whom == Whom.EVERYBODY
    with pytest.raises(ReclaimRuns):
        proposed(office, issue_id)
    take(office, reclaim_id, REFUSE)
    proposed(office, issue_id)
    with pytest.raises(IssueMovedOn):
        proposed(office, office.drafted(dict.fromkeys(office.members, 1)))


def test_the_database_refuses_one_person_for_both(office, issue_id):
    reclaim_id = proposed(office, issue_id)
    alone = update(BeanReclaim).where(BeanReclaim.id == reclaim_id)
    with office.staff():
        with pytest.raises(IntegrityError, match="bean_reclaims_two_people"):
            db.session.execute(
                alone.values(state="approved", checked_by=office.maker.account_id, checked_at=db.func.now())
            )
        db.session.rollback()


def test_chunks_at_the_same_time_take_each_bean_once(office, issue_id, app, monkeypatch):
    monkeypatch.setattr(reclaiming, "AT_ONCE", 1)
    reclaim_id = proposed(office, issue_id)
    take(office, reclaim_id, APPROVE)
    work = Scope(Plane.WORKER, zone=office.zone)
    at_once(app, [(work, lambda: reclaiming.take_chunk(CLERK, reclaim_id)) for _ in range(6)])
    with at_work(office):
        assert balances() == {"funding": -100, "budget": 100, "member": 0}
        assert faults() == {}


def test_one_proposes_on_the_page_and_another_decides_there(office, issue_id):
    maker = office.world.client(office.zone, office.world.staff(office.zone))
    checker = office.world.client(office.zone, office.world.staff(office.zone, "approver"))
    href = f"/console/benefits/issues/{issue_id}"
    wrong = fill(maker, href, post_to=f"{href}/reclaims", whom="everybody")
    assert wrong.status_code == 422
    assert 'id="error-why"' in wrong.text
    assert fill(maker, href, post_to=f"{href}/reclaims", whom="everybody", why="发重了").status_code == 302
    with office.staff():
        reclaim_id = db.session.scalars(select(BeanReclaim.id)).one()
    base = f"/console/benefits/issues/reclaims/{reclaim_id}"
    assert "approve_reclaim" not in maker.get(href).text
    assert fill(maker, href, post_to=f"{base}/check/approve_reclaim").status_code == 403
    assert fill(checker, href, post_to=f"{base}/check/refuse_reclaim").status_code == 422
    assert fill(checker, href, post_to=f"{base}/check/approve_reclaim").status_code == 302
    run_due_events()
    assert the_reclaim(office, reclaim_id).taken == 60
    assert "福利豆已收回：春节慰问" in office.world.client(office.zone, office.people[0]).get("/inbox").text
    other = office.world.zone()
    stranger = office.world.client(other, office.world.staff(other))
    assert fill(stranger, "/console/benefits/issues/", post_to=f"{base}/check/approve_reclaim").status_code == 404

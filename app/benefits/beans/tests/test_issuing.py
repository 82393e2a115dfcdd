"""Issues of beans: made by one, checked by another, written to the ledger once."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.benefits import rules
from app.benefits.beans import issuing, writing
from app.benefits.beans.errors import (
    IssueMovedOn,
    IssueOver,
    NobodyGets,
    NotEnoughBeans,
    NotTheMaker,
    OwnIssue,
    ReasonMissing,
    StrangersOnTheList,
)
from app.benefits.beans.issue_states import APPROVE, FINISH, REFUSE, RETURN, STEPS, SUBMIT, WITHDRAW, IssueState
from app.benefits.beans.models import BeanAccount, BeanIssue, BeanIssueLine, BeanIssueRefusal, BeanLot
from app.benefits.beans.tests.books import balances, budget_with
from app.benefits.beans.tests.office import Office
from app.benefits.papers import Hand
from app.benefits.rules.errors import CapReached
from app.benefits.rules.models import BenefitGift
from app.benefits.rules.tests.book import giving, rule_in_force, to
from app.core.clock import now, today_in_china
from app.core.jobs.inline import run_due_events
from app.core.seen import ChangedMeanwhile
from app.notifications.models import Message
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7


@pytest.fixture
def office(world) -> Office:
    return Office(world.zone(), world)


def test_an_issue_reaches_each_member_once_in_as_many_transactions_as_it_takes(office, monkeypatch):
    monkeypatch.setattr(writing, "AT_ONCE", 2)
    issue_id = office.approved()
    assert office.write(issue_id) == [2, 1]
    assert office.write(issue_id) == []
    with office.staff():
        issue = db.session.get_one(BeanIssue, (office.zone.id, issue_id))
        assert (issue.state, issue.recipients, issue.total) == ("issued", 3, 60)
        assert balances() == {"funding": -100, "budget": 40, "member": 60}
        rows = db.session.execute(
            select(BeanAccount.member_id, BeanAccount.balance).where(BeanAccount.lot_id == issue_id)
        )
        assert dict(rows.all()) == dict.fromkeys(office.members, 20)  # type: ignore[arg-type]
        assert db.session.get_one(BeanLot, (office.zone.id, issue_id)).expires_on == issue.expires_on


def test_what_was_approved_is_written_by_background_work(office, monkeypatch):
    monkeypatch.setattr(writing, "AT_ONCE", 2)
    issue_id = office.approved()
    run_due_events()
    with office.staff():
        assert db.session.get_one(BeanIssue, (office.zone.id, issue_id)).state == "issued"
        assert balances() == {"funding": -100, "budget": 40, "member": 60}


def state_after(office: Office, *steps) -> UUID:
    issue_id = office.drafted()
    for step in steps:
        office.take(issue_id, step)
    return issue_id


WAYS = {
    IssueState.DRAFT: (),
    IssueState.SUBMITTED: (SUBMIT,),
    IssueState.APPROVED: (SUBMIT, APPROVE),
    IssueState.REFUSED: (SUBMIT, REFUSE),
    IssueState.WITHDRAWN: (WITHDRAW,),
}


@pytest.mark.parametrize("state", WAYS)
@pytest.mark.parametrize("step", [step for step in STEPS if step is not FINISH], ids=lambda step: step.action)
def test_each_step_is_taken_from_its_states_alone_and_by_its_hand_alone(office, state, step):
    issue_id = state_after(office, *WAYS[state])
    if state not in step.sources:
        with pytest.raises(IssueMovedOn):
            office.take(issue_id, step)
        return
    wrong, refusal = (office.checker, NotTheMaker) if step.hand is Hand.MAKER else (office.maker, OwnIssue)
    with pytest.raises(refusal):
        office.take(issue_id, step, by=wrong)
    assert office.take(issue_id, step).state == step.target


def test_no_state_is_a_dead_end_or_out_of_reach():
    reached = {IssueState.DRAFT} | {step.target for step in STEPS}
    assert reached == set(IssueState)
    left = {source for step in STEPS for source in step.sources}
    assert set(IssueState) - left == {IssueState.ISSUED, IssueState.REFUSED, IssueState.WITHDRAWN}


@pytest.mark.parametrize("step", [RETURN, REFUSE], ids=lambda step: step.action)
def test_what_goes_back_says_why(office, step):
    issue_id = state_after(office, SUBMIT)
    with office.staff(), pytest.raises(ReasonMissing):
        issuing.take_step(office.checker, issue_id, step, seen=None)  # type: ignore[arg-type]


def test_of_two_who_decide_on_what_they_saw_one_does(office):
    issue_id = office.drafted()
    seen = office.take(issue_id, SUBMIT).mark
    office.take(issue_id, RETURN)
    office.take(issue_id, SUBMIT)
    with office.staff(), pytest.raises(ChangedMeanwhile):
        issuing.take_step(office.checker, issue_id, APPROVE, seen=seen)


def test_no_more_is_submitted_approved_or_written_than_the_budget_has(office):
    with pytest.raises(NotEnoughBeans):
        office.take(office.drafted(dict.fromkeys(office.members, 34)), SUBMIT)
    first, second = (state_after(office, SUBMIT) for _ in range(2))
    office.take(first, APPROVE)
    office.take(second, APPROVE)
    assert office.write(first) == [3]
    with pytest.raises(NotEnoughBeans):
        office.write(second)
    third = state_after(office)
    with pytest.raises(NotEnoughBeans):
        office.take(third, SUBMIT)
    with office.staff():
        assert balances() == {"funding": -100, "budget": 40, "member": 60}


def test_the_list_names_members_of_the_budgets_union_and_somebody(office, world):
    stranger = world.member(world.zone()).member_id
    with pytest.raises(StrangersOnTheList) as refused:
        office.drafted({office.members[0]: 5, stranger: 5})
    assert refused.value.details["members"] == [stranger]
    issue_id = office.drafted()
    with office.staff():
        issuing.set_lines(office.maker, issue_id, {}, seen="draft.2")
        db.session.commit()
    with pytest.raises(NobodyGets):
        office.take(issue_id, SUBMIT)


@pytest.mark.parametrize("state", [state for state in WAYS if state is not IssueState.DRAFT])
def test_the_list_stands_once_it_was_submitted(office, state):
    issue_id = state_after(office, *WAYS[state])
    with office.staff():
        with pytest.raises(IssueMovedOn):
            issuing.set_lines(office.maker, issue_id, {}, seen=None)  # type: ignore[arg-type]
        db.session.execute(db.delete(BeanIssueLine))
        assert len(db.session.scalars(select(BeanIssueLine.id)).all()) == 3, "the database keeps it, whoever asks"
        db.session.add(BeanIssueLine(issue_id=issue_id, member_id=uuid7(), amount=1))
        with pytest.raises(ProgrammingError, match="row-level security"):
            db.session.flush()
        db.session.rollback()


def test_the_database_refuses_one_person_for_both(office):
    issue_id = state_after(office, SUBMIT)
    with office.staff():
        alone = update(BeanIssue).where(BeanIssue.id == issue_id)
        with pytest.raises(IntegrityError, match="bean_issues_two_people"):
            db.session.execute(
                alone.values(state="approved", checked_by=office.maker.account_id, checked_at=db.func.now())
            )
        db.session.rollback()


def test_an_issue_beyond_a_rule_is_neither_submitted_nor_approved(office):
    early = state_after(office, SUBMIT)
    rule_in_force(office.zone.union_path, 19_99)
    with pytest.raises(CapReached) as refused:
        office.take(office.drafted(), SUBMIT)
    assert (refused.value.people, refused.value.over_cents) == (3, 1)
    with pytest.raises(CapReached):
        office.take(early, APPROVE)
    assert office.take(state_after(office), WITHDRAW).state == "withdrawn"


@pytest.mark.parametrize("late", range(3))
def test_who_has_reached_a_cap_by_then_is_left_out_and_listed(office, monkeypatch, late):
    """Whichever line of a chunk it is, and with all of a chunk too."""
    monkeypatch.setattr(writing, "AT_ONCE", 1 if late else 3)
    rule_id = rule_in_force(office.zone.union_path, 30_00)
    issue_id = office.approved()
    somebody = sorted(office.members)[late]
    with scope(Plane.WORKER, zone=office.zone):
        rules.register(giving(day=today_in_china()), to((somebody, 15_00)))
        db.session.commit()
    office.write(issue_id)
    with office.staff():
        assert db.session.get_one(BeanIssue, (office.zone.id, issue_id)).state == "issued"
        (left_out,) = db.session.scalars(select(BeanIssueRefusal)).all()
        assert (left_out.member_id, left_out.rule_id, left_out.over_cents) == (somebody, rule_id, 5_00)
        assert balances() == {"funding": -100, "budget": 60, "member": 40}
        given = select(BenefitGift.member_id, BenefitGift.value_cents).where(BenefitGift.thing_id == issue_id)
        assert dict(db.session.execute(given).all()) == {each: 20_00 for each in office.members if each != somebody}  # type: ignore[arg-type]
    with scope(Plane.WORKER, zone=office.zone):
        told = select(Message.member_id).where(Message.dedupe_key == f"beans-arrived:{issue_id}")
        assert set(db.session.scalars(told)) == set(office.members) - {somebody}


def test_beans_for_poverty_relief_goods_use_what_a_rule_keeps_for_them(office):
    rule_in_force(office.zone.union_path, 10_00)
    rule_in_force(office.zone.union_path, 10_00, earmark="poverty-relief")
    with pytest.raises(CapReached):
        office.take(office.drafted(), SUBMIT)
    with scope(Plane.WORKER, zone=office.zone):
        office.budget_id = budget_with(100, goods=["relief-food", "relief-goods"]).id
        db.session.commit()
    assert office.take(office.drafted(), SUBMIT).state == "submitted"


def test_what_is_over_by_now_is_neither_submitted_nor_approved(office):
    drafted, submitted = office.drafted(), office.drafted()
    office.take(submitted, SUBMIT)
    with time_machine.travel(now() + timedelta(days=91)):
        for issue_id, step in ((drafted, SUBMIT), (submitted, APPROVE)):
            with pytest.raises(IssueOver):
                office.take(issue_id, step)
        assert office.take(submitted, RETURN).state == IssueState.DRAFT

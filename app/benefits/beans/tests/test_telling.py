"""Members are told of beans that arrive, and reminded before they go: each once."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.benefits.beans import days, purse
from app.benefits.beans.expiry import return_expired
from app.benefits.beans.issues import get_issue
from app.benefits.beans.kinds import AccountKind
from app.benefits.beans.models import BeanAccount, BeanRefundGrace
from app.benefits.beans.telling import remind_of_expiry, tell_recipients
from app.benefits.beans.tests.books import CATEGORY, CLERK
from app.benefits.beans.tests.office import Office
from app.benefits.notices import BEANS_ARRIVED, BEANS_EXPIRE
from app.core.clock import today_in_china
from app.core.jobs.inline import run_due_events
from app.notifications.models import Message
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7

LAST_IN_DAYS = 120
"""An office's issue is good for 90 days and has 30 of grace."""


@pytest.fixture
def office(world) -> Office:
    return Office(world.zone(), world)


@pytest.fixture
def issue_id(office):
    made = office.approved()
    run_due_events()
    return made


def at_work(office):
    return scope(Plane.WORKER, zone=office.zone)


def told(office, kind) -> list[tuple]:
    with at_work(office):
        query = select(Message.member_id, Message.params).where(Message.kind == kind.key)
        return sorted((member_id, params["amount"], params["day"]) for member_id, params in db.session.execute(query))


def days_left(left: int):
    """As if it were so many days before the issue's last one."""
    day = today_in_china() + timedelta(days=LAST_IN_DAYS - left)
    return time_machine.travel(f"{day}T04:00:00Z", tick=False)


def reminded(office, left: int) -> int:
    with days_left(left), at_work(office):
        number = remind_of_expiry()
        db.session.commit()
        return number


def test_everybody_is_told_once_what_arrived_and_until_when_it_is_good(office, issue_id):
    day = (today_in_china() + timedelta(days=90)).isoformat()
    expected = sorted((member_id, "20", day) for member_id in office.members)
    assert told(office, BEANS_ARRIVED) == expected
    with at_work(office):
        assert tell_recipients(get_issue(issue_id)) == 0
    reader = office.world.client(office.zone, office.people[0])
    assert "春节慰问" in reader.get("/inbox").text


@pytest.mark.parametrize("left", [31, -1])
def test_nobody_is_reminded_too_early_or_too_late(office, issue_id, left):
    assert reminded(office, left) == 0


def test_each_step_reminds_once_and_a_missed_day_is_made_up_for(office, issue_id):
    assert [reminded(office, left) for left in (30, 29, 8)] == [3, 0, 0]
    assert [reminded(office, left) for left in (6, 6, 2)] == [3, 0, 0]
    assert [reminded(office, left) for left in (1, 0)] == [3, 0]
    assert len(told(office, BEANS_EXPIRE)) == 9
    assert {day for *_, day in told(office, BEANS_EXPIRE)} == {
        (today_in_china() + timedelta(days=LAST_IN_DAYS)).isoformat()
    }


def test_who_has_spent_them_is_not_reminded(office, issue_id):
    with at_work(office):
        purse.spend(CLERK, purse.hold(CLERK, uuid7(), office.members[0], 20, CATEGORY, "test").id)
        db.session.commit()
    assert reminded(office, 7) == 2


def balance_of(office, member_id) -> int:
    with at_work(office):
        query = select(BeanAccount.balance).where(
            BeanAccount.member_id == member_id, BeanAccount.kind == AccountKind.MEMBER
        )
        return db.session.scalars(query).one()


def test_what_comes_back_after_its_last_day_can_be_spent_for_days_of_grace_and_not_longer(office, issue_id):
    member_id = office.members[0]
    with at_work(office):
        spent = purse.hold(CLERK, uuid7(), member_id, 15, CATEGORY, "test").id
        purse.spend(CLERK, spent)
        db.session.commit()
    with days_left(-10), at_work(office):
        return_expired(CLERK)
        purse.refund(CLERK, spent, 15, "back", "退货")
        db.session.commit()
        assert return_expired(CLERK) == 0
        assert [move.amount for move in purse.spendable(member_id, CATEGORY)] == [15]
        assert remind_of_expiry() == 1
        db.session.commit()
    assert balance_of(office, member_id) == 15
    with days_left(-10 - days.REFUND_GRACE_DAYS), at_work(office):
        assert return_expired(CLERK) == 0
        purse.release(CLERK, purse.hold(CLERK, uuid7(), member_id, 15, CATEGORY, "test").id)
        db.session.rollback()
    with days_left(-11 - days.REFUND_GRACE_DAYS), at_work(office):
        assert purse.spendable(member_id, CATEGORY) == []
        assert return_expired(CLERK) == 1
        db.session.commit()
    assert balance_of(office, member_id) == 0


def test_a_refund_long_before_the_last_day_changes_no_day(office, issue_id):
    with at_work(office):
        spent = purse.hold(CLERK, uuid7(), office.members[0], 15, CATEGORY, "test").id
        purse.spend(CLERK, spent)
        purse.refund(CLERK, spent, 15, "back", "退货")
        db.session.commit()
        assert db.session.scalars(select(BeanRefundGrace)).all() == []
    with days_left(-1), at_work(office):
        assert return_expired(CLERK) == 3

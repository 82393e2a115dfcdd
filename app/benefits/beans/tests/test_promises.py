"""Beans that are promised as prizes: kept apart, won once by each, within the rules, and back in their budget where nobody won them."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.exc import IntegrityError

from app.benefits.beans import appropriations, promises, purse
from app.benefits.beans.checking import faults
from app.benefits.beans.errors import NotEnoughBeans
from app.benefits.beans.expiry import return_expired
from app.benefits.beans.kinds import TransactionKind
from app.benefits.beans.models import BeanAccount, BeanEntry, BeanTransaction
from app.benefits.beans.promises import Awarded
from app.benefits.beans.tests.books import CATEGORY, CLERK, balances
from app.benefits.beans.tests.office import Office
from app.benefits.notices import BEANS_RECLAIMED
from app.benefits.proposals import APPROVE
from app.benefits.rules.models import BenefitGift
from app.benefits.rules.tests.book import rule_in_force
from app.core.clock import now, today_in_china
from app.members.operations import end_membership
from app.notifications.models import Message
from tenants.context import Plane, Scope, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import at_once

EACH = 20


@pytest.fixture
def office(world) -> Office:
    return Office(world.zone(), world)


@pytest.fixture
def lot(office):
    """Forty of a hundred beans are promised: two pieces."""
    return promised(office)


def promised(office, amount: int = 2 * EACH):
    lot_id = uuid7()
    with office.staff():
        promises.promise(CLERK, lot_id, office.budget_id, amount, title="答题奖", expires_on=today_in_china() + timedelta(days=9),
                         reason="安全知识竞赛")  # fmt: skip
        db.session.commit()
    return lot_id


def work(office):
    return scope(Plane.WORKER, zone=office.zone)


def award(office, lot, *members) -> list[str]:
    with work(office):
        done = promises.award(CLERK, lot, members or office.members, EACH)
        db.session.commit()
    return [each.outcome for each in done]


def stands(office) -> dict[str, int]:
    with work(office):
        assert faults() == {}
        return {kind: int(sum_) for kind, sum_ in balances().items() if kind != "funding" and sum_}


def gifts(office) -> dict:
    with work(office):
        return {each.member_id: each.value_cents for each in db.session.scalars(db.select(BenefitGift))}


def test_what_is_promised_can_t_be_spent_elsewhere(office, lot):
    assert stands(office) == {"budget": 60, "promised": 40}
    with office.staff():
        taken = appropriations.propose(office.maker, uuid7(), budget_id=office.budget_id, kind=TransactionKind.WITHDRAW,
                                       amount=61, ground="收回")  # fmt: skip
        with pytest.raises(NotEnoughBeans):
            appropriations.take_step(office.checker, taken.id, APPROVE, seen=taken.mark)
    with pytest.raises(NotEnoughBeans):
        promised(office, 61)


def test_it_is_given_in_order_as_long_as_there_is_some_and_once(office, lot):
    first, second, _third = office.members
    assert award(office, lot) == [Awarded.GIVEN, Awarded.GIVEN, Awarded.NONE_LEFT]
    assert award(office, lot) == [Awarded.BEFORE, Awarded.BEFORE, Awarded.NONE_LEFT]
    assert stands(office) == {"budget": 60, "member": 40}
    assert gifts(office) == {first: 2000, second: 2000}


def test_named_again_among_others_it_is_still_one(office, lot):
    first, second, _third = office.members
    assert award(office, lot, first) == [Awarded.GIVEN]
    assert award(office, lot, first, second) == [Awarded.BEFORE, Awarded.GIVEN]
    assert stands(office) == {"budget": 60, "member": 40}


def test_whom_a_rule_refuses_gets_none_and_the_next_does(office, lot):
    first, _second, _third = office.members
    rule_in_force(office.zone.union_path, 3000, category="event_prize")
    other = promised(office)
    assert award(office, other, first) == [Awarded.GIVEN]
    assert award(office, lot) == [Awarded.CAPPED, Awarded.GIVEN, Awarded.GIVEN]
    with work(office):
        refused = promises.award(CLERK, lot, [first], EACH)[0]
    assert refused.outcome is Awarded.NONE_LEFT
    assert gifts(office)[first] == 2000


def test_who_is_no_member_of_its_union_gets_none(office, lot, world):
    first, second, _third = office.members
    with office.staff():
        end_membership(office.maker, first, "调离")
        db.session.commit()
    assert award(office, lot, first, second) == [Awarded.STRANGER, Awarded.GIVEN]
    assert stands(office) == {"budget": 60, "promised": 20, "member": 20}


def test_past_its_day_none_is_given_and_what_was_won_goes_back(office, lot):
    assert award(office, lot, office.members[0]) == [Awarded.GIVEN]
    with time_machine.travel(now() + timedelta(days=11)):
        assert award(office, lot, office.members[1]) == [Awarded.OVER]
        with work(office):
            assert return_expired(CLERK) == 1
            db.session.commit()
    assert stands(office) == {"budget": 80, "promised": 20}
    assert gifts(office) == {}


def test_what_nobody_won_goes_back_to_the_budget_but_for_what_is_kept(office, lot):
    with work(office):
        assert promises.discharge(CLERK, lot, keep=EACH, reason="活动结束") == EACH
        assert promises.discharge(CLERK, lot, keep=EACH, reason="活动结束") == 0
        assert promises.discharge(CLERK, lot, reason="归档") == EACH
        db.session.commit()
    assert stands(office) == {"budget": 100}


def test_a_winners_unspent_beans_are_taken_back_into_the_promise_and_they_read_why(office, lot):
    first, second, third = office.members
    award(office, lot, first, second)
    with work(office):
        promises.recall(CLERK, lot, first, reason="获奖者放弃")
        db.session.commit()
        told = db.session.scalars(db.select(Message.params).where(Message.kind == BEANS_RECLAIMED.key)).one()
    assert told["reason"] == "获奖者放弃"
    assert gifts(office) == {second: 2000}
    assert award(office, lot, third) == [Awarded.GIVEN]
    assert stands(office) == {"budget": 60, "member": 40}


def test_what_a_winner_keeps_for_a_purchase_is_not_unspent(office, lot):
    first = office.members[0]
    award(office, lot, first)
    with work(office):
        purse.hold(CLERK, uuid7(), first, 5, CATEGORY, "test")
        assert promises.unspent(lot, first) == EACH - 5


def test_two_who_give_at_once_give_no_more_than_was_promised(app, office, lot):
    here = Scope(Plane.WORKER, zone=office.zone)
    deeds = [(here, lambda one=one: promises.award(CLERK, lot, [one], EACH)) for one in office.members * 2]
    assert at_once(app, deeds) == [None] * 6
    assert stands(office) == {"budget": 60, "member": 40}


def test_the_database_gives_no_beans_of_another_promise(office, lot):
    first, second = office.members[:2]
    other = promised(office)
    award(office, lot, first)
    award(office, other, second)
    with work(office):
        accounts = {
            (each.lot_id, each.kind): each.id
            for each in db.session.scalars(db.select(BeanAccount).where(BeanAccount.lot_id.in_([lot, other])))
        }
        made = BeanTransaction(kind=TransactionKind.AWARD, key="odd", digest=bytes(32), made_by_name="测试")
        db.session.add(made)
        db.session.flush()
        for place, amount in (((lot, "promised"), -5), ((other, "member"), 5)):
            db.session.add(BeanEntry(transaction_id=made.id, account_id=accounts[place], amount=amount))
        with pytest.raises(IntegrityError, match="does not come to zero in a lot"):
            db.session.commit()

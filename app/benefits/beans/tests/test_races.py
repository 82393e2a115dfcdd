"""At the very same moment: no bean is kept or spent twice, and nobody is refused what there is enough for."""

from collections import Counter

import pytest
from sqlalchemy import true

from app.benefits.beans import expiry, issuing, purse, writing
from app.benefits.beans.checking import faults
from app.benefits.beans.errors import HoldDecided, IssueMovedOn, NotEnoughBeans
from app.benefits.beans.issue_states import APPROVE, REFUSE, SUBMIT
from app.benefits.beans.kinds import TransactionKind
from app.benefits.beans.ledger import Move, post
from app.benefits.beans.models import BeanIssue
from app.benefits.beans.tests.books import CATEGORY, CLERK, balances, budget_with, lot_of
from app.benefits.beans.tests.office import Office
from app.core.errors import DomainError
from tenants.context import Plane, Scope, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.at_once import at_once

MANY = 6


@pytest.fixture
def zone(world):
    return world.zone()


def told(refusals: list[DomainError | None]) -> Counter:
    return Counter(type(refusal) for refusal in refusals)


def in_four_lots_of_ten(zone):
    """A member with forty beans."""
    who = uuid7()
    with scope(Plane.WORKER, zone=zone):
        budget = budget_with(100)
        for _lot in range(4):
            lot = lot_of(budget)
            post(CLERK, TransactionKind.ISSUE, f"issue:{lot.id}", [Move(10, budget.id, lot.id, who)])
        db.session.commit()
    return who


def test_purchases_take_what_there_is_and_no_more(zone, app):
    who, here = in_four_lots_of_ten(zone), Scope(Plane.WORKER, zone=zone)
    done = at_once(app, [(here, lambda: purse.hold(CLERK, uuid7(), who, 10, CATEGORY, "test")) for _ in range(MANY)])
    assert told(done) == {type(None): 4, NotEnoughBeans: MANY - 4}
    with scope(Plane.WORKER, zone=zone):
        assert (balances()["member"], balances()["held"], faults()) == (0, 40, {})


def test_without_their_turn_purchases_are_refused_what_there_is_but_nothing_is_taken_twice(zone, app, monkeypatch):
    """The negative control of the turn; the balances hold by themselves."""
    monkeypatch.setattr(purse, "_one_at_a_time", lambda _member_id: None)
    here, refused = Scope(Plane.WORKER, zone=zone), 0
    for _try in range(5):
        who = in_four_lots_of_ten(zone)
        done = at_once(
            app, [(here, lambda who=who: purse.hold(CLERK, uuid7(), who, 10, CATEGORY, "test")) for _ in range(4)]
        )
        refused += told(done)[NotEnoughBeans]
        with scope(Plane.WORKER, zone=zone):
            assert faults() == {}
    assert refused


def test_a_purchase_is_decided_once(zone, app):
    who, here = in_four_lots_of_ten(zone), Scope(Plane.WORKER, zone=zone)
    with scope(Plane.WORKER, zone=zone):
        kept = purse.hold(CLERK, uuid7(), who, 25, CATEGORY, "test").id
        db.session.commit()
    deeds = [purse.spend, purse.release] * (MANY // 2)
    done = at_once(app, [(here, lambda deed=deed: deed(CLERK, kept)) for deed in deeds])
    assert told(done) == {type(None): 1, HoldDecided: MANY - 1}
    with scope(Plane.WORKER, zone=zone):
        assert sorted((balances()["member"], balances().get("spent", 0))) in ([15, 25], [0, 40])
        assert faults() == {}


def test_members_spend_of_one_lot_together(zone, app):
    here, members = Scope(Plane.WORKER, zone=zone), [uuid7() for _ in range(MANY)]
    with scope(Plane.WORKER, zone=zone):
        budget = budget_with(100)
        lot = lot_of(budget)
        post(CLERK, TransactionKind.ISSUE, "issue:1", [Move(10, budget.id, lot.id, who) for who in members])
        kept = [purse.hold(CLERK, uuid7(), who, 10, CATEGORY, "test").id for who in members]
        db.session.commit()
    done = at_once(app, [(here, lambda hold_id=hold_id: purse.spend(CLERK, hold_id)) for hold_id in kept])
    assert told(done) == {type(None): MANY}
    with scope(Plane.WORKER, zone=zone):
        assert (balances()["spent"], faults()) == (10 * MANY, {})


def test_expired_beans_go_back_once(zone, app, monkeypatch):
    in_four_lots_of_ten(zone)
    here = Scope(Plane.WORKER, zone=zone)
    monkeypatch.setattr(expiry, "is_over", true)
    at_once(app, [(here, lambda: expiry.return_expired(CLERK)) for _ in range(MANY)])
    with scope(Plane.WORKER, zone=zone):
        assert balances() == {"funding": -100, "budget": 100, "member": 0}
        assert faults() == {}


def test_an_issue_is_decided_and_written_once(world, app, monkeypatch):
    monkeypatch.setattr(writing, "AT_ONCE", 2)
    office = Office(world.zone(), world)
    issue_id = office.drafted()
    seen = office.take(issue_id, SUBMIT).mark
    desk, work = Scope(Plane.STAFF, zone=office.zone), Scope(Plane.WORKER, zone=office.zone)
    steps = [APPROVE, REFUSE] * (MANY // 2)
    done = at_once(app, [
        (desk, lambda step=step: issuing.take_step(office.checker, issue_id, step, seen=seen, reason="人数有误"))
        for step in steps
    ])  # fmt: skip
    assert told(done) == {type(None): 1, IssueMovedOn: MANY - 1}
    at_once(app, [(work, lambda: writing.write_chunk(issue_id)) for _ in range(MANY)])
    with office.staff():
        state = db.session.get_one(BeanIssue, (office.zone.id, issue_id)).state
        assert (state, balances().get("member", 0)) in (("issued", 60), ("refused", 0))
        assert faults() == {}

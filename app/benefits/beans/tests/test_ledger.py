"""The ledger of beans: what it refuses, however it is asked, and what it comes to beside a model of fifty lines."""

import re
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.benefits.beans import purse
from app.benefits.beans.errors import KeyReused, NotEnoughBeans
from app.benefits.beans.kinds import MOVES, TransactionKind
from app.benefits.beans.ledger import Move, post
from app.benefits.beans.models import BeanAccount, BeanBudget, BeanEntry, BeanTransaction
from app.benefits.beans.tests.books import CATEGORY, CLERK, balances, budget_with, lot_of
from tenants.context import Actor, Plane, current_zone, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.contracts.planting import connect_as_owner


@pytest.fixture
def zone(world):
    return world.zone()


def test_beans_go_from_a_budget_through_members_to_what_is_spent(zone):
    one, other = uuid7(), uuid7()
    with scope(Plane.WORKER, zone=zone):
        budget = budget_with(1000)
        lot = lot_of(budget)
        post(CLERK, TransactionKind.ISSUE, "issue:1", [Move(300, budget.id, lot.id, who) for who in (one, other)])
        for decide in (purse.release, purse.spend):
            kept = purse.hold(CLERK, uuid7(), one, 120, CATEGORY, "test")
            decide(CLERK, kept.id)
        purse.refund(CLERK, kept.id, 20, "first", "少发一件")
        post(CLERK, TransactionKind.EXPIRE, "expire:1", [Move(300, budget.id, lot.id, other)])
        db.session.commit()
        assert balances() == {"funding": -1000, "budget": 700, "member": 200, "held": 0, "spent": 100}


def test_a_key_makes_one_transaction_and_stands_for_nothing_else(zone):
    with scope(Plane.WORKER, zone=zone):
        budget = budget_with(0)
        made = [post(CLERK, TransactionKind.APPROPRIATE, "fund:1", [Move(5, budget.id)]) for _ in range(3)]
        assert len(set(made)) == 1
        with pytest.raises(KeyReused):
            post(CLERK, TransactionKind.APPROPRIATE, "fund:1", [Move(6, budget.id)])
        db.session.commit()
        assert balances() == {"funding": -5, "budget": 5}


def test_nothing_falls_below_zero_and_what_was_refused_leaves_nothing(zone):
    with scope(Plane.WORKER, zone=zone):
        budget = budget_with(10)
        lot, who = lot_of(budget), uuid7()
        with pytest.raises(NotEnoughBeans):
            post(CLERK, TransactionKind.ISSUE, "issue:1", [Move(11, budget.id, lot.id, who)])
        with pytest.raises(NotEnoughBeans):
            post(CLERK, TransactionKind.RECLAIM, "reclaim:1", [Move(1, budget.id, lot.id, who)])
        post(CLERK, TransactionKind.ISSUE, "issue:1", [Move(10, budget.id, lot.id, who)])
        db.session.commit()
        assert balances() == {"funding": -10, "budget": 0, "member": 10}


@pytest.mark.parametrize("amount", [0, -1])
def test_a_move_is_above_zero(zone, amount):
    with scope(Plane.WORKER, zone=zone), pytest.raises(ValueError, match="above zero"):
        post(CLERK, TransactionKind.APPROPRIATE, "fund:1", [Move(amount, uuid7())])


def transaction(kind: str) -> UUID:
    made = insert(BeanTransaction).values(zone_id=current_zone().id, id=uuid7(), kind=kind, key=str(uuid7()),
                                          digest=bytes(32), made_by_name="测试")  # fmt: skip
    db.session.execute(made)
    return made.compile().params["id"]


def entries(transaction_id: UUID, *pairs: tuple[UUID, int]) -> None:
    db.session.execute(insert(BeanEntry), [
        {"zone_id": current_zone().id, "id": uuid7(), "transaction_id": transaction_id, "account_id": account, "amount": amount}
        for account, amount in pairs
    ])  # fmt: skip


def account(kind: str, budget: BeanBudget) -> UUID:
    found = select(BeanAccount.id).where(BeanAccount.kind == kind, BeanAccount.budget_id == budget.id)
    return db.session.execute(found).scalar_one()


@pytest.mark.parametrize("kind", ["withdraw", "issue"])
def test_the_database_refuses_what_does_not_come_to_zero_or_goes_elsewhere(zone, kind):
    with scope(Plane.WORKER, zone=zone):
        one, other = budget_with(10), budget_with(10)
        db.session.commit()
        wrongs = {
            "has no entries": [],
            "does not come to zero in a budget": [(account("budget", one), -3), (account("funding", other), 3)],
        }
        if kind == "issue":
            wrongs = {"moves beans its kind does not": [(account("budget", one), -3), (account("funding", one), 3)]}
        for fault, pairs in wrongs.items():
            made = transaction(kind)
            if pairs:
                entries(made, *pairs)
            with pytest.raises(IntegrityError, match=fault):
                db.session.commit()
            db.session.rollback()


def test_the_database_adds_nothing_to_what_is_committed(zone):
    with scope(Plane.WORKER, zone=zone):
        budget_with(10)
        db.session.commit()
        made = db.session.execute(select(BeanTransaction.id)).scalar_one()
        other = budget_with(10)
        with pytest.raises(IntegrityError, match="takes no more entries"):
            entries(made, (account("budget", other), 1), (account("funding", other), -1))
        db.session.rollback()
        assert balances() == {"funding": -10, "budget": 10}


def test_the_database_takes_no_entry_of_no_account_or_no_transaction(zone):
    with scope(Plane.WORKER, zone=zone):
        budget = budget_with(10)
        db.session.commit()
        wrongs = [
            ("belongs to an account", transaction("withdraw"), uuid7()),
            ("takes no more entries", uuid7(), account("budget", budget)),
        ]
        for fault, made, whose in wrongs:
            with pytest.raises(IntegrityError, match=fault), db.session.begin_nested():
                entries(made, (whose, 1))
        db.session.rollback()
        assert balances() == {"funding": -10, "budget": 10}


def test_the_database_opens_no_account_of_no_budget_or_of_another_budget_s_lot(zone, world):
    other = world.zone()
    with scope(Plane.WORKER, zone=other):
        foreign = budget_with(0)
        db.session.commit()
    with scope(Plane.WORKER, zone=zone):
        one, another = budget_with(0), budget_with(0)
        lot = lot_of(one)
        for budget_id, lot_id in ((uuid7(), None), (foreign.id, None), (another.id, lot.id), (one.id, uuid7())):
            kind, who = ("member", uuid7()) if lot_id else ("budget", None)
            opened = insert(BeanAccount).values(
                zone_id=zone.id, id=uuid7(), kind=kind, budget_id=budget_id, lot_id=lot_id, member_id=who
            )
            with pytest.raises(IntegrityError, match="belongs to a budget"), db.session.begin_nested():
                db.session.execute(opened)


@pytest.mark.parametrize("plane", [Plane.MEMBER, Plane.STAFF, Plane.WORKER])
def test_nobody_changes_the_ledger_or_a_balance(zone, plane):
    with scope(Plane.WORKER, zone=zone):
        budget_with(10)
        db.session.commit()
    with scope(plane, zone=zone):
        for change in (
            update(BeanAccount).values(balance=99),
            update(BeanEntry).values(amount=99),
            update(BeanTransaction).values(kind="spend"),
            db.delete(BeanEntry),
            db.delete(BeanTransaction),
            db.delete(BeanAccount),
        ):
            with pytest.raises(ProgrammingError, match="permission denied"):
                db.session.execute(change)
            db.session.rollback()


def test_a_member_moves_and_sees_no_beans_but_their_own(zone, world):
    own, other = world.member(zone), world.member(zone)
    with scope(Plane.WORKER, zone=zone):
        budget = budget_with(100)
        lot = lot_of(budget)
        budget_id, lot_id = budget.id, lot.id
        post(
            CLERK,
            TransactionKind.ISSUE,
            "issue:1",
            [Move(40, budget_id, lot_id, who.member_id) for who in (own, other)],
        )
        db.session.commit()
    actor = Actor(own.account_id, own.member_id, own.name)
    with scope(Plane.MEMBER, zone=zone, actor=actor):
        kept = purse.hold(actor, uuid7(), own.member_id, 15, CATEGORY, "test")
        db.session.commit()
        assert balances() == {"member": 25, "held": 15}
        assert set(db.session.scalars(select(BeanTransaction.kind))) == {"issue", "hold"}
        with pytest.raises(NotEnoughBeans):
            purse.hold(actor, uuid7(), other.member_id, 15, CATEGORY, "test")
        for forbidden in (
            lambda: purse.spend(actor, kept.id),
            lambda: post(actor, TransactionKind.APPROPRIATE, "fund:own", [Move(15, budget_id)]),
            lambda: post(actor, TransactionKind.RECLAIM, "reclaim:own", [Move(15, budget_id, lot_id, own.member_id)]),
        ):
            with pytest.raises(ProgrammingError, match="row-level security"):
                forbidden()
            db.session.rollback()
        purse.release(actor, kept.id)
        db.session.commit()
        assert balances() == {"member": 40, "held": 0}


def test_the_moves_are_those_the_database_knows(settings):
    """Otherwise a kind could be posted that every commit refuses."""
    with connect_as_owner(settings.database_owner_url) as owner:
        source = owner.execute("SELECT prosrc FROM pg_proc WHERE proname = 'check_bean_transaction'").fetchone()
    assert source is not None
    assert set(re.findall(r"\('(\w+)', '(\w+)', '(\w+)'\)", source[0])) == {
        (kind, *move) for kind, move in MOVES.items()
    }
    assert set(MOVES) == set(TransactionKind)

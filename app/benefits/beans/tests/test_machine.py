"""Whatever members, staff and the days do, the ledger stands where a model of it stands."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count

import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from app.benefits.beans import days, promises, purse
from app.benefits.beans.errors import HoldDecided, NotEnoughBeans, RefundTooHigh
from app.benefits.beans.expiry import return_expired
from app.benefits.beans.kinds import TransactionKind
from app.benefits.beans.ledger import Move, post
from app.benefits.beans.models import BeanAccount, BeanBudget, BeanCatalogue, BeanEntry, BeanHold, BeanLot
from app.benefits.beans.promises import Awarded
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7

CLERK = Actor(name="测试")
FIRST_DAY = date(2027, 1, 20)
CATEGORIES = ("daily-goods", "books")
MEMBERS = ("一", "二")
GRACE = timedelta(days=2)


@dataclass
class Model:
    """The ledger in plain words: what each budget has, what each member has of each lot, and each hold's parts by lot."""

    budgets: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CATEGORIES, 0))
    lots: list[tuple[str, date]] = field(default_factory=list)  # its category, its last day
    own: Counter = field(default_factory=Counter)  # (member, lot)
    holds: list[dict] = field(default_factory=list)
    spent: int = 0
    grace: dict = field(default_factory=dict)  # (member, lot) to the last day for what came back late
    promised: Counter = field(default_factory=Counter)  # what of a lot nobody has won
    prizes: dict[int, int] = field(default_factory=dict)  # lots that are prizes, and how many beans each is
    winners: set = field(default_factory=set)  # (member, lot)

    def last(self, member: str, lot: int) -> date:
        return max(self.lots[lot][1], self.grace.get((member, lot), date.min))

    def issue(self, category: str, last: date, amounts: dict[str, int]) -> bool:
        if sum(amounts.values()) > self.budgets[category]:
            return False
        self.budgets[category] -= sum(amounts.values())
        self.lots.append((category, last))
        self.own.update({(member, len(self.lots) - 1): amount for member, amount in amounts.items()})
        return True

    def promise(self, category: str, last: date, each: int, pieces: int) -> bool:
        if each * pieces > self.budgets[category]:
            return False
        self.budgets[category] -= each * pieces
        self.lots.append((category, last))
        self.prizes[len(self.lots) - 1] = each
        self.promised[len(self.lots) - 1] = each * pieces
        return True

    def award(self, member: str, lot: int, today: date) -> Awarded:
        if (member, lot) in self.winners:
            return Awarded.BEFORE
        if self.lots[lot][1] < today:
            return Awarded.OVER
        if self.promised[lot] < self.prizes[lot]:
            return Awarded.NONE_LEFT
        self.promised[lot] -= self.prizes[lot]
        self.own[member, lot] += self.prizes[lot]
        self.winners.add((member, lot))
        return Awarded.GIVEN

    def recall(self, member: str, lot: int) -> None:
        self.promised[lot] += self.own.pop((member, lot))

    def discharge(self, lot: int, pieces: int) -> int:
        back = max(self.promised[lot] - self.prizes[lot] * pieces, 0)
        self.promised[lot] -= back
        self.budgets[self.lots[lot][0]] += back
        return back

    def hold(self, member: str, amount: int, category: str, today: date) -> bool:
        good = [
            lot for lot, (what, _last) in enumerate(self.lots) if what == category and self.last(member, lot) >= today
        ]
        good.sort(key=lambda lot: (self.last(member, lot), lot))
        if sum(self.own[member, lot] for lot in good) < amount:
            return False
        parts = Counter()
        for lot in good:
            parts[lot] = min(self.own[member, lot], amount - parts.total())
            self.own[member, lot] -= parts[lot]
        self.holds.append({"member": member, "parts": +parts, "state": "held"})
        return True

    def decide(self, hold: dict, state: str) -> bool:
        if hold["state"] != "held":
            return False
        hold["state"] = state
        if state == "released":
            self.own.update({(hold["member"], lot): part for lot, part in hold["parts"].items()})
        else:
            self.spent += hold["parts"].total()
        return True

    def refund(self, hold: dict, amount: int, today: date) -> bool:
        if hold["state"] != "spent" or amount > hold["parts"].total():
            return False
        self.spent -= amount
        for lot in sorted(hold["parts"], key=lambda lot: (self.lots[lot][1], lot), reverse=True):
            part = min(hold["parts"][lot], amount)
            hold["parts"][lot] -= part
            self.own[hold["member"], lot] += part
            if part and self.lots[lot][1] < today + GRACE:
                self.grace[hold["member"], lot] = today + GRACE
            amount -= part
        return True

    def expire(self, today: date) -> None:
        for (member, lot), amount in list(self.own.items()):
            if self.last(member, lot) < today:
                self.budgets[self.lots[lot][0]] += amount
                self.own[member, lot] = 0


def test_the_ledger_stands_where_the_model_stands(world, monkeypatch):
    monkeypatch.setattr(days, "REFUND_GRACE_DAYS", GRACE.days)

    class Ledger(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.zone, self.model, self.today, self.keys = world.zone(), Model(), FIRST_DAY, count()
            self.members = {name: world.member(self.zone).member_id for name in MEMBERS}
            self.lots, self.holds, self.funded = [], [], 0
            with self.at_work():
                self.budgets = {category: self.budget(category) for category in CATEGORIES}

        def at_work(self):
            return scope(Plane.WORKER, zone=self.zone)

        def budget(self, category: str):
            catalogue = BeanCatalogue(title=category, categories=[category])
            db.session.add(catalogue)
            db.session.flush()
            found = BeanBudget(union_id=self.zone.union_id, union_path=self.zone.union_path, catalogue_id=catalogue.id,
                               title=category, year=2027, cents_per_bean=100)  # fmt: skip
            db.session.add(found)
            db.session.commit()
            return found.id

        def does(self, refusals, deed) -> bool:
            """Whether the deed was let through; a repeat of it is told the same and changes nothing."""
            with time_machine.travel(f"{self.today}T04:00:00Z", tick=False), self.at_work():
                try:
                    deed()
                    db.session.commit()
                except refusals:
                    db.session.rollback()
                    return False
            return True

        @initialize()
        def begin(self):
            """Enough to choose from: purchases reach over lots, and days pass between expiry and the end of grace."""
            for category in CATEGORIES:
                self.appropriate(category, 100)
                for good_for, grace in ((3, 1), (0, 4), (1, 0)):
                    self.issue(category, good_for, grace, dict.fromkeys(MEMBERS, 10))

        @rule(category=st.sampled_from(CATEGORIES), amount=st.integers(1, 50))
        def appropriate(self, category, amount):
            key = f"fund:{next(self.keys)}"
            move = [Move(amount, self.budgets[category])]
            for _again in range(2):
                assert self.does((), lambda: post(CLERK, TransactionKind.APPROPRIATE, key, move))
            self.model.budgets[category] += amount
            self.funded += amount

        @rule(category=st.sampled_from(CATEGORIES), good_for=st.integers(0, 5), grace=st.integers(0, 2),
              amounts=st.dictionaries(st.sampled_from(MEMBERS), st.integers(1, 30), min_size=1))  # fmt: skip
        def issue(self, category, good_for, grace, amounts):
            lot_id, budget_id = uuid7(), self.budgets[category]
            moves = [Move(amount, budget_id, lot_id, self.members[who]) for who, amount in amounts.items()]
            expires = self.today + timedelta(days=good_for)

            def deed():
                db.session.add(
                    BeanLot(id=lot_id, budget_id=budget_id, title="发放", expires_on=expires, grace_days=grace)
                )
                db.session.flush()
                post(CLERK, TransactionKind.ISSUE, f"issue:{lot_id}", moves)

            done = self.does(NotEnoughBeans, deed)
            assert done == self.model.issue(category, expires + timedelta(days=grace), amounts)
            if done:
                self.lots.append(lot_id)

        @rule(
            category=st.sampled_from(CATEGORIES),
            good_for=st.integers(0, 5),
            each=st.integers(5, 15),
            pieces=st.integers(1, 3),
        )
        def promise(self, category, good_for, each, pieces):
            lot_id, last = uuid7(), self.today + timedelta(days=good_for)
            facts = {"title": "奖品", "expires_on": last, "reason": "抽奖"}
            budget_id, amount = self.budgets[category], each * pieces
            done = self.does(NotEnoughBeans, lambda: promises.promise(CLERK, lot_id, budget_id, amount, **facts))
            assert done == self.model.promise(category, last, each, pieces)
            if done:
                self.lots.append(lot_id)

        @precondition(lambda self: self.model.prizes)
        @rule(data=st.data(), who=st.lists(st.sampled_from(MEMBERS), min_size=1, unique=True))
        def award(self, data, who):
            lot, told = data.draw(st.sampled_from(sorted(self.model.prizes))), []
            members, each = [self.members[one] for one in who], self.model.prizes[lot]
            assert self.does((), lambda: told.extend(promises.award(CLERK, self.lots[lot], members, each)))
            assert [one.outcome for one in told] == [self.model.award(one, lot, self.today) for one in who]

        @precondition(lambda self: self.unused())
        @rule(data=st.data())
        def recall(self, data):
            who, lot = data.draw(st.sampled_from(self.unused()))
            assert self.does((), lambda: promises.recall(CLERK, self.lots[lot], self.members[who], reason="放弃"))
            self.model.recall(who, lot)

        def unused(self) -> list[tuple[str, int]]:
            """The prizes of which nothing is spent, kept or expired: only these are drawn again."""
            whole = [
                (who, lot) for who, lot in self.model.winners if self.model.own[who, lot] == self.model.prizes[lot]
            ]
            return sorted(whole)

        @precondition(lambda self: self.model.prizes)
        @rule(data=st.data(), kept=st.integers(0, 1))
        def discharge(self, data, kept):
            lot, told = data.draw(st.sampled_from(sorted(self.model.prizes))), []
            keep = kept * self.model.prizes[lot]
            assert self.does(
                (), lambda: told.append(promises.discharge(CLERK, self.lots[lot], keep=keep, reason="结束"))
            )
            assert told == [self.model.discharge(lot, kept)]

        @rule(who=st.sampled_from(MEMBERS), amount=st.integers(5, 30), category=st.sampled_from(CATEGORIES))
        def hold(self, who, amount, category):
            hold_id = uuid7()
            deed = lambda: purse.hold(CLERK, hold_id, self.members[who], amount, category, "test")  # noqa: E731
            done = self.does(NotEnoughBeans, deed)
            assert done == self.model.hold(who, amount, category, self.today)
            if done:
                assert self.does((), deed)
                self.holds.append(hold_id)

        @precondition(lambda self: self.holds)
        @rule(data=st.data(), spends=st.booleans())
        def decide(self, data, spends):
            index = data.draw(st.integers(0, len(self.holds) - 1))
            deed = purse.spend if spends else purse.release
            done = self.does(HoldDecided, lambda: deed(CLERK, self.holds[index]))
            assert done == self.model.decide(self.model.holds[index], "spent" if spends else "released")

        @precondition(lambda self: self.holds)
        @rule(data=st.data(), amount=st.integers(1, 12))
        def refund(self, data, amount):
            index, key = data.draw(st.integers(0, len(self.holds) - 1)), str(next(self.keys))
            deed = lambda: purse.refund(CLERK, self.holds[index], amount, key, "退货")  # noqa: E731
            done = self.does(RefundTooHigh, deed)
            assert done == self.model.refund(self.model.holds[index], amount, self.today)
            if done:
                assert self.does((), deed)

        @rule(later=st.integers(1, 2))
        def expire(self, later):
            self.today += timedelta(days=later)
            emptied: list[int] = []
            while not emptied or emptied[-1]:
                self.does((), lambda: emptied.append(return_expired(CLERK)))
            self.model.expire(self.today)

        @invariant()
        def stands_where_the_model_stands(self):
            names = {member_id: name for name, member_id in self.members.items()}
            with self.at_work():
                rows = db.session.execute(
                    select(BeanAccount.kind, BeanAccount.budget_id, BeanAccount.lot_id, BeanAccount.member_id, BeanAccount.balance)
                ).all()  # fmt: skip
                sums = dict(
                    db.session.execute(
                        select(BeanEntry.account_id, func.sum(BeanEntry.amount)).group_by(BeanEntry.account_id)
                    ).all()
                )  # type: ignore[arg-type]
                kept = dict(
                    db.session.execute(
                        select(BeanAccount.id, BeanAccount.balance).where(BeanAccount.balance != 0)
                    ).all()
                )  # type: ignore[arg-type]
                refunded = db.session.scalar(select(func.sum(BeanHold.refunded))) or 0
            assert {key: int(value) for key, value in sums.items() if value} == kept
            own = {
                (names[row.member_id], self.lots.index(row.lot_id)): row.balance for row in rows if row.kind == "member"
            }
            assert {key: value for key, value in own.items() if value} == dict(+self.model.own)
            found = Counter()
            for row in rows:
                found[row.kind] += row.balance
            held = sum(hold["parts"].total() for hold in self.model.holds if hold["state"] == "held")
            assert (found["held"], found["spent"], found["funding"]) == (held, self.model.spent, -self.funded)
            promised = {self.lots.index(row.lot_id): row.balance for row in rows if row.kind == "promised"}
            assert {lot: beans for lot, beans in promised.items() if beans} == dict(+self.model.promised)
            assert {c: sum(row.balance for row in rows if row.kind == "budget" and row.budget_id == self.budgets[c])
                    for c in CATEGORIES} == self.model.budgets  # fmt: skip
            assert refunded >= 0
            assert sum(found.values()) == 0

    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )

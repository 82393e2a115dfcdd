"""Vouchers and a small model of them do the same, whatever happens in whatever order."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

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
from sqlalchemy import select

from app.benefits.vouchers import redeeming
from app.benefits.vouchers.checking import faults
from app.benefits.vouchers.expiry import expire
from app.benefits.vouchers.models import Voucher, VoucherBatch
from app.benefits.vouchers.tests.market import Market
from app.core.clock import today_in_china
from app.core.errors import DomainError
from tenants.context import Actor
from tenants.database import db


@dataclass
class Model:
    """Batches as (stock, per member, first and last day, shops), and what became of each piece."""

    batches: list[tuple[int, int, date, date, set[int]]] = field(default_factory=list)
    pieces: list[dict] = field(default_factory=list)

    def taken(self, batch: int) -> int:
        return sum(piece["batch"] == batch and piece["state"] != "expired" for piece in self.pieces)

    def give(self, batch: int, members: list[int], key: str, today: date) -> list[str]:
        told: list[str] = []
        stock, per_member, _first, last, _shops = self.batches[batch]
        for place, member in enumerate(members):
            own = [piece for piece in self.pieces if (piece["batch"], piece["member"]) == (batch, member)]
            if member in members[:place]:
                told.append(told[members.index(member)])
            elif any(piece["key"] == key for piece in own):
                told.append("before")
            elif today > last - timedelta(days=1):
                told.append("over")
            elif len(own) >= per_member:
                told.append("enough")
            elif self.taken(batch) >= stock:
                told.append("none-left")
            else:
                self.pieces.append({"batch": batch, "member": member, "key": key, "state": "issued"})
                told.append("given")
        return told

    def redeem(self, piece: dict, shop: int, today: date) -> bool:
        _stock, _most, first, last, shops = self.batches[piece["batch"]]
        if piece["state"] != "issued" or not first <= today <= last or shop not in shops:
            return False
        piece.update(state="redeemed", shop=shop, day=today)
        return True

    def reverse(self, piece: dict, shop: int, today: date) -> bool:
        if piece["state"] != "redeemed" or piece["shop"] != shop or piece["day"] != today:
            return False
        piece["state"] = "issued"
        return True

    def expire(self, today: date) -> None:
        for piece in self.pieces:
            if piece["state"] == "issued" and self.batches[piece["batch"]][3] < today:
                piece["state"] = "expired"


def test_vouchers_stand_where_the_model_stands(world):
    class Vouchers(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.market, self.model, self.today = Market(world.zone(), world), Model(), today_in_china()
            self.batches, self.pieces, self.keys = [], [], 0

        def does(self, deed) -> bool:
            with time_machine.travel(f"{self.today}T04:00:00Z", tick=False), self.market.staff():
                try:
                    deed()
                    db.session.commit()
                except DomainError:
                    db.session.rollback()
                    return False
            return True

        @initialize()
        def begin(self):
            self.new_batch(1, 1, 0, 3, {0})
            self.new_batch(3, 2, 1, 2, {0, 1})

        @rule(stock=st.integers(1, 3), most=st.integers(1, 2), first=st.integers(0, 2), days=st.integers(0, 3),
              shops=st.sets(st.integers(0, 1), min_size=1))  # fmt: skip
        def new_batch(self, stock, most, first, days, shops):
            start = self.today + timedelta(days=first)
            end = start + timedelta(days=days)
            batch_id = self.market.approved(
                stock=stock, per_member=most, valid_from=start, expires_on=end, grace_days=1,
                shops=tuple(self.market.shops[shop] for shop in sorted(shops)),
            )  # fmt: skip
            self.batches.append(batch_id)
            self.model.batches.append((stock, most, start, end + timedelta(days=1), shops))

        @rule(data=st.data(), members=st.lists(st.integers(0, 2), min_size=1, max_size=4), key=st.sampled_from("abc"))
        def give(self, data, members, key):
            batch = data.draw(st.integers(0, len(self.batches) - 1))
            with time_machine.travel(f"{self.today}T04:00:00Z", tick=False):
                given = self.market.give(self.batches[batch], *(self.market.members[one] for one in members), key=key)
            told = self.model.give(batch, members, key, self.today)
            assert [each.outcome for each in given] == told
            fresh = dict.fromkeys(each.voucher_id for each in given if each.outcome == "given")
            self.pieces.extend(fresh)
            assert len(self.pieces) == len(self.model.pieces)

        @precondition(lambda self: self.pieces)
        @rule(data=st.data(), shop=st.integers(0, 1))
        def redeem(self, data, shop):
            index, market = data.draw(st.integers(0, len(self.pieces) - 1)), self.market
            self.keys += 1
            key = f"phone:{self.keys}"
            deed = lambda: redeeming.redeem(market.clerks[shop], self.pieces[index], market.shops[shop], key)  # noqa: E731
            done = self.does(deed)
            assert done == self.model.redeem(self.model.pieces[index], shop, self.today)
            if done:
                assert self.does(deed)

        @precondition(lambda self: self.pieces)
        @rule(data=st.data(), shop=st.integers(0, 1))
        def reverse(self, data, shop):
            index = data.draw(st.integers(0, len(self.pieces) - 1))
            done = self.does(lambda: redeeming.reverse(self.market.clerks[shop], self.pieces[index], reason="给错了"))
            assert done == self.model.reverse(self.model.pieces[index], shop, self.today)

        @rule(days=st.integers(1, 2))
        def days_pass(self, days):
            self.today += timedelta(days=days)
            for _again in range(2):
                self.does(lambda: expire(Actor(name="测试")))
            self.model.expire(self.today)

        @invariant()
        def stands_where_the_model_stands(self):
            with self.market.staff():
                states = dict(db.session.execute(select(Voucher.id, Voucher.state)).all())  # type: ignore[arg-type]
                taken = dict(db.session.execute(select(VoucherBatch.id, VoucherBatch.taken)).all())  # type: ignore[arg-type]
                assert faults() == {}
            assert [states[piece] for piece in self.pieces] == [piece["state"] for piece in self.model.pieces]
            assert [taken[batch] for batch in self.batches] == [self.model.taken(n) for n in range(len(self.batches))]
            assert Counter(states.values()).total() == len(self.pieces)

    run_state_machine_as_test(
        Vouchers,
        settings=settings(
            max_examples=15, stateful_step_count=25, deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )  # fmt: skip

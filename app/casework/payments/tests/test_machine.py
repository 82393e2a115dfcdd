"""Payments in whatever order people deal with them, and at the same moment, against a model that fits on a page."""

import io
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.operations import save_draft, submit_case
from app.casework.payments.bank_return import apply_return
from app.casework.payments.batches import digest_of, dissolve_batch, make_batch, release_batch
from app.casework.payments.ledger import books
from app.casework.payments.models import PaymentBatch, PaymentLine, PaymentOrder, ReturnedPayment
from app.casework.payments.operations import renew_payment, resume_payment, stop_payment
from app.casework.payments.payee import Payee
from app.casework.payments.payees import tell_account
from app.casework.payments.queries import list_lines
from app.casework.payments.returned import CameBack, confirm_returned, discard_returned, note_returned
from app.casework.payments.tests.till import clear
from app.casework.steps import take_step
from app.core.clock import today_in_china
from app.core.errors import DomainError
from app.core.sheets import write_sheet
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.world import World

KIND = "help.seasonal"
MODULE = "help"
STAFF = {
    "handler": "caseworker",
    "admin": "zone_admin",
    "second_admin": "zone_admin",
    "ann": "cashier",
    "bo": "cashier",
}
CASHIERS = st.sampled_from(["ann", "bo"])
PLACES = st.integers(0, 5)
"""Which order, batch or case: the one at this place, counted round."""
HEADINGS = ["拨付批次", "拨付单号", "金额", "账号", "结果", "原因"]
Deed = tuple[str, Callable[[], object]]


@dataclass
class Model:
    """What should be so: accounts by case, states of orders, batches with maker, state and orders."""

    told: set[UUID] = field(default_factory=set)
    states: dict[UUID, str] = field(default_factory=dict)
    case_of: dict[UUID, UUID] = field(default_factory=dict)
    batches: dict[UUID, "ModelBatch"] = field(default_factory=dict)
    doubted: set[UUID] = field(default_factory=set)
    """Cases whose account the bank sent money back from, and nobody has confirmed since."""
    noted: dict[UUID, str] = field(default_factory=dict)
    """Who noted of which order that its money came back, while nobody has confirmed it."""


@dataclass
class ModelBatch:
    maker: str
    orders: set[UUID]
    state: str = "made"
    answers: dict[UUID, str] = field(default_factory=dict)
    accounts: dict[UUID, str] = field(default_factory=dict)


class Payments(RuleBasedStateMachine):
    """Three cases of three members, who decides, and two cashiers."""

    world: ClassVar[World]
    zone: ClassVar[ZoneFacts]
    staff: ClassVar[dict[str, Actor]]

    @initialize()
    def grant(self) -> None:
        self.model, self.members = Model(), {}
        self.cases = [self.granted() for _ in range(3)]

    def granted(self) -> UUID:
        person, case_id = self.world.member(self.zone), uuid7()
        actor = self.members[case_id] = Actor(person.account_id, person.member_id, person.name)
        with scope(Plane.MEMBER, zone=self.zone, actor=actor):
            save_draft(actor, find_kind(KIND), case_id, {})
            submit_case(actor, case_id, {"contact_phone": "+8613800138000", "amount_requested": 90_000})
            db.session.commit()
        for name, action, given in (
            ("handler", "take", {}),
            ("handler", "recommend", {"recommendation": "grant", "amount_recommended": 80_000, "note": "属实"}),
            ("admin", "approve", {"amount_granted": 50_000, "reason": "按规定标准核定"}),
        ):
            assert self.do(name, lambda n=name, a=action, g=given: take_step(self.staff[n], case_id, a, dict(g)))
        clear(self.zone, case_id)
        self.see_orders(case_id)
        return case_id

    def see_orders(self, case_id: UUID) -> None:
        for order in self.orders():
            if order.case_id == case_id and order.id not in self.model.states:
                self.model.states[order.id], self.model.case_of[order.id] = "due", case_id

    def do(self, name: str, work: Callable[[], object]) -> bool:
        """Whether somebody of the staff succeeded in a transaction of their own."""
        return self._do(Plane.STAFF, self.staff[name], work)

    def _do(self, plane: Plane, actor: Actor, work: Callable[[], object]) -> bool:
        with scope(plane, zone=self.zone, actor=actor):
            try:
                work()
            except DomainError:
                db.session.rollback()
                return False
            db.session.commit()
            return True

    def at_once(self, works: Sequence[Deed]) -> list[bool]:
        """All of them at the same moment; whatever else than a refusal goes wrong is raised here."""
        start, faults, done = threading.Barrier(len(works)), [], [False] * len(works)

        def run(place: int, name: str, work: Callable[[], object]) -> None:
            with self.world.app.app_context():
                start.wait()
                try:
                    done[place] = self.do(name, work)
                except Exception as fault:  # noqa: BLE001 - a thread's failure is the test's
                    faults.append(fault)

        threads = [threading.Thread(target=run, args=(place, *each)) for place, each in enumerate(works)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if faults:
            raise faults[0]
        return done

    def order_at(self, place: int) -> UUID:
        return sorted(self.model.states)[place % len(self.model.states)]

    def batch_at(self, place: int) -> UUID | None:
        batches = list(self.model.batches)
        return batches[place % len(batches)] if batches else None

    @rule(place=PLACES, number=st.sampled_from(["12345678901234", "6222020200112233446"]))
    def tell(self, place: int, number: str) -> None:
        case_id = self.cases[place % len(self.cases)]
        actor = self.members[case_id]
        payee = Payee("海城银行", number, actor.name)
        mine = [order for order, case in self.model.case_of.items() if case == case_id]
        states, is_doubted = {self.model.states[each] for each in mine}, case_id in self.model.doubted
        is_new = self.payee_of(case_id) != number or is_doubted or "failed" in states
        done = self._do(Plane.MEMBER, actor, lambda: tell_account(actor, case_id, payee))
        assert done == (not is_new or is_doubted or bool(states & {"due", "failed"}))
        if done and is_new:
            self.model.doubted.discard(case_id)
            self.accounts = {**getattr(self, "accounts", {}), case_id: number}
            self.model.told.add(case_id)
            self.model.states |= {each: "due" for each in mine if self.model.states[each] == "failed"}

    def payee_of(self, case_id: UUID) -> str:
        return getattr(self, "accounts", {}).get(case_id, "")

    def making(self, name: str, orders: set[UUID]) -> tuple[UUID, Deed]:
        batch_id = uuid7()
        return batch_id, (name, lambda: make_batch(self.staff[name], MODULE, batch_id, orders))

    def may_be_batched(self, orders: set[UUID]) -> bool:
        with_account = self.model.told - self.model.doubted
        return all(self.model.states[each] == "due" and self.model.case_of[each] in with_account for each in orders)

    def made(self, batch_id: UUID, name: str, orders: set[UUID]) -> None:
        accounts = {each: self.payee_of(self.model.case_of[each]) for each in orders}
        self.model.batches[batch_id] = ModelBatch(name, orders, accounts=accounts)
        self.model.states |= dict.fromkeys(orders, "batched")

    @rule(name=CASHIERS, places=st.sets(PLACES, min_size=1, max_size=3))
    def make(self, name: str, places: set[int]) -> None:
        orders = {self.order_at(place) for place in places}
        batch_id, deed = self.making(name, orders)
        done = self.do(*deed)
        assert done == self.may_be_batched(orders)
        if done:
            self.made(batch_id, name, orders)

    @rule(places=st.sets(PLACES, min_size=1, max_size=3), more=st.sets(PLACES, min_size=1, max_size=3))
    def make_two_at_once(self, places: set[int], more: set[int]) -> None:
        """Two cashiers, each with a batch; where both want one payment, one of them gets it."""
        wanted = {"ann": {self.order_at(each) for each in places}, "bo": {self.order_at(each) for each in more}}
        could = {name: self.may_be_batched(orders) for name, orders in wanted.items()}
        deeds = {name: self.making(name, orders) for name, orders in wanted.items()}
        done = dict(zip(deeds, self.at_once([deed for _id, deed in deeds.values()]), strict=True))
        expected = sum(could.values())
        if all(could.values()) and wanted["ann"] & wanted["bo"]:
            expected = 1
        assert sum(done.values()) == expected
        for name, (batch_id, _deed) in deeds.items():
            if done[name]:
                assert could[name]
                self.made(batch_id, name, wanted[name])

    @rule(name=st.sampled_from(["ann", "bo", "admin"]), place=PLACES)
    def release(self, name: str, place: int) -> None:
        found = self.batch_at(place)
        if found is None:
            return
        batch_id: UUID = found
        batch, seen = self.model.batches[batch_id], "made"
        done = self.do(name, lambda: release_batch(self.staff[name], MODULE, batch_id, seen=seen))
        if batch.state == "made":
            assert done == (name != batch.maker and self.may_be_released(batch))
            batch.state = "released" if done else "made"

    def may_be_released(self, batch: ModelBatch) -> bool:
        """Each account is still its case's, and in no doubt."""
        case_of = self.model.case_of
        return all(
            account == self.payee_of(case_of[order]) and case_of[order] not in self.model.doubted
            for order, account in batch.accounts.items()
        )

    @rule(place=PLACES)
    def release_and_dissolve_at_once(self, place: int) -> None:
        found = self.batch_at(place)
        if found is None or self.model.batches[found].state != "made":
            return
        batch_id: UUID = found
        batch = self.model.batches[batch_id]
        other = "bo" if batch.maker == "ann" else "ann"
        done = self.at_once(
            [
                (other, lambda: release_batch(self.staff[other], MODULE, batch_id, seen="made")),
                (
                    batch.maker,
                    lambda: dissolve_batch(self.staff[batch.maker], MODULE, batch_id, "金额有疑问", seen="made"),
                ),
            ]
        )
        assert sum(done) == 1
        assert done[1] or self.may_be_released(batch)
        self.checked_off(batch, "released" if done[0] else "dissolved")

    @rule(name=CASHIERS, place=PLACES)
    def dissolve(self, name: str, place: int) -> None:
        found = self.batch_at(place)
        if found is None:
            return
        batch_id: UUID = found
        batch = self.model.batches[batch_id]
        done = self.do(name, lambda: dissolve_batch(self.staff[name], MODULE, batch_id, "金额有疑问", seen="made"))
        if batch.state == "made":
            assert done
            self.checked_off(batch, "dissolved")

    def checked_off(self, batch: ModelBatch, state: str) -> None:
        batch.state = state
        if state == "dissolved":
            self.model.states |= dict.fromkeys(batch.orders, "due")

    def file(self, batch_id: UUID, results: dict[UUID, str]) -> bytes:
        """The bank's answers on some lines of a batch."""
        with scope(Plane.WORKER, zone=self.zone):
            number = db.session.get_one(PaymentBatch, (self.zone.id, batch_id)).number
            rows = [
                [number, line.order.number, line.order.amount_cents / 100, line.payee.account_number,
                 results[line.order.id], "户名不符" if results[line.order.id] == "失败" else ""]
                for line in list_lines(batch_id) if line.order.id in results
            ]  # fmt: skip
        target = io.BytesIO()
        write_sheet(target, HEADINGS, rows)
        return target.getvalue()

    @rule(
        place=PLACES,
        said=st.lists(st.sampled_from(["成功", "失败", ""]), min_size=3, max_size=3),
        times=st.integers(1, 3),
    )
    def answer_at_once(self, place: int, said: list[str], times: int) -> None:
        """The bank's file comes in, perhaps from several people at the same moment."""
        found = self.batch_at(place)
        if found is None:
            return
        batch_id: UUID = found
        batch = self.model.batches[batch_id]
        results = dict(zip(sorted(batch.orders), said, strict=False))
        data = self.file(batch_id, results)
        names = ("ann", "bo", "admin")[:times]
        done = self.at_once(
            [(name, lambda n=name: apply_return(self.staff[n], MODULE, data, "回单.xlsx", batch_id)) for name in names]
        )
        fits = batch.state == "released" and all(
            not result or batch.answers.get(order, result) in (result, "退票") for order, result in results.items()
        )
        assert done == [fits] * times
        if fits:
            new = {each: result for each, result in results.items() if result and each not in batch.answers}
            batch.answers |= new
            self.model.states |= {each: "paid" if result == "成功" else "failed" for each, result in new.items()}
            for each, result in new.items():
                self.sent_back(each, result, batch)

    @rule(name=CASHIERS, place=PLACES, deed=st.sampled_from(["stop", "resume", "renew"]))
    def stop_or_go_on(self, name: str, place: int, deed: str) -> None:
        order_id = self.order_at(place)
        does: dict[str, tuple[tuple[str, ...], str, Callable[..., Any]]] = {
            "stop": (("due", "failed"), "stopped", partial(stop_payment, reason="重复申请")),
            "resume": (("stopped",), "due", resume_payment),
            "renew": (("failed",), "due", renew_payment),
        }
        sources, target, work = does[deed]
        if deed == "resume" and self.is_refused(order_id) and self.model.case_of[order_id] in self.model.doubted:
            target = "failed"
        done = self.do(name, lambda: work(self.staff[name], MODULE, order_id))
        assert done == (self.model.states[order_id] in sources)
        if done:
            self.model.states[order_id] = target
            if deed == "renew":
                self.model.doubted.discard(self.model.case_of[order_id])

    def is_refused(self, order_id: UUID) -> bool:
        """Whether the bank refused or sent back the order's last attempt."""
        attempts = [batch for batch in self.model.batches.values() if order_id in batch.orders]
        return bool(attempts) and attempts[-1].answers.get(order_id) in ("失败", "退票")

    def sent_back(self, order_id: UUID, result: str, batch: ModelBatch) -> None:
        """The account that money came back from is in doubt, unless another one was told since."""
        case_id = self.model.case_of[order_id]
        if result != "成功" and batch.accounts[order_id] == self.payee_of(case_id):
            self.model.doubted.add(case_id)

    def paid_line(self, order_id: UUID) -> UUID | None:
        lines = self.read(select(PaymentLine.id).where(PaymentLine.order_id == order_id, PaymentLine.outcome == "paid"))
        return lines[0] if lines else None

    @rule(name=CASHIERS, place=PLACES)
    def note_that_it_came_back(self, name: str, place: int) -> None:
        order_id, told = self.order_at(place), CameBack(today_in_china(), "退票001", "账户已销户")
        line_id = self.paid_line(order_id)
        if line_id is None:
            return
        done = self.do(name, lambda: note_returned(self.staff[name], MODULE, order_id, line_id, told))
        assert done == (self.model.noted.get(order_id, name) == name)
        if done:
            self.model.noted[order_id] = name

    @rule(place=PLACES, other=st.sampled_from(["ann", "bo", "admin"]))
    def confirm_and_discard_at_once(self, place: int, other: str) -> None:
        """One of them wins; whoever noted it never confirms it."""
        if not self.model.noted:
            return
        order_id, noter = list(self.model.noted.items())[place % len(self.model.noted)]
        (noted_id,) = self.read(
            select(ReturnedPayment.id)
            .join(PaymentLine, PaymentLine.id == ReturnedPayment.line_id)
            .where(PaymentLine.order_id == order_id, ReturnedPayment.state == "noted")
        )
        deeds: list[Deed] = [
            (other, lambda: confirm_returned(self.staff[other], MODULE, order_id, noted_id)),
            (noter, lambda: discard_returned(self.staff[noter], MODULE, order_id, noted_id)),
        ]
        confirmed, discarded = self.at_once(deeds)
        assert confirmed + discarded == 1
        assert discarded or other != noter
        del self.model.noted[order_id]
        if confirmed:
            self.model.states[order_id] = "failed"
            for batch in self.model.batches.values():
                if batch.answers.get(order_id) == "成功":
                    batch.answers[order_id] = "退票"
                    self.sent_back(order_id, "退票", batch)

    @rule(place=PLACES)
    def appeal(self, place: int) -> None:
        case_id = self.cases[place % len(self.cases)]
        member = self.members[case_id]
        if self._do(Plane.MEMBER, member, lambda: take_step(member, case_id, "appeal", {"reason": "支出更多"})):
            given = {"amount_granted": 70_000, "reason": "属实"}
            assert self.do("second_admin", lambda: take_step(self.staff["second_admin"], case_id, "change", given))
            clear(self.zone, case_id)
            self.see_orders(case_id)

    def orders(self) -> list[PaymentOrder]:
        return self.read(select(PaymentOrder).where(PaymentOrder.case_id.in_(self.members)))

    def read(self, statement: Any) -> list[Any]:
        with scope(Plane.WORKER, zone=self.zone):
            return list(db.session.execute(statement).scalars())

    @invariant()
    def every_order_stands_where_the_model_says(self) -> None:
        assert {order.id: order.state for order in self.orders()} == self.model.states

    @invariant()
    def nobody_is_paid_twice_or_more_than_was_granted(self) -> None:
        cases = self.read(select(Case).where(Case.id.in_(self.members)))
        orders = {order.id: order for order in self.orders()}
        paid = self.read(
            select(PaymentLine).where(PaymentLine.outcome == "paid", PaymentLine.case_id.in_(self.members))
        )
        assert len({line.order_id for line in paid}) == len(paid)
        for case in cases:
            mine = [orders[line.order_id].amount_cents for line in paid if line.case_id == case.id]
            assert case.amount_paid_cents == sum(mine) <= (case.amount_granted_cents or 0)
            assert (
                sum(each.amount_cents for each in orders.values() if each.case_id == case.id)
                == case.amount_granted_cents
            )

    @invariant()
    def the_books_agree(self) -> None:
        with scope(Plane.WORKER, zone=self.zone):
            assert books(MODULE).agree

    @invariant()
    def a_released_batch_is_what_two_people_released(self) -> None:
        with scope(Plane.WORKER, zone=self.zone):
            statement = select(PaymentBatch).where(PaymentBatch.id.in_(self.model.batches))
            for batch in db.session.execute(statement).scalars():
                assert batch.state == self.model.batches[batch.id].state
                if batch.state == "released":
                    lines = list_lines(batch.id)
                    assert batch.digest == digest_of(batch, lines)
                    assert batch.checked_by != batch.made_by
                    assert {line.order.id for line in lines} == self.model.batches[batch.id].orders


@pytest.mark.slow
def test_whatever_people_do_a_payment_is_made_once(world):
    zone = world.zone()

    class Here(Payments):
        pass

    Here.world, Here.zone, Here.staff = (
        world,
        zone,
        {name: world.staff_actor(zone, role) for name, role in STAFF.items()},
    )
    run_state_machine_as_test(
        Here, settings=settings(max_examples=20, stateful_step_count=20, deadline=None, derandomize=True, database=None)
    )

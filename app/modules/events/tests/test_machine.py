"""A campaign with a draw and a small model of it do the same, whoever does what in whatever order."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

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

from app.benefits.papers import Hand
from app.benefits.vouchers.models import Voucher
from app.benefits.vouchers.states import VoucherState
from app.benefits.vouchers.voiding import make_void
from app.core.clock import now
from app.core.errors import DomainError
from app.modules.events.draws.checking import faults
from app.modules.events.draws.models import Draw, DrawPlace
from app.modules.events.draws.order import commitment_of, draw_order
from app.modules.events.entering import enter
from app.modules.events.models import Campaign, Entry
from app.modules.events.operations import edit_campaign, take_step
from app.modules.events.states import STEPS, State
from app.modules.events.tests.fair import A_DAY, Fair
from tenants.database import db

STOCK = 2
HOUR = timedelta(hours=1)
OPENS, CLOSES, ENDS = 4, 28, 40
"""Hours after the beginning; the waiting behind the winners goes on for half a day after the close."""
BY_PEOPLE = [step for step in STEPS if step.hand is not Hand.WORKER]


@dataclass
class Model:
    """Where the campaign stands: who wrote it last and who reviewed it (0 or 1), what it is called, who takes part.

    Once it is drawn, by their places: who won and gave up nothing, whose voucher was made void, and the first of those who wait.
    """

    state: State = State.DRAFT
    writer: int = 0
    hour: int = 0
    title: str = "0"
    closed: bool = False
    people: set[int] = field(default_factory=set)
    is_drawn: bool = False
    won: set[int] = field(default_factory=set)
    void: set[int] = field(default_factory=set)
    first: int = 0

    def edit(self, who: int, title: str) -> bool:
        if self.state != State.DRAFT:
            return False
        self.writer, self.title = who, title
        return True

    def step(self, who: int, step) -> bool:
        is_checker = step.hand is Hand.CHECKER
        if self.state not in step.sources or (is_checker and who == self.writer):
            return False
        if step.action in ("submit", "approve", "freeze") and self.hour >= CLOSES:
            return False
        if step.action == "freeze" and self.hour >= OPENS:
            return False
        self.state = step.target
        self.closed |= step.action == "stop"
        return True

    def enter(self, who: int) -> bool:
        if self.state not in (State.FROZEN, State.OPEN) or not OPENS <= self.hour < CLOSES:
            return False
        self.people.add(who)
        return True

    def tick(self) -> None:
        if self.state == State.FROZEN and self.hour >= OPENS:
            self.state = State.OPEN
        if self.state == State.OPEN and self.hour >= CLOSES:
            self.state = State.CLOSED
        if self.state == State.CLOSED:
            self.settle()

    def settle(self) -> None:
        entrants = len(self.people)
        if not self.is_drawn:
            self.is_drawn, self.first = True, min(STOCK, entrants)
            self.won = set(range(self.first))
        if self.first < entrants and self.hour < ENDS:
            self.won -= self.void
            following = range(self.first, min(self.first + len(self.void), entrants))
            self.won |= set(following)
            self.first, self.void = following.stop, set()
        if self.first == entrants or self.hour >= ENDS:
            self.first, self.state = entrants, State.SETTLED


def test_a_campaign_and_its_draw_stand_where_the_model_stands(world):
    class Campaigns(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.fair, self.model, self.began = Fair(world.zone(), world), Model(), now()
            self.staff = [self.fair.maker, self.fair.checker]
            self.people = [person.member_id for person in self.fair.people(4)]
            self.commitment = ""

        @initialize()
        def begin(self):
            settings = {"batch_id": self.fair.approved(stock=STOCK), "mode": "draw", "waiting_hours": ENDS - CLOSES}
            self.content = self.fair.content(settings=settings, title="活动0", opens_at=self.began + OPENS * HOUR)
            assert self.content.closes_at == self.began + OPENS * HOUR + A_DAY
            self.id = self.fair.drafted_campaign(self.content)

        def travel(self):
            return time_machine.travel(self.began + self.model.hour * HOUR, tick=False)

        def does(self, where, deed) -> bool:
            with self.travel(), where:
                try:
                    deed()
                    db.session.commit()
                except DomainError:
                    db.session.rollback()
                    return False
            return True

        @rule(who=st.integers(0, 1), title=st.sampled_from("123"))
        def edit(self, who, title):
            content = replace(self.content, title=f"活动{title}")
            mark = self.fair.campaign(self.id).mark
            done = self.does(self.fair.staff(), lambda: edit_campaign(self.staff[who], self.id, content, seen=mark))
            assert done == self.model.edit(who, title)

        @rule(who=st.integers(0, 1), step=st.sampled_from([*BY_PEOPLE, *BY_PEOPLE[:4], *BY_PEOPLE[:4]]))
        def step(self, who, step):
            deed = lambda: take_step(self.staff[who], self.id, step, reason="有误")  # noqa: E731
            assert self.does(self.fair.staff(), deed) == self.model.step(who, step)

        @rule(who=st.integers(0, 3))
        def enter(self, who):
            member_id: UUID = self.people[who]
            deed = lambda: enter(member_id, db.session.get_one(Campaign, (self.fair.zone.id, self.id)))  # noqa: E731
            if self.fair.campaign(self.id).frozen_at is None:
                return  # the database does not show it to members
            assert self.does(self.fair.as_member(member_id), deed) == self.model.enter(who)

        @precondition(lambda self: self.model.won - self.model.void)
        @rule(data=st.data())
        def make_void(self, data):
            place = data.draw(st.sampled_from(sorted(self.model.won - self.model.void)))
            with self.fair.staff():
                member = db.select(Entry.member_id).join(DrawPlace, DrawPlace.id == Entry.id)
                own = member.where(DrawPlace.campaign_id == self.id, DrawPlace.place == place + 1)
                held = db.select(Voucher.id).where(Voucher.member_id == own.scalar_subquery())
                voucher_id = db.session.scalars(held).one()
            assert self.does(self.fair.staff(), lambda: make_void(self.fair.checker, voucher_id, reason="发错了"))
            self.model.void.add(place)

        @rule(hours=st.sampled_from([1, 4, 12]))
        def hours_pass(self, hours):
            self.model.hour += hours
            with self.travel():
                self.fair.tick()
                assert self.fair.tick() == 0
            self.model.tick()

        @invariant()
        def stands_where_the_model_stands(self):
            found = self.fair.campaign(self.id)
            assert (found.state, found.title) == (self.model.state, f"活动{self.model.title}")
            assert self.fair.entrants(self.id) == {self.people[who] for who in self.model.people}
            assert found.reviewed_by is None or found.reviewed_by != found.written_by

        @invariant()
        def the_draw_follows_from_what_it_committed_to(self):
            with self.fair.work():
                draw = db.session.get(Draw, (self.fair.zone.id, self.id))
                places = db.session.execute(
                    select(DrawPlace.id, DrawPlace.won, DrawPlace.waits)
                    .where(DrawPlace.campaign_id == self.id)
                    .order_by(DrawPlace.place)
                ).all()
                held = select(Entry.id).join(Voucher, Voucher.member_id == Entry.member_id)
                holders = set(db.session.scalars(held.where(Voucher.state != VoucherState.VOID)))
            assert (draw is None) == (self.fair.campaign(self.id).frozen_at is None)
            if draw is None:
                return
            assert draw.commitment == (self.commitment or draw.commitment)
            self.commitment = draw.commitment
            assert (draw.drawn_at is not None) == self.model.is_drawn
            if not draw.seed:
                assert not places
                assert not holders
                return
            assert commitment_of(bytes.fromhex(draw.seed), "") == draw.commitment
            order = [str(each.id) for each in places]
            assert order == draw_order(bytes.fromhex(draw.seed), order, {})
            assert len(order) == len(self.model.people)
            assert {number for number, each in enumerate(places) if each.won} == self.model.won
            assert {
                number for number, each in enumerate(places) if each.id in holders
            } == self.model.won - self.model.void
            assert [each.waits for each in places] == [number >= self.model.first for number in range(len(places))]
            record: Any = self.fair.world.client(self.fair.zone).get(f"/events/draws/{self.id}/record.json").json
            assert faults(record) == []

    run_state_machine_as_test(
        Campaigns,
        settings=settings(
            max_examples=10, stateful_step_count=20, deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )  # fmt: skip

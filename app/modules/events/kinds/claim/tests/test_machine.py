"""A giveaway with a waiting list and a small model of it do the same, whoever does what in whatever order."""

from dataclasses import dataclass, field
from datetime import timedelta

import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.core.clock import now
from app.core.errors import DomainError
from app.modules.events.kinds.claim.claiming import Claimed
from app.modules.events.kinds.claim.tests.queue import Queue
from app.modules.events.states import State
from app.modules.events.tests.fair import Fair

STOCK, PEOPLE = 2, 5
HOUR = timedelta(hours=1)
OPENS, CLOSES, ENDS = 1, 25, 37
"""Hours after the beginning; the waiting goes on for half a day after the close."""


@dataclass
class Model:
    """Who has one, who waits in which order, and who was told that it is over."""

    hour: int = 0
    holders: list[int] = field(default_factory=list)
    line: list[int] = field(default_factory=list)
    told_over: set[int] = field(default_factory=set)
    is_settled: bool = False

    @property
    def is_open(self) -> bool:
        return OPENS <= self.hour < CLOSES

    def claim(self, who: int) -> Claimed | None:
        if not self.is_open:
            return None
        if who in self.line:
            return Claimed.WAITING
        if who in self.holders:
            return Claimed.HAD
        if self.line or len(self.holders) >= STOCK:
            return Claimed.NOTHING_LEFT
        self.holders.append(who)
        return Claimed.GOT

    def line_up(self, who: int) -> Claimed | None:
        answer = self.claim(who)
        if answer is not Claimed.NOTHING_LEFT:
            return answer
        self.line.append(who)
        return Claimed.WAITING

    def leave(self, who: int) -> bool:
        if who not in self.line:
            return False
        self.line.remove(who)
        return True

    def give_back(self, who: int) -> bool | None:
        if self.is_settled:
            return None
        if who not in self.holders:
            return False
        self.holders.remove(who)
        return True

    def move_up(self) -> None:
        while self.hour < ENDS and self.line and len(self.holders) < STOCK:
            who = self.line.pop(0)
            self.holders.append(who)

    def pass_hours(self, hours: int) -> None:
        self.hour += hours
        if self.hour >= CLOSES and not self.line:
            self.is_settled = True
        if self.hour >= ENDS:
            self.told_over |= set(self.line)
            self.line, self.is_settled = [], True


def test_a_waiting_list_stands_where_the_model_stands(world):
    class Giveaways(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.fair, self.model, self.began = Fair(world.zone(), world), Model(), now()
            self.people = [person.member_id for person in self.fair.people(PEOPLE) if person.member_id]

        @initialize()
        def begin(self):
            with self.travel():
                self.queue = Queue(self.fair, stock=STOCK, waiting_hours=ENDS - CLOSES)

        def travel(self):
            return time_machine.travel(self.began + self.model.hour * HOUR, tick=False)

        def does(self, deed, who: int):
            with self.travel():
                try:
                    return deed(self.people[who])
                except DomainError:
                    return None

        @rule(who=st.integers(0, PEOPLE - 1))
        def claim(self, who):
            assert self.does(self.queue.claim, who) == self.model.claim(who)

        @rule(who=st.integers(0, PEOPLE - 1))
        def line_up(self, who):
            assert self.does(self.queue.line_up, who) == self.model.line_up(who)

        @rule(who=st.integers(0, PEOPLE - 1))
        def leave(self, who):
            assert self.does(self.queue.leave, who) == self.model.leave(who)

        @rule(who=st.integers(0, PEOPLE - 1))
        def give_back(self, who):
            assert self.does(self.queue.give_back, who) == self.model.give_back(who)

        @rule(place=st.integers(0, STOCK - 1))
        def comes_back(self, place):
            if place < len(self.model.holders):
                who = self.model.holders.pop(place)
                self.does(self.queue.comes_back, who)

        @rule()
        def move_up(self):
            with self.travel():
                self.queue.move_up()
            self.model.move_up()

        @rule(hours=st.sampled_from([1, 1, 1, 1, 6]))
        def hours_pass(self, hours):
            self.model.pass_hours(hours)
            with self.travel():
                self.fair.tick()

        @invariant()
        def stands_where_the_model_stands(self):
            assert sorted(self.queue.holders()) == sorted(self.people[who] for who in self.model.holders)
            assert self.queue.line() == [self.people[who] for who in self.model.line]
            told = {
                who for who, member_id in enumerate(self.people) if "events.claim_over" in self.queue.told(member_id)
            }
            assert told == self.model.told_over
            is_settled = self.fair.campaign(self.queue.campaign_id).state == State.SETTLED
            assert is_settled == self.model.is_settled

    run_state_machine_as_test(
        Giveaways,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )  # fmt: skip

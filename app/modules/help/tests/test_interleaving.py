"""Several people at one case, in whatever order and at the same moment: what must be true of it stays true."""

import threading
from collections.abc import Callable, Sequence
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from app.casework import clock_runs, steps
from app.casework.kinds import find_kind
from app.casework.models import Case, CaseClock, CaseEvent
from app.casework.operations import save_draft, submit_case
from app.casework.queries import find_case, lock_case
from app.casework.reviews import write_note
from app.casework.states import Phase, Who
from app.casework.steps import take_step
from app.core.errors import DomainError
from app.modules.help.cases import TABLE
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.world import World

KIND = "help.seasonal"
ANSWERS = {"contact_phone": "+8613800138000", "amount_requested": 90_000}
STAFF = {"handler": "caseworker", "colleague": "caseworker", "admin": "zone_admin", "second_admin": "zone_admin"}
GIVEN: dict[str, st.SearchStrategy[Any]] = {
    "note": st.sampled_from(["家访属实", "与单位核实过"]),
    "reason": st.sampled_from(["缺少证明", "已获救助"]),
    "recommendation": st.sampled_from(["grant", "refuse"]),
    "amount_recommended": st.sampled_from([50_000, 80_000]),
    "amount_granted": st.sampled_from([50_000, 60_000, 80_000]),
}
Deed = tuple[str, Callable[[], object]]
"""Who does it, and what."""


def deeds() -> st.SearchStrategy[tuple[str, str, dict[str, Any], int]]:
    """A step by somebody, with what it asks, from a page that may be some steps old."""
    given = {
        step.action: st.fixed_dictionaries({name: GIVEN[name] for name in step.asks})
        for step in TABLE.steps
        if step.action != "submit"
    }
    staff = st.sampled_from(sorted(STAFF))
    return st.sampled_from(sorted(given)).flatmap(
        lambda action: st.tuples(
            st.just("member") if TABLE.step(action).who is Who.APPLICANT else staff,
            st.just(action),
            given[action],
            st.sampled_from([0, 0, 0, 1, 2]),
        )
    )


class Interleaving(RuleBasedStateMachine):
    """One case, its member and four people of the staff, each with pages that may be old."""

    world: ClassVar[World]
    zone: ClassVar[ZoneFacts]
    staff: ClassVar[dict[str, Actor]]

    @initialize()
    def apply(self) -> None:
        person = self.world.member(self.zone)
        self.case_id = uuid7()
        self.actors = {**self.staff, "member": Actor(person.account_id, person.member_id, person.name)}
        assert self.do("member", self.hand_in)

    def hand_in(self) -> None:
        save_draft(self.actors["member"], find_kind(KIND), self.case_id, {})
        submit_case(self.actors["member"], self.case_id, ANSWERS)

    def do(self, name: str, work: Callable[[], object]) -> bool:
        """Whether somebody succeeded in a transaction of their own; a refusal is one in words, and nothing else."""
        plane = Plane.MEMBER if name == "member" else Plane.STAFF
        with scope(plane, zone=self.zone, actor=self.actors[name]):
            try:
                work()
            except DomainError:
                db.session.rollback()
                return False
            db.session.commit()
            return True

    def at_once(self, works: Sequence[Deed]) -> None:
        """All of them at the same moment; whatever else than a refusal goes wrong is raised here."""
        start, faults = threading.Barrier(len(works)), []

        def run(name: str, work: Callable[[], object]) -> None:
            with self.world.app.app_context():
                start.wait()
                try:
                    self.do(name, work)
                except Exception as fault:  # noqa: BLE001 - a thread's failure is the test's
                    faults.append(fault)

        threads = [threading.Thread(target=run, args=each) for each in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if faults:
            raise faults[0]

    def deed(self, name: str, action: str, given: dict[str, Any], age: int) -> Deed:
        seen = None if name == "member" else str(max(1, self.case().version - age))
        return name, lambda: take_step(self.actors[name], self.case_id, action, dict(given), seen=seen)

    @rule(deed=deeds())
    def take_a_step(self, deed: tuple[str, str, dict[str, Any], int]) -> None:
        before = self.case().version
        done = self.do(*self.deed(*deed))
        assert self.case().version - before in ((0, 1) if done else (0,))

    @rule(deed=deeds())
    def take_a_step_twice_at_once(self, deed: tuple[str, str, dict[str, Any], int]) -> None:
        before = self.case().version
        self.at_once([self.deed(*deed)] * 2)
        assert self.case().version - before <= 1

    @rule(deeds=st.lists(deeds(), min_size=2, max_size=3))
    def take_steps_at_once(self, deeds: list[tuple[str, str, dict[str, Any], int]]) -> None:
        self.at_once([self.deed(*each) for each in deeds])

    @rule(deed=deeds(), text=st.sampled_from(["邻居属实", "已电话联系"]), name=st.sampled_from(sorted(STAFF)))
    def note_beside_a_step(self, deed: tuple[str, str, dict[str, Any], int], text: str, name: str) -> None:
        self.at_once([self.deed(*deed), (name, lambda: write_note(self.actors[name], self.case_id, text))])

    @rule(deed=deeds())
    def hand_in_again_beside_a_step(self, deed: tuple[str, str, dict[str, Any], int]) -> None:
        self.at_once([self.deed(*deed), ("member", lambda: submit_case(self.actors["member"], self.case_id, ANSWERS))])

    @rule(name=st.sampled_from(sorted(STAFF)), move=st.sampled_from([clock_runs.hold, clock_runs.go_on]), deed=deeds())
    def pause_or_go_on_beside_a_step(
        self, name: str, move: Callable[..., None], deed: tuple[str, str, dict[str, Any], int]
    ) -> None:
        def hold() -> None:
            move(lock_case(self.case_id), find_kind(KIND))

        self.at_once([(name, hold), self.deed(*deed)])

    def case(self) -> Case:
        with scope(Plane.WORKER, zone=self.zone):
            return db.session.execute(select(Case).where(Case.id == self.case_id)).scalar_one()

    def lines(self) -> list[CaseEvent]:
        with scope(Plane.WORKER, zone=self.zone):
            statement = select(CaseEvent).where(CaseEvent.case_id == self.case_id).order_by(CaseEvent.at)
            return list(db.session.execute(statement).scalars())

    @invariant()
    def what_is_open_has_one_promise_and_what_is_not_has_none(self) -> None:
        case = self.case()
        promises = [case.due_at, case.paused_at]
        assert sum(each is not None for each in promises) == (case.phase == Phase.OPEN)
        with scope(Plane.WORKER, zone=self.zone):
            statement = select(CaseClock).where(CaseClock.case_id == self.case_id, CaseClock.stopped_at.is_(None))
            running = list(db.session.execute(statement).scalars())
        assert bool(running) == (case.phase == Phase.OPEN)
        assert (case.due_at is None) == all(clock.paused_at is not None for clock in running)

    @invariant()
    def the_history_leads_from_the_draft_to_where_the_case_stands(self) -> None:
        case, at = self.case(), TABLE.first.key
        for line in self.lines():
            assert line.from_state == at, (line.action, line.from_state, at)
            step = TABLE.find_step(line.action)
            assert line.to_state == (step.target if step else at)
            at = line.to_state
        assert case.state == at
        assert case.phase == TABLE[at].phase

    @invariant()
    def every_step_is_one_line_and_one_version(self) -> None:
        taken = [line for line in self.lines() if TABLE.find_step(line.action)]
        assert self.case().version == 1 + len(taken)

    @invariant()
    def nobody_decides_what_they_recommended_and_an_appeal_goes_to_a_third(self) -> None:
        case, recommended_by, decided_by = self.case(), None, None
        deciders = [each for each in (case.decided_by, case.appeal_decided_by) if each is not None]
        assert case.recommended_by not in deciders
        assert len(set(deciders)) == len(deciders)
        for line in self.lines():
            step = TABLE.find_step(line.action)
            if step is not None and "recommendation" in step.asks:
                recommended_by = line.account_id
            if step is not None and step.who is Who.APPROVER:
                assert line.account_id not in (recommended_by, decided_by, self.actors["member"].account_id)
                decided_by = line.account_id if TABLE[step.target].phase is Phase.DECIDED else decided_by

    @invariant()
    def no_more_is_granted_than_two_people_agreed_on_or_was_asked_for(self) -> None:
        case = self.case()
        most = case.amount_requested_cents if case.appealed_at else case.amount_recommended_cents
        assert (case.amount_granted_cents or 0) <= (most or 0)


@pytest.fixture
def here(world) -> type[Interleaving]:
    """The machine, in a zone with its people."""
    zone = world.zone()

    class Here(Interleaving):
        pass

    Here.world, Here.zone, Here.staff = (
        world,
        zone,
        {name: world.staff_actor(zone, role) for name, role in STAFF.items()},
    )
    return Here


@pytest.mark.slow
def test_whatever_people_do_at_the_same_moment_a_case_stays_whole(here):
    run_state_machine_as_test(
        here, settings=settings(max_examples=25, stateful_step_count=15, deadline=None, derandomize=True, database=None)
    )


def test_without_the_lock_two_handlers_both_take_a_case_and_it_is_not_whole(here, monkeypatch):
    """The control: who reads a case without holding it decides upon what another is changing."""
    machine = here()
    machine.apply()
    both_have_read = threading.Barrier(2, timeout=30)

    def read_without_holding(case_id: UUID) -> Case:
        case = find_case(case_id)
        both_have_read.wait()
        return case

    takings = [machine.deed(name, "take", {}, 0) for name in ("handler", "colleague")]
    monkeypatch.setattr(steps, "lock_case", read_without_holding)
    machine.at_once(takings)
    assert [line.action for line in machine.lines()].count("take") == 2
    with pytest.raises(AssertionError):
        machine.every_step_is_one_line_and_one_version()

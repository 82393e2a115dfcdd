"""The state table is walked: no dead end, no state out of reach, every step by everybody from everywhere."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from app.core.errors import DomainError
from app.core.platform import platform
from app.identity.roles import permissions_of
from app.modules.help import operations, reviews
from app.modules.help.schemas import INPUTS
from app.modules.help.states import FINAL, OPEN, TRANSITIONS, WAITING, Clock, State, Who
from app.modules.help.tests.desk import Desk
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db

REASON = {"reason": "缺少证明"}
NOTE = {"note": "家访属实"}
GIVEN: dict[str, dict[str, Any]] = {
    "take": {},
    "take_over": NOTE,
    "return": REASON,
    "recommend": {"recommendation": "grant", "amount_recommended": 80_000, **NOTE},
    "send_back": NOTE,
    "approve": {"amount_granted": 80_000},
    "refuse": REASON,
}
# Who may take which step, written down once more, independent of the code's table.
REVIEWERS = {"handler", "colleague", "admin"}
MAY = {
    (State.SUBMITTED, "take"): REVIEWERS,
    (State.IN_REVIEW, "take_over"): REVIEWERS,
    (State.IN_REVIEW, "return"): {"handler"},
    (State.IN_REVIEW, "recommend"): {"handler"},
    (State.RECOMMENDED, "send_back"): {"admin"},
    (State.RECOMMENDED, "approve"): {"admin"},
    (State.RECOMMENDED, "refuse"): {"admin"},
    (State.SUBMITTED, "withdraw"): {"member"},
    (State.IN_REVIEW, "withdraw"): {"member"},
    (State.RETURNED, "withdraw"): {"member"},
    (State.RECOMMENDED, "withdraw"): {"member"},
}
WAYS = {
    State.SUBMITTED: (),
    State.IN_REVIEW: (("handler", "take"),),
    State.RETURNED: (("handler", "take"), ("handler", "return")),
    State.RECOMMENDED: (("handler", "take"), ("handler", "recommend")),
    State.APPROVED: (("handler", "take"), ("handler", "recommend"), ("admin", "approve")),
    State.REFUSED: (("handler", "take"), ("handler", "recommend"), ("admin", "refuse")),
    State.WITHDRAWN: (("member", "withdraw"),),
}


def test_every_state_is_reachable_and_no_open_one_is_a_dead_end():
    reached = {State.DRAFT}
    for _ in State:
        reached |= {step.target for step in TRANSITIONS.values() if step.sources & reached}
    assert reached == set(State)
    for state in OPEN:
        ends, seen = {state}, set()
        while ends - seen:
            here = (ends - seen).pop()
            seen.add(here)
            ends |= {step.target for step in TRANSITIONS.values() if here in step.sources}
        assert seen & FINAL, state


def test_nothing_leaves_a_final_state():
    assert not any(step.sources & FINAL for step in TRANSITIONS.values())


def test_the_clock_runs_exactly_while_the_union_has_to_act():
    for step in TRANSITIONS.values():
        runs_before = step.sources <= WAITING
        runs_after = step.target in WAITING
        expected = Clock.START if runs_after and not runs_before else Clock.STOP if not runs_after else Clock.KEEP
        assert step.clock is expected, step.action


def test_every_step_asks_only_for_inputs_that_exist_and_every_end_but_the_members_own_is_told():
    for step in TRANSITIONS.values():
        assert set(step.requires + step.optional) <= set(INPUTS)
        assert bool(step.tells) == (
            step.target in FINAL | {State.RETURNED, State.SUBMITTED} and step.action != "withdraw"
        )


@dataclass
class Cast:
    """Everybody who might try a step."""

    desk: Desk
    foreign: ZoneFacts
    actors: dict[str, Actor]

    def attempt(self, name: str, application_id: UUID, action: str, *, keep: bool = False) -> bool:
        """Whether the step succeeds; it is undone unless `keep`."""
        zone = self.foreign if name == "foreign_admin" else self.desk.zone
        plane = Plane.MEMBER if TRANSITIONS[action].who is Who.APPLICANT else Plane.STAFF
        seen = self.desk.find(application_id).mark
        with scope(plane, zone=zone, actor=self.actors[name]):
            try:
                self._do(self.actors[name], application_id, action, seen)
            except DomainError:
                db.session.rollback()
                return False
            db.session.commit() if keep else db.session.rollback()
            return True

    def _do(self, actor: Actor, application_id: UUID, action: str, seen: str) -> None:
        if action == "withdraw":
            operations.withdraw_application(actor, application_id)
        else:
            reviews.review(actor, application_id, action, seen, dict(GIVEN[action]))


@pytest.fixture
def cast(desk, world):
    foreign = world.zone()

    def staff(role: str, zone: ZoneFacts) -> Actor:
        person = world.staff(zone, role)
        permissions = permissions_of([(role, zone.union_path)], zone.union_path, platform().modules)
        return Actor(person.account_id, None, person.name, permissions)

    stranger = world.member(desk.zone)
    return Cast(
        desk,
        foreign,
        {
            "anonymous": Actor(),
            "member": Actor(desk.person.account_id, desk.person.member_id, desk.person.name),
            "stranger": Actor(stranger.account_id, stranger.member_id, stranger.name),
            "handler": staff("caseworker", desk.zone),
            "colleague": staff("caseworker", desk.zone),
            "admin": staff("zone_admin", desk.zone),
            "editor": staff("editor", desk.zone),
            "foreign_admin": staff("zone_admin", foreign),
        },
    )


@pytest.mark.parametrize("state", WAYS)
def test_every_step_in_every_state_by_every_person(desk, cast, state):
    application_id = desk.submitted()
    for name, action in WAYS[state]:
        assert cast.attempt(name, application_id, action, keep=True)
    assert desk.find(application_id).state == state
    for action in [*GIVEN, "withdraw"]:
        for name in cast.actors:
            repeats = WAYS[state] and WAYS[state][-1] == (name, action)
            expected = name in MAY.get((state, action), set())
            if repeats and action == "withdraw":
                expected = True  # what is done already stays done
            assert cast.attempt(name, application_id, action) is expected, (state, action, name)

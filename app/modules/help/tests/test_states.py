"""The state table is walked: every step by everybody from everywhere."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from app.casework.inputs import INPUTS
from app.casework.kinds import ANSWER
from app.casework.states import OVER, Phase, Who
from app.casework.steps import take_step
from app.core.errors import DomainError
from app.modules.help.cases import TABLE
from app.modules.help.tests.desk import Desk
from tenants.context import SYSTEM, Actor, Plane, ZoneFacts, scope
from tenants.database import db

REASON = {"reason": "缺少证明"}
NOTE = {"note": "家访属实"}
GIVEN: dict[str, dict[str, Any]] = {
    "take": {},
    "take_over": NOTE,
    "return": REASON,
    "recommend": {"recommendation": "grant", "amount_recommended": 80_000, **NOTE},
    "retract": NOTE,
    "send_back": NOTE,
    "approve": {"amount_granted": 80_000},
    "refuse": REASON,
    "appeal": REASON,
    "change": {"amount_granted": 90_000},
    "uphold": REASON,
    "lapse": {},
}
# Who may take which step, written down once more, independent of the code's table.
REVIEWERS = {"handler", "colleague", "admin", "second_admin"}
MAY = {
    ("submitted", "take"): REVIEWERS,
    ("in_review", "take_over"): {"handler"},  # others open the case for a reason first
    ("in_review", "return"): {"handler"},
    ("in_review", "recommend"): {"handler"},
    ("recommended", "retract"): {"handler"},
    ("recommended", "send_back"): {"admin", "second_admin"},
    ("recommended", "approve"): {"admin", "second_admin"},
    ("recommended", "refuse"): {"admin", "second_admin"},
    ("submitted", "withdraw"): {"member"},
    ("in_review", "withdraw"): {"member"},
    ("returned", "withdraw"): {"member"},
    ("returned", "lapse"): {"time"},
    ("recommended", "withdraw"): {"member"},
    ("approved", "appeal"): {"member"},
    ("refused", "appeal"): {"member"},
    ("appealed", "change"): {"second_admin"},
    ("appealed", "uphold"): {"second_admin"},
    ("appealed", "withdraw_appeal"): {"member"},
}
REFUSED = (("handler", "take"), ("handler", "recommend"), ("admin", "refuse"))
WAYS = {
    "submitted": (),
    "in_review": (("handler", "take"),),
    "returned": (("handler", "take"), ("handler", "return")),
    "recommended": (("handler", "take"), ("handler", "recommend")),
    "approved": (("handler", "take"), ("handler", "recommend"), ("admin", "approve")),
    "refused": REFUSED,
    "withdrawn": (("member", "withdraw"),),
    "not_completed": (("handler", "take"), ("handler", "return"), ("time", "lapse")),
    "appealed": (*REFUSED, ("member", "appeal")),
    "changed": (*REFUSED, ("member", "appeal"), ("second_admin", "change")),
    "upheld": (*REFUSED, ("member", "appeal"), ("second_admin", "uphold")),
    "appeal_withdrawn": (*REFUSED, ("member", "appeal"), ("member", "withdraw_appeal")),
}


def test_every_step_asks_only_for_inputs_that_exist_and_every_end_but_the_members_own_is_told():
    for step in TABLE.steps:
        assert set(step.asks) <= set(INPUTS)
        to_the_member = TABLE[step.target].phase in OVER | {Phase.RETURNED} or step.action in (
            "submit",
            "appeal",
            "review_again",
        )
        assert bool(step.tells) == (to_the_member and step.action != "withdraw")


def test_the_clock_starts_exactly_when_the_case_comes_to_the_union():
    for step in TABLE.steps:
        comes = TABLE[step.target].phase is Phase.OPEN and any(
            TABLE[each].phase is not Phase.OPEN for each in step.sources
        )
        assert step.starts == ((ANSWER,) if comes else ()), step.action


@dataclass
class Cast:
    """Everybody who might try a step."""

    desk: Desk
    foreign: ZoneFacts
    actors: dict[str, Actor]

    def attempt(self, name: str, case_id: UUID, action: str, *, keep: bool = False) -> bool:
        """Whether the step succeeds; it is undone unless `keep`."""
        zone = self.foreign if name == "foreign_admin" else self.desk.zone
        plane = {Who.APPLICANT: Plane.MEMBER, Who.TIME: Plane.WORKER}.get(TABLE.step(action).who, Plane.STAFF)
        seen = None if plane is not Plane.STAFF else self.desk.find(case_id).mark
        with scope(plane, zone=zone, actor=self.actors[name]):
            try:
                take_step(self.actors[name], case_id, action, dict(GIVEN.get(action, {})), seen=seen)
            except DomainError:
                db.session.rollback()
                return False
            db.session.commit() if keep else db.session.rollback()
            return True


@pytest.fixture
def cast(desk, world):
    foreign = world.zone()

    stranger = world.member(desk.zone)
    return Cast(
        desk,
        foreign,
        {
            "anonymous": Actor(),
            "member": Actor(desk.person.account_id, desk.person.member_id, desk.person.name),
            "stranger": Actor(stranger.account_id, stranger.member_id, stranger.name),
            "handler": world.staff_actor(desk.zone, "caseworker"),
            "colleague": world.staff_actor(desk.zone, "caseworker"),
            "admin": world.staff_actor(desk.zone, "zone_admin"),
            "second_admin": world.staff_actor(desk.zone, "zone_admin"),
            "editor": world.staff_actor(desk.zone, "editor"),
            "foreign_admin": world.staff_actor(foreign, "zone_admin"),
            "time": SYSTEM,
        },
    )


@pytest.mark.parametrize("state", WAYS)
def test_every_step_in_every_state_by_every_person(desk, cast, state):
    case_id = desk.submitted()
    for name, action in WAYS[state]:
        assert cast.attempt(name, case_id, action, keep=True)
    assert desk.find(case_id).state == state
    for action in [*GIVEN, "withdraw", "withdraw_appeal", "review_again"]:  # the last is nobody's without an objection
        for name in cast.actors:
            repeats = WAYS[state] and WAYS[state][-1] == (name, action)
            expected = name in MAY.get((state, action), set())
            if repeats and name in ("member", "time"):
                expected = True  # what is done already stays done
            assert cast.attempt(name, case_id, action) is expected, (state, action, name)

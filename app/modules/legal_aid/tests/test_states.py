"""Every kind's state table is walked: every step by everybody from everywhere, also of the employer's own people."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.casework.inputs import INPUTS
from app.casework.states import Phase, StateTable, Who
from app.casework.steps import take_step
from app.core.clock import today_in_china
from app.core.errors import DomainError
from app.members.models import Member
from app.modules.legal_aid.cases import CASEWORK
from app.modules.legal_aid.tests.desk import Desk
from tenants.context import SYSTEM, Actor, Plane, ZoneFacts, scope
from tenants.database import db

NOTE = {"note": "电话核实"}
OUTCOME = {"outcome": "公司分两期付清", "amount_recovered": 1_800_000}
GIVEN: dict[str, dict[str, Any]] = {
    "take": {}, "take_over": NOTE, "take_charge": NOTE, "answer": {"answer": "应当缴纳。"}, "ask_more": {"question": "能补吗？"},
    "close": {}, "lapse": {}, "withdraw": {}, "return": {"reason": "请补充工资条"}, "retract": NOTE, "send_back": NOTE, "accept": {},
    "recommend": {"recommendation": "grant", **NOTE}, "refuse": {"reason": "不属于劳动争议"},
    "report": {"news": "已联系公司"},
    "file": {"filing": "已向仲裁委员会提交"},
    "agree": OUTCOME, "fail": {"outcome": "公司不同意"},
    "note_award": {"outcome": "支持", "served_on": today_in_china()}, "conclude": OUTCOME,
    "note_judgment": {"outcome": "支持", "served_on": today_in_china()},
}  # fmt: skip

# Who may take which step, and where it leads, written down once more, independent of the code's tables.
HANDLER, ADMIN, MEMBER = {"handler"}, {"admin"}, {"member"}
QUESTION = {
    ("asked", "take"): ("in_hand", {"handler", "colleague", "admin"}),
    ("asked", "withdraw"): ("withdrawn", MEMBER),
    ("in_hand", "take_over"): ("in_hand", HANDLER),
    ("in_hand", "answer"): ("answered", HANDLER),
    ("in_hand", "withdraw"): ("withdrawn", MEMBER),
    ("answered", "ask_more"): ("in_hand", MEMBER),
    ("answered", "close"): ("closed", MEMBER),
    ("answered", "lapse"): ("closed", {"time"}),
}
AID = {
    ("submitted", "take"): ("in_review", {"handler", "colleague", "admin"}),
    ("in_review", "take_over"): ("in_review", HANDLER),
    ("in_review", "return"): ("returned", HANDLER),
    ("in_review", "recommend"): ("recommended", HANDLER),
    ("recommended", "retract"): ("in_review", HANDLER),
    ("recommended", "send_back"): ("in_review", ADMIN),
    ("recommended", "accept"): ("under_way", ADMIN),
    ("recommended", "refuse"): ("refused", ADMIN),
    ("under_way", "report"): ("under_way", HANDLER),
    ("under_way", "take_charge"): ("under_way", HANDLER),
    ("submitted", "withdraw"): ("withdrawn", MEMBER),
    ("in_review", "withdraw"): ("withdrawn", MEMBER),
    ("returned", "withdraw"): ("withdrawn", MEMBER),
    ("returned", "lapse"): ("not_completed", {"time"}),
    ("recommended", "withdraw"): ("withdrawn", MEMBER),
    ("under_way", "withdraw"): ("withdrawn", MEMBER),
}
MAY = {
    "consultation": QUESTION,
    "mediation": AID | {
        ("under_way", "agree"): ("agreed", HANDLER),
        ("under_way", "fail"): ("failed", HANDLER),
    },
    "arbitration": AID | {
        ("under_way", "file"): ("under_way", HANDLER),
        ("under_way", "note_award"): ("under_way", HANDLER),
        ("under_way", "conclude"): ("concluded", HANDLER),
    },
    "litigation": AID | {
        ("under_way", "file"): ("under_way", HANDLER),
        ("under_way", "note_judgment"): ("under_way", HANDLER),
        ("under_way", "conclude"): ("concluded", HANDLER),
    },
}  # fmt: skip
TAKEN = (("handler", "take"),)
RECOMMENDED = (*TAKEN, ("handler", "recommend"))
UNDER_WAY = (*RECOMMENDED, ("admin", "accept"))
ANSWERED = (*TAKEN, ("handler", "answer"))
WAYS_OF_AID = {
    "submitted": (), "in_review": TAKEN, "returned": (*TAKEN, ("handler", "return")), "recommended": RECOMMENDED,
    "under_way": UNDER_WAY, "refused": (*RECOMMENDED, ("admin", "refuse")), "withdrawn": (("member", "withdraw"),),
    "not_completed": (*TAKEN, ("handler", "return"), ("time", "lapse")),
}  # fmt: skip
CONCLUDED = {"concluded": (*UNDER_WAY, ("handler", "conclude"))}
WAYS = {
    "consultation": {"asked": (), "in_hand": TAKEN, "answered": ANSWERED, "closed": (*ANSWERED, ("member", "close")),
                     "withdrawn": (("member", "withdraw"),)},
    "mediation": WAYS_OF_AID | {"agreed": (*UNDER_WAY, ("handler", "agree")), "failed": (*UNDER_WAY, ("handler", "fail"))},
    "arbitration": WAYS_OF_AID | CONCLUDED,
    "litigation": WAYS_OF_AID | CONCLUDED,
}  # fmt: skip
TABLES = {kind.name: kind.table for kind in CASEWORK.kinds}


@pytest.mark.parametrize("kind", TABLES)
def test_the_walk_knows_every_state_and_step_of_the_table(kind):
    table = TABLES[kind]
    assert set(WAYS[kind]) == {state.key for state in table.states} - {"draft"}
    assert {action for _state, action in MAY[kind]} == set(table.actions) - {"submit"}


@pytest.mark.parametrize("kind", TABLES)
def test_the_member_is_told_of_whatever_the_union_does_that_concerns_them(kind):
    table = TABLES[kind]
    for step in table.steps:
        assert set(step.asks) <= set(INPUTS)
        concerns = step.who.is_staff and step.shown and not step.takes
        assert bool(step.tells) == (concerns or step.action == "submit" or step.target == "not_completed"), step.action


@pytest.mark.parametrize("kind", TABLES)
def test_nothing_waits_for_the_union_without_a_promise(kind):
    """Whatever way a case came into an open state, a promise runs that the step did not end."""
    table = TABLES[kind]
    promises = {
        clock.key for each in CASEWORK.kinds if each.name == kind for clock in each.clocks if not clock.is_limit
    }
    for step in table.steps:
        if table[step.target].phase is not Phase.OPEN:
            continue
        starts_one = bool(promises & set(step.starts))
        keeps_one = all(table[source].phase is Phase.OPEN for source in step.sources) and not promises & set(step.stops)
        assert starts_one or keeps_one, step.action


@dataclass
class Cast:
    """Everybody who might try a step."""

    desk: Desk
    table: StateTable
    foreign: ZoneFacts
    actors: dict[str, Actor]

    def attempt(self, name: str, case_id: UUID, action: str, *, keep: bool = False) -> str | None:
        """The state the step leads to, None where it is refused; it is undone unless `keep`."""
        zone = self.foreign if name == "foreign_admin" else self.desk.zone
        own = {Who.APPLICANT: Plane.MEMBER, Who.TIME: Plane.WORKER}
        step = self.table.step(action)
        seen = None if step.who in own else self.desk.find(case_id).mark
        with scope(own.get(step.who, Plane.STAFF), zone=zone, actor=self.actors[name]):
            try:
                state = take_step(self.actors[name], case_id, action, dict(GIVEN[action]), seen=seen).state
            except DomainError:
                db.session.rollback()
                return None
            db.session.commit() if keep else db.session.rollback()
            return state


@pytest.fixture
def cast_of(desk, world):
    foreign = world.zone()

    stranger = world.member(desk.zone)
    with scope(Plane.WORKER):
        employer = db.session.scalars(select(Member.union_path).where(Member.id == desk.person.member_id)).one()
    assert employer is not None
    actors = {
        "anonymous": Actor(),
        "member": Actor(desk.person.account_id, desk.person.member_id, desk.person.name),
        "stranger": Actor(stranger.account_id, stranger.member_id, stranger.name),
        "handler": world.staff_actor(desk.zone, "caseworker"),
        "colleague": world.staff_actor(desk.zone, "caseworker"),
        "admin": world.staff_actor(desk.zone, "zone_admin"),
        "editor": world.staff_actor(desk.zone, "editor"),
        "employers_handler": world.staff_actor(desk.zone, "caseworker", employer),
        "employers_admin": world.staff_actor(desk.zone, "zone_admin", employer),
        "foreign_admin": world.staff_actor(foreign, "zone_admin"),
        "time": SYSTEM,
    }
    return lambda kind: Cast(desk, TABLES[kind], foreign, actors)


@pytest.mark.parametrize(("kind", "state"), [(kind, state) for kind, ways in WAYS.items() for state in ways])
def test_every_step_in_every_state_by_every_person(desk, cast_of, kind, state):
    cast = cast_of(kind)
    case_id = desk.submitted(kind)
    for name, action in WAYS[kind][state]:
        assert cast.attempt(name, case_id, action, keep=True), (name, action)
    assert desk.find(case_id).state == state
    last = WAYS[kind][state][-1:]
    for action in set(TABLES[kind].actions) - {"submit"}:
        leads_to, who = MAY[kind].get((state, action), (None, set()))
        for name in cast.actors:
            stays_done = name in ("member", "time") and last == (
                (name, action),
            )  # sent again without a mark of what they saw
            expected = leads_to if name in who else state if stays_done else None
            assert cast.attempt(name, case_id, action) == expected, (state, action, name)

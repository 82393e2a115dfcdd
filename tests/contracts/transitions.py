"""Every step of a kind, in every state, asked by every role: in the zone, beside it, below it, and tied to the applicant's employer.

Who may is written down here once more by what a step says of itself, independent of the code that asks.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.casework.kinds import CaseKind, all_kinds
from app.casework.models import Case
from app.casework.states import SUBMIT, Step, Who
from app.casework.steps import take_step
from app.core.clock import today_in_china
from app.core.errors import DomainError
from app.core.platform import platform
from app.identity.roles import CITY_ROLES, ROLES
from tenants.context import SYSTEM, Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tests.fixtures.cases import acting, hand_in
from tests.fixtures.world import World

Way = tuple[tuple[str, str], ...]
"""Who did what, one after the other."""
TIED, BESIDE, BELOW = "tied to the employer", "of another zone", "of the employer's zone"
HANDLER, DECIDER, THIRD, MEMBER, TIME = "handler", "decider", "third", "member", "time"
PART_TAKERS = (HANDLER, DECIDER, THIRD, MEMBER, TIME)
PLANES = {Who.APPLICANT: Plane.MEMBER, Who.TIME: Plane.WORKER}
WORDS, RECOMMENDED, ON_APPEAL = "已核实", 5_000, 6_000


@dataclass(frozen=True)
class Somebody:
    """Who tries a step, and in which zone."""

    actor: Actor
    zone: ZoneFacts
    role: str = ""


@dataclass(frozen=True)
class Stand:
    """A case in one state, and the way it came there."""

    case_id: UUID
    state: str
    mark: str
    way: Way
    member: Somebody


@dataclass
class Scene:
    """A county's zone with an employer's below it and another county's beside it, and people of every role everywhere."""

    world: World
    zone: ZoneFacts
    employer: ZoneFacts
    people: dict[str, Somebody] = field(default_factory=dict)

    def stands(self, kind: CaseKind) -> list[Stand]:
        """A case in each state that people or time bring one to, each of a member of its own."""
        return [self.bring(kind, state, way) for state, way in shortest_ways(kind).items()]

    def bring(self, kind: CaseKind, state: str, way: Way) -> Stand:
        """A new member's case of the kind, brought to a state by a way there."""
        person = self.world.member(self.world.union_of(self.employer))
        member = Somebody(acting(person), self.zone)
        case_id = hand_in(self.zone, kind, person)
        for number, (who, action) in enumerate(way[1:], start=1):
            step, somebody = kind.table.step(action), member if who == MEMBER else self.people[who]
            mark = self._mark(case_id)
            with scope(plane_of(step), zone=self.zone, actor=somebody.actor):
                take_step(somebody.actor, case_id, action, given(kind, step, way[:number]), seen=seen(step, mark))
                db.session.commit()
        return Stand(case_id, state, self._mark(case_id), way, member)

    def _mark(self, case_id: UUID) -> str:
        with scope(Plane.WORKER, zone=self.zone):
            return db.session.get_one(Case, (self.zone.id, case_id)).mark


def make_scene(world: World) -> Scene:
    county = world.union()
    zone = world.zone(union=county)
    employer = world.zone(union=world.union("海城甲乙丙机床厂工会", "enterprise", county))
    scene, beside = Scene(world, zone, employer), world.zone()
    for role in (each for each in ROLES if each not in CITY_ROLES):
        scene.people[role] = Somebody(world.staff_actor(zone, role), zone, role)
        if not _may_anything(role):
            continue  # nowhere else may they either
        scene.people |= {
            f"{role}, {TIED}": Somebody(world.staff_actor(zone, role, employer.union_path), zone, role),
            f"{role}, {BESIDE}": Somebody(world.staff_actor(beside, role), beside, role),
            f"{role}, {BELOW}": Somebody(world.staff_actor(employer, role), employer, role),
        }
    scene.people |= {
        HANDLER: Somebody(world.staff_actor(zone, "zone_admin"), zone, "zone_admin"),  # who might decide, too
        DECIDER: Somebody(world.staff_actor(zone, "zone_admin"), zone, "zone_admin"),
        THIRD: Somebody(world.staff_actor(zone, "zone_admin"), zone, "zone_admin"),
        TIME: Somebody(SYSTEM, zone),
        "nobody": Somebody(Actor(), zone),
        "another member": Somebody(acting(world.member(zone)), zone),
        "a colleague": Somebody(acting(world.member(world.union_of(employer))), zone),
    }
    return scene


def _may_anything(role: str) -> bool:
    rights = {right for kind in all_kinds() for right in (kind.review, kind.decide)}
    return any(role in platform().modules.permissions[right].roles for right in rights)


def shape(kind: CaseKind) -> tuple[Any, ...]:
    """All that a step asks of its kind: kinds of one shape answer alike."""
    return (
        id(kind.table),
        kind.review,
        kind.decide,
        kind.is_employer_blind,
        kind.needs_two_people,
        kind.counsel,
        type(kind.own),
    )


def shortest_ways(kind: CaseKind) -> dict[str, Way]:
    """The shortest way to each state; an objection's is another story (`app.casework.public_notice`)."""
    begin = kind.table.step(SUBMIT)
    ways: dict[str, Way] = {begin.target: ((MEMBER, SUBMIT),)}
    waiting = deque(ways)
    while waiting:
        state = waiting.popleft()
        for step in kind.table.steps_from(state):
            if step.target not in ways and step.who is not Who.OBJECTION:
                ways[step.target] = (*ways[state], (taker(kind, step, ways[state]), step.action))
                waiting.append(step.target)
    return ways


def taker(kind: CaseKind, step: Step, way: Way) -> str:
    if step.who is Who.APPROVER:
        return THIRD if _appealed(kind, way) else DECIDER
    return {Who.APPLICANT: MEMBER, Who.TIME: TIME}.get(step.who, HANDLER)


def may(scene: Scene, kind: CaseKind, step: Step, stand: Stand) -> set[str]:
    """Who may take a step from where the case stands."""
    if step.who in (Who.APPLICANT, Who.TIME, Who.OBJECTION):
        return {Who.APPLICANT: {MEMBER}, Who.TIME: {TIME}}.get(step.who, set())
    done = {action: who for who, action in stand.way}
    is_taken = any(kind.table.step(action).takes for action in done)
    if step.who is Who.HANDLER:
        return {HANDLER} if is_taken else set()
    deciders = _holders(scene, kind, kind.decide) - {
        who for who, action in stand.way if "recommendation" in kind.table.step(action).asks
    }
    if step.who is Who.APPROVER:
        return deciders - ({DECIDER} if _appealed(kind, stand.way) else set())
    if not is_taken:
        return _holders(scene, kind, kind.review)
    waits_for_decision = any(each.who is Who.APPROVER for each in kind.table.steps_from(stand.state))
    return {HANDLER} | (deciders if waits_for_decision else set())


def wrongs(scene: Scene, kind: CaseKind) -> list[str]:
    """The tries that ended otherwise than they must; each is undone."""
    stands = scene.stands(kind)
    found = [wrong for name in scene.people for wrong in _tries(scene, kind, name, scene.people[name], stands)]
    for stand in stands:
        found += _tries(scene, kind, MEMBER, stand.member, [stand])
    return found


def _tries(scene: Scene, kind: CaseKind, name: str, somebody: Somebody, stands: list[Stand]) -> Iterator[str]:
    """All that somebody tries, in one transaction a plane."""
    for plane in (Plane.STAFF, Plane.MEMBER, Plane.WORKER):
        steps = [step for step in kind.table.steps if plane_of(step) is plane]
        with scope(plane, zone=somebody.zone, actor=somebody.actor):
            for stand in stands:
                for step in steps:
                    if stand.state not in step.sources and name not in PART_TAKERS:
                        continue  # whoever has no part in it is not asked what nobody may
                    must = _must(scene, kind, step, stand, name)
                    came = _try(kind, somebody.actor, stand, step, is_refused=must is None)
                    if must != came:
                        yield f"{stand.state}, {step.action}, {name}: {came} instead of {must}"
            db.session.rollback()


def _must(scene: Scene, kind: CaseKind, step: Step, stand: Stand, name: str) -> str | None:
    """The state it must lead to, None where it must be refused; sent again without a mark, what is done stays done."""
    if stand.way[-1] == (name, step.action) and name in (MEMBER, TIME):
        return stand.state
    is_possible = stand.state in step.sources and name in may(scene, kind, step, stand)
    return step.target if is_possible else None


def _try(kind: CaseKind, actor: Actor, stand: Stand, step: Step, *, is_refused: bool) -> str | None:
    """The state it leads to, None where it is refused. A savepoint undoes what succeeds: a refusal has written nothing."""
    attempt = None if is_refused else db.session.begin_nested()
    inputs, mark = given(kind, step, stand.way), seen(step, stand.mark)
    try:
        state = take_step(actor, stand.case_id, step.action, inputs, seen=mark).state
        db.session.flush()
    except DomainError:
        if db.session.new or db.session.dirty:
            raise
        return None
    else:
        return state
    finally:
        if attempt is not None:
            attempt.rollback()


def _holders(scene: Scene, kind: CaseKind, permission: str) -> set[str]:
    """Who holds a permission where the case is: by their role, in its very zone, and not kept from it."""
    roles = platform().modules.permissions[permission].roles
    return {
        name
        for name, each in scene.people.items()
        if each.role in roles and each.zone == scene.zone and not (kind.is_employer_blind and name.endswith(TIED))
    }


def _appealed(kind: CaseKind, way: Way) -> bool:
    return any(kind.table.step(action).appeals_within for _who, action in way)


def plane_of(step: Step) -> Plane:
    return PLANES.get(step.who, Plane.STAFF)


def seen(step: Step, mark: str) -> str | None:
    return None if step.who in PLANES else mark


def given(kind: CaseKind, step: Step, way: Way) -> dict[str, Any]:
    """What a step asks for; an appeal may only give more than the decision before."""
    known = {"recommendation": "grant", "amount_recommended": RECOMMENDED, "amount_recovered": RECOMMENDED,
             "amount_granted": ON_APPEAL if _appealed(kind, way) else RECOMMENDED, "served_on": today_in_china()}  # fmt: skip
    return {name: known.get(name, WORDS) for name in step.asks}

"""Gives cases to handlers, hands them on, and keeps whose which union's cases are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.casework.access.conflicts import list_conflicted
from app.casework.access.rule import is_own
from app.casework.access.standing import reading_of
from app.casework.assignment.choosing import choose, is_suited
from app.casework.assignment.errors import NobodyToGiveTo, NotInHand, UnknownUnion
from app.casework.assignment.models import CaseDuty
from app.casework.assignment.queries import IN_HANDS, find_on_duty, find_unions_called, list_in_hand, loads
from app.casework.contacts.handing_on import take_waiting_tasks
from app.casework.errors import NotAdmitted, NotTheHandler
from app.casework.handover.deeds import ARRIVE
from app.casework.kinds import casework_of, find_kind
from app.casework.models import Case, CaseEvent
from app.casework.queries import lock_case
from app.casework.settings import GIVEN, current_settings
from app.casework.states import SUBMIT, Phase
from app.casework.trail import add_event, record
from app.core import audit
from app.core.clock import now
from app.core.errors import NotFound
from app.core.outbox import emit
from app.core.seen import require_seen
from app.identity.queries import Colleague, list_colleagues
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.turns import take_turn

ASSIGN = "assign"
HAND_ON = "hand_on"
JOB = "casework.assign"
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What became of the cases of somebody who leaves: how many have a new handler, how many nobody else can have."""

    handed: int
    left: int


def offer(case: Case, event: CaseEvent) -> None:
    """Have a case that is handed in, or comes from another zone, given to somebody, where this one wants that and nobody has it."""
    is_new = event.action in (SUBMIT, ARRIVE) and case.handler_id is None
    if is_new and current_settings(case.module).assignment == GIVEN:
        emit(JOB, dedupe_key=f"{JOB}:{case.id}:{case.version}", payload={"case_id": str(case.id)})


def assign(actor: Actor, case_id: UUID) -> None:
    """Give a case that nobody has to whoever is on duty for its union, else to whoever has least.

    On the worker plane. A case that somebody took meanwhile is left, and so is one that nobody is suited for.
    """
    hold_assigning()
    case = lock_case(case_id)
    if case.phase != Phase.OPEN or case.handler_id is not None:
        return
    if (chosen := find_handler(case)) is not None:
        give(actor, case, chosen, ASSIGN, "")


def hold_assigning() -> None:
    """Cases of a zone are given one transaction after the other: the next one counts what this one was given. Held before any case is,
    so that two never wait for each other."""
    take_turn(f"{JOB}.{current_zone().id}")


def find_handler(case: Case) -> Colleague | None:
    """Who is on duty for the case's union, else who of those suited for it has least. On the worker plane."""
    kind, path = find_kind(case.kind), current_zone().union_path
    deciding = {one.account_id for one in list_colleagues(kind.decide, path)}
    return _choose(case, list_colleagues(kind.review, path), _weights(), deciding)


def hand_on(actor: Actor, case_id: UUID, to: Colleague, reason: str, *, seen: str | None = None) -> None:
    """Give a case to a colleague, for a reason; its handler may, and who decides. Sent twice it is handed on once.

    Nobody takes to themselves what they may not read: that they open for a reason the member is told of. Raises `NotTheHandler`,
    `NotInHand`, `NobodyToGiveTo`, `NotAdmitted`, `ChangedMeanwhile`, `NotFound`.
    """
    case = lock_case(case_id)
    if not actor.may(find_kind(case.kind).review) or is_own(actor, case):
        raise NotFound
    if case.handler_id == to.account_id and seen == case.former_mark:
        return
    require_seen(seen, case.mark)
    if case.handler_id is None or case.phase not in IN_HANDS:
        raise NotInHand
    if not may_hand_on(actor, case):
        raise NotTheHandler
    if to.account_id == case.handler_id or not is_suited(to, case, list_conflicted(case.id)):
        raise NobodyToGiveTo(field="handler")
    if to.account_id == actor.account_id and reading_of(actor, case) is None:
        raise NotAdmitted
    give(actor, case, to, HAND_ON, reason)


def may_hand_on(actor: Actor, case: Case) -> bool:
    """Whether the case is in somebody's hands, and the actor may give it to another."""
    is_in_hand = case.handler_id is not None and case.phase in IN_HANDS
    is_theirs = case.handler_id == actor.account_id or actor.may(find_kind(case.kind).decide)
    return is_in_hand and is_theirs and not is_own(actor, case)


def hand_over(
    actor: Actor, module: str, giver: UUID, receiver: Colleague | None, colleagues: list[Colleague], reason: str
) -> HandedOver:
    """Give all cases of a module that somebody has in hand to a colleague, or each to whoever is on duty or has least.

    What the receiver, or any colleague, is not suited for is left; so is an actor's own case. At most `MOST_AT_ONCE`.
    Raises `NotFound`, and `NotAdmitted` for an actor who names themselves: what they may not read they open for a reason.
    """
    _require_decider(actor, module)
    if receiver is not None and receiver.account_id == actor.account_id:
        raise NotAdmitted
    people = [one for one in ([receiver] if receiver else colleagues) if one.account_id != giver]
    weights, handed, left = _weights(), 0, 0
    for case_id in list_in_hand(module, giver, MOST_AT_ONCE):
        case = lock_case(case_id)
        if case.handler_id != giver or case.phase not in IN_HANDS:
            continue
        chosen = None if is_own(actor, case) else _choose(case, people, weights)
        if chosen is None:
            left += 1
            continue
        give(actor, case, chosen, HAND_ON, reason)
        weights = {**weights, chosen.account_id: weights.get(chosen.account_id, 0) + 1}
        handed += 1
    return HandedOver(handed, left)


def set_duty(actor: Actor, module: str, union: str, handler: Colleague) -> None:
    """Say whose the cases of a union of the zone are, in the place of what was said of it.

    Raises `UnknownUnion`, `NotFound`.
    """
    _require_decider(actor, module)
    found = find_unions_called(union, current_zone().union_path)
    if len(found) != 1:
        raise UnknownUnion(field="union")
    held = db.session.execute(
        select(CaseDuty).where(CaseDuty.module == module, CaseDuty.union_id == found[0])
    ).scalar_one_or_none()
    if held is not None and held.account_id == handler.account_id:
        return
    if held is not None:
        db.session.delete(held)
        db.session.flush()
    db.session.add(CaseDuty(module=module, union_id=found[0], account_id=handler.account_id, account_name=handler.name))
    _record(module, "set_duty", found[0], handler.account_id)


def remove_duty(actor: Actor, module: str, duty_id: UUID) -> None:
    """Let a union's cases be anybody's again; raises `NotFound`."""
    _require_decider(actor, module)
    duty = db.session.execute(
        select(CaseDuty).where(CaseDuty.module == module, CaseDuty.id == duty_id)
    ).scalar_one_or_none()
    if duty is None:
        raise NotFound
    db.session.delete(duty)
    _record(module, "remove_duty", duty.union_id, duty.account_id)


def _require_decider(actor: Actor, module: str) -> None:
    if not actor.may(casework_of(module).decide):
        raise NotFound


def _record(module: str, deed: str, union_id: UUID, account_id: UUID) -> None:
    audit.record(f"{module}.{deed}", object_type="union", object_id=union_id, handler=str(account_id))


def _choose(
    case: Case, people: list[Colleague], weights: Mapping[UUID, int], deciding: Collection[UUID] = ()
) -> Colleague | None:
    conflicted = list_conflicted(case.id)
    suited = [one for one in people if is_suited(one, case, conflicted)]
    return choose(suited, find_on_duty(case.module, case.union_path or ""), weights, deciding)


def _weights() -> dict[UUID, int]:
    return {account_id: load.weight for account_id, load in loads().items()}


def give(actor: Actor, case: Case, to: Colleague, action: str, reason: str) -> None:
    """Let a colleague deal with a case, who may."""
    case.handler_id, case.handler_name = to.account_id, to.name
    case.version += 1
    case.updated_at = now()
    add_event(actor, case, action, f"{to.name}: {reason}" if reason else to.name, is_shown=False)
    record(case, action, handler=str(to.account_id))
    take_waiting_tasks(actor, case)

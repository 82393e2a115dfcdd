"""Merging a double application into the one that goes on: that keeps its number, and the earlier promise holds."""

from uuid import UUID

from sqlalchemy import select

from app.casework import clock_runs
from app.casework.access.conflicts import is_conflicted, list_conflicted
from app.casework.access.keeping import keep_from
from app.casework.access.standing import require_hand
from app.casework.handover.queries import find_under_way
from app.casework.kinds import find_kind
from app.casework.links.errors import KeptFromHandler, NotToBeMerged
from app.casework.links.models import CaseMerge
from app.casework.models import Case
from app.casework.queries import lock_case
from app.casework.recusals.queries import is_waiting
from app.casework.states import MERGED, Phase
from app.casework.trail import add_event, record
from app.core.clock import now
from app.core.errors import DomainError
from app.core.seen import ChangedMeanwhile
from app.notifications.operations import notify
from tenants.context import Actor, current_zone
from tenants.database import db

MERGE = "merge"
TAKE_IN = "take_in"
"""The deeds on the case that ends and on the one that goes on."""


def merge_cases(actor: Actor, ending: UUID, into: UUID, reason: str, *, seen: dict[UUID, str]) -> None:
    """End a case by merging it into another one, and tell the member. Sent twice it is merged once.

    `seen` are the marks of both as the actor's page showed them. Raises `ChangedMeanwhile`, `NotToBeMerged`, `KeptFromHandler`, and what `require_hand` does.
    """
    held = {
        each: lock_case(each) for each in sorted({ending, into})
    }  # in one order: two merges never wait for each other
    for case in held.values():
        require_hand(actor, case)
    case, goes_on = held[ending], held[into]
    if _is_done(actor, case, goes_on):
        return
    if any(seen.get(each.id) != each.mark for each in held.values()):
        raise ChangedMeanwhile
    if not may_be_merged(case, goes_on):
        raise NotToBeMerged
    _require_free_handler(case, goes_on)
    clock_runs.hold_to_earlier(goes_on, case)
    clock_runs.stop(case)
    _end(actor, case, goes_on)
    _keep_from_both(actor, case, goes_on)
    goes_on.is_urgent = goes_on.is_urgent or case.is_urgent
    goes_on.version += 1
    goes_on.updated_at = now()
    _remember(actor, case, MERGE, goes_on, reason)
    _remember(actor, goes_on, TAKE_IN, case, reason)
    _tell(case, goes_on)


def may_merge(actor: Actor, case: Case) -> bool:
    """Whether the actor may merge this case with another one of theirs."""
    try:
        require_hand(actor, case)
    except DomainError:
        return False
    return True


def may_be_merged(case: Case, goes_on: Case) -> bool:
    """Whether the first may end by going on in the other: both of one member and one service, neither recommended or decided."""
    return (
        case.id != goes_on.id
        and case.member_id == goes_on.member_id
        and (case.module, case.blind_paths) == (goes_on.module, goes_on.blind_paths)
        and _awaits_answer(case, (Phase.OPEN, Phase.RETURNED))
        and _awaits_answer(goes_on, (Phase.OPEN,))
        and clock_runs.find_promise(goes_on, find_kind(goes_on.kind)) is not None
    )


def _awaits_answer(case: Case, phases: tuple[Phase, ...]) -> bool:
    """Whether the union has yet to look into it: neither recommended nor decided, and no aid granted that it is given.

    One that rests on an entitlement rests on what it alone was handed in with.
    """
    kind = find_kind(case.kind)
    is_new = not kind.own.rests_on_entitlement and case.decided_by is None and case.reopened_at is None
    is_open = case.phase in phases and is_new and case.state not in kind.states_to_decide
    is_held_up = find_under_way(case.id) is not None or is_waiting(case.id)
    return is_open and not is_held_up and (case.phase == Phase.RETURNED or clock_runs.awaits_answer(case))


def _is_done(actor: Actor, case: Case, goes_on: Case) -> bool:
    merged = db.session.scalar(select(CaseMerge).where(CaseMerge.case_id == case.id))
    return merged is not None and (merged.into_id, merged.merged_by) == (goes_on.id, actor.account_id)


def _require_free_handler(case: Case, goes_on: Case) -> None:
    """Whoever has the case that goes on is not kept from the other one."""
    if goes_on.handler_id is not None and is_conflicted(goes_on.handler_id, case.id):
        raise KeptFromHandler


def _keep_from_both(actor: Actor, case: Case, goes_on: Case) -> None:
    """Who is kept from the one is kept from both."""
    for account_id in sorted(list_conflicted(case.id) | list_conflicted(goes_on.id)):
        keep_from(actor, goes_on, account_id)


def _end(actor: Actor, case: Case, goes_on: Case) -> None:
    case.state, case.phase = MERGED.key, MERGED.phase
    case.version += 1
    case.updated_at = case.closed_at = now()
    case.typed_cipher = None
    db.session.add(CaseMerge(case_id=case.id, member_id=case.member_id, into_id=goes_on.id, merged_by=actor.account_id))
    db.session.flush()


def _remember(actor: Actor, case: Case, deed: str, other: Case, reason: str) -> None:
    add_event(actor, case, deed, f"{other.number}: {reason}", is_shown=True)
    record(case, deed, other=other.number)


def _tell(case: Case, goes_on: Case) -> None:
    notify(
        f"{case.module}.merged",
        case.member_id,
        {"number": case.number, "other": goes_on.number, "zone": current_zone().name},
        dedupe_key=f"{case.module}.merged:{case.id}",
        href=f"/{goes_on.module}/{goes_on.id}",
    )


def list_choices(actor: Actor, case: Case) -> list[Case]:
    """The member's other cases that may become one with this one, either way, and that the actor has a hand in."""
    if case.phase not in (Phase.OPEN, Phase.RETURNED) or not may_merge(actor, case):
        return []
    others = select(Case).where(
        Case.member_id == case.member_id, Case.module == case.module, Case.phase.in_((Phase.OPEN, Phase.RETURNED))
    )
    return [
        other
        for other in db.session.scalars(others.order_by(Case.id)).all()
        if (may_be_merged(case, other) or may_be_merged(other, case)) and may_merge(actor, other)
    ]

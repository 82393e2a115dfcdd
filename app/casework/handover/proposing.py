"""Proposing to hand a case over, and the member's answer. Until the other zone has accepted the case stays, and its promise runs."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from app.casework.access.standing import require_hand
from app.casework.errors import WrongState
from app.casework.handover.deeds import AGREE, LAPSE, PROPOSE, REFUSE, WITHDRAW
from app.casework.handover.desks import list_targets
from app.casework.handover.errors import HandoverMoved, NoSuchDesk, UnderWayAlready
from app.casework.handover.models import OPEN_WAYS, CaseHandover, Way
from app.casework.handover.queries import find_under_way, reason_of, seal_reason
from app.casework.kinds import find_kind
from app.casework.models import Case, CaseEvent
from app.casework.queries import find_own_case, lock_case
from app.casework.states import Phase
from app.casework.trail import add_event, record
from app.core.clock import now
from app.core.outbox import emit
from app.core.seen import require_seen
from app.notifications.operations import notify
from tenants.context import SYSTEM, Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

OFFER = "casework.offer_handover"
RECALL = "casework.recall_handover"
CONSENT_VERSION = "2026-11"
"""Of the text on the member's page (`casework/handover/member.html`): a changed text gets another one."""
REMIND_AFTER = timedelta(days=3)
LAPSES_AFTER = timedelta(days=14)


def propose_handover(actor: Actor, case_id: UUID, to_zone_id: UUID, reason: str, *, seen: str | None = None) -> None:
    """Ask the member whether their case may go on in another zone. Sent twice they are asked once.

    Raises `WrongState`, `NoSuchDesk`, `UnderWayAlready`, `ChangedMeanwhile`, and what `require_hand` does.
    """
    case = lock_case(case_id)
    require_hand(actor, case)
    if (held := find_under_way(case.id)) is not None:
        if (held.proposed_by, held.to_zone_id, reason_of(held)) != (actor.account_id, to_zone_id, reason):
            raise UnderWayAlready
        return
    require_seen(seen, case.mark)
    if not may_leave(case):
        raise WrongState
    target = next((each for each in list_targets(case) if each.zone_id == to_zone_id), None)
    if target is None:
        raise NoSuchDesk(field="target")
    handover_id = uuid7()
    db.session.add(
        CaseHandover(
            id=handover_id, case_id=case.id, member_id=case.member_id, to_zone_id=to_zone_id, to_name=target.union,
            reason_cipher=seal_reason(handover_id, reason), proposed_by=actor.account_id, proposed_by_name=actor.name,
        )
    )  # fmt: skip
    _note(actor, case, PROPOSE, f"{target.union}: {reason}")
    _ask(case, f"{handover_id}")


def may_leave(case: Case) -> bool:
    """Whether the case may go on elsewhere as it stands: with the union, neither recommended nor decided, nor ever decided before.

    One that rests on an entitlement rests on what is given in this zone.
    """
    kind = find_kind(case.kind)
    is_new = not kind.own.rests_on_entitlement and case.decided_by is None and case.reopened_at is None
    is_free = is_new and case.state not in kind.states_to_decide
    return case.phase == Phase.OPEN and is_free


def withdraw_handover(actor: Actor, case_id: UUID) -> None:
    """Take a proposal back while the case is still here; sent twice it is taken back once.

    Raises `HandoverMoved`, and what `require_hand` does.
    """
    case = lock_case(case_id)
    require_hand(actor, case)
    held = find_under_way(case.id)
    if held is None:
        return
    if held.state not in OPEN_WAYS:
        raise HandoverMoved
    _end(held, Way.WITHDRAWN)
    _note(actor, case, WITHDRAW, held.to_name)


def answer_handover(actor: Actor, case_id: UUID, *, agrees: bool) -> None:
    """The member's answer; only with their consent the case is shown to the other zone. Sent twice it is answered once.

    Raises `HandoverMoved`, `NotFound`.
    """
    case = lock_case(find_own_case(actor, case_id).id)
    held = find_under_way(case.id)
    if held is not None and agrees and held.state in (Way.AGREED, Way.OFFERED):
        return
    if held is None or held.state != Way.ASKED:
        raise HandoverMoved
    held.answered_at = now()
    if agrees:
        held.state, held.consent_version = Way.AGREED, CONSENT_VERSION
        emit(OFFER, dedupe_key=f"{OFFER}:{held.id}", payload={"handover_id": str(held.id)})
    else:
        held.state = Way.REFUSED
    _note(actor, case, AGREE if agrees else REFUSE, held.to_name)


def lapse_handover(case: Case, _event: CaseEvent) -> None:
    """End a proposal once the case has moved on so that it can't be handed over any more."""
    if not may_leave(case) and (held := find_under_way(case.id)) is not None:
        _end(held, Way.LAPSED)


def remind_or_lapse() -> None:
    """Remind members once whose answer is missing; after two weeks without one, the case stays."""
    statement = select(CaseHandover.case_id).where(CaseHandover.state == Way.ASKED)
    for case_id in db.session.scalars(statement.where(CaseHandover.proposed_at < now() - REMIND_AFTER)).all():
        case = lock_case(case_id)
        held = find_under_way(case.id)
        if held is None or held.state != Way.ASKED:
            continue
        if held.proposed_at < now() - LAPSES_AFTER:
            _end(held, Way.LAPSED)
            _note(SYSTEM, case, LAPSE, held.to_name)
        elif held.reminded_at is None:
            held.reminded_at = now()
            _ask(case, f"{held.id}:again")


def _end(held: CaseHandover, way: Way) -> None:
    """End it; what the other zone has been shown is taken back by a worker."""
    if held.state != Way.ASKED:
        emit(RECALL, dedupe_key=f"{RECALL}:{held.id}", payload={"handover_id": str(held.id)})
    held.state, held.ended_at = way, now()


def _note(actor: Actor, case: Case, deed: str, note: str) -> None:
    case.version += 1
    case.updated_at = now()
    add_event(actor, case, deed, note, is_shown=True)
    record(case, deed)


def _ask(case: Case, key: str) -> None:
    kind = f"{case.module}.handover_asked"
    notify(kind, case.member_id, {"number": case.number, "zone": current_zone().name}, dedupe_key=f"{kind}:{key}",
           href=f"/{case.module}/{case.id}")  # fmt: skip

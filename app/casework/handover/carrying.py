"""The worker's way between the two zones. Each step is a transaction in one zone, safe to do again: whatever ends the worker
between two of them, the next run goes on, and the case has one owner.

Bringing a case over: it is held where it is, so that nothing changes any more (`leaving`, its promise runs on); it is written anew,
open, in the other zone; it ends where it was. What can't be written there lets it go again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.casework import clock_runs
from app.casework.employers import paths_to_keep_from
from app.casework.errors import EmployersZone, SeveralUnions, UnknownUnion
from app.casework.handover.deeds import DECLINE, LEAVE
from app.casework.handover.desks import open_kinds
from app.casework.handover.models import CaseHandover, CaseOffer, Way
from app.casework.handover.packing import Packed, pack, unpack
from app.casework.handover.proposing import may_leave
from app.casework.handover.queries import reason_of
from app.casework.kinds import CaseKind, find_kind
from app.casework.models import Case
from app.casework.queries import find_open_case, lock_case
from app.casework.sealing import seal_text, unseal_texts
from app.casework.states import HANDED_OVER, LEAVING, Phase
from app.casework.trail import add_event, record
from app.core.clock import now
from app.core.jobs import checkpoint
from app.core.platform import platform
from app.notifications.operations import notify
from tenants.context import SYSTEM, Actor, Plane, ZoneFacts, current_zone, scope
from tenants.database import db
from tenants.paths import is_within


@contextmanager
def _in(zone_id: UUID) -> Iterator[ZoneFacts]:
    """A transaction in another zone, between two of the running one."""
    zone = platform().registry.by_id(zone_id)
    if zone is None:
        raise LookupError("a zone's row is never deleted")
    checkpoint()
    with scope(Plane.WORKER, zone=zone, actor=SYSTEM):
        yield zone
        db.session.commit()


def offer_in_steps(handover_id: UUID) -> None:
    """Put what the member agreed to before the desk of the other zone; where that takes no such case, it stays."""
    case, handover = _locked(handover_id)
    if handover.state not in (Way.AGREED, Way.OFFERED):
        return recall_in_steps(handover_id)
    values, reason, to_zone_id = _offer_values(case), reason_of(handover), handover.to_zone_id
    with _in(to_zone_id) as zone:
        is_taken = zone.state.is_writable and values["kind"] in open_kinds() and not _is_kept_from_here(values)
        if is_taken:
            _write_offer(handover_id, values, reason)
    case, handover = _locked(handover_id)
    if not is_taken:
        return _stays(case, handover, _("The zone is closed, or takes no cases of this kind."))
    if handover.state == Way.AGREED:
        handover.state = Way.OFFERED
    elif handover.state not in (Way.OFFERED, Way.LEAVING, Way.DONE):
        recall_in_steps(handover_id)
    return None


def _offer_values(case: Case) -> dict[str, Any]:
    names = ("member_id", "module", "kind", "blind_paths", "is_urgent", "due_at")
    here = {"from_zone_id": case.zone_id, "from_name": current_zone().name, "from_number": case.number or ""}
    return {name: getattr(case, name) for name in names} | here


def _is_kept_from_here(values: dict[str, Any]) -> bool:
    return any(is_within(current_zone().union_path, path) for path in values["blind_paths"])


def _write_offer(offer_id: UUID, values: dict[str, Any], reason: str) -> None:
    sealed = seal_text(CaseOffer.__tablename__, "reason_cipher", offer_id, reason)
    row = insert(CaseOffer).values(
        zone_id=current_zone().id, id=offer_id, state="offered", offered_at=now(), reason_cipher=sealed, **values
    )
    db.session.execute(row.on_conflict_do_nothing())


def recall_in_steps(handover_id: UUID) -> None:
    """Take back what the other zone has been shown."""
    _case, handover = _locked(handover_id)
    with _in(handover.to_zone_id):
        _drop_offer(handover_id)


def tell_declined_in_steps(offer_id: UUID, from_zone_id: UUID) -> None:
    """Let a declined case stay where it is, and tell why."""
    offer = db.session.scalar(select(CaseOffer).where(CaseOffer.id == offer_id))
    if offer is None:
        return
    (reason,) = unseal_texts(CaseOffer.__tablename__, "answer_cipher", [(offer.id, offer.answer_cipher)])
    with _in(from_zone_id):
        _stays(*_locked(offer_id), reason)
    _drop_offer(offer_id)


def bring_in_steps(offer_id: UUID, from_zone_id: UUID) -> None:
    """Bring an accepted case over. In the zone that accepted it, whose case has the offer's id."""
    number = db.session.scalar(select(Case.number).where(Case.id == offer_id))
    if number is None:
        with _in(from_zone_id):
            packed = _hold(offer_id)
        if packed is None:
            return _drop_offer(offer_id)
        if refusal := _refusal(packed):
            with _in(from_zone_id):
                _stays(*_locked(offer_id), refusal)
            return _drop_offer(offer_id)
        number = unpack(packed, offer_id).number or ""
        _drop_offer(offer_id)
        _tell_arrived(offer_id, number, packed)
    with _in(from_zone_id):
        _end(*_locked(offer_id), number)
    return None


def _hold(handover_id: UUID) -> Packed | None:
    """Hold the case where it is, and read it whole; None where it moved on or is not handed over any more."""
    case, handover = _locked(handover_id)
    if handover.state in (Way.AGREED, Way.OFFERED):
        if not may_leave(case):
            handover.state, handover.ended_at = Way.LAPSED, now()
            return None
        handover.state, handover.from_state = Way.LEAVING, case.state
        case.state, case.phase = LEAVING.key, LEAVING.phase
        _changed(case)
    return pack(case, handover) if handover.state == Way.LEAVING else None


def _refusal(packed: Packed) -> str:
    """Why the case can't go on in the running zone after all; empty if it can."""
    kind, member = find_kind(packed.values["kind"]), Actor(member_id=packed.values["member_id"])
    if _is_kept_from_here(packed.values) or _is_employers_zone(packed, kind, member):
        return _("This union must not learn of the case.")
    if kind.is_single and find_open_case(member, kind) is not None:
        return _("The member has an application of this kind there already.")
    return ""


def _is_employers_zone(packed: Packed, kind: CaseKind, member: Actor) -> bool:
    """Asked anew of the running zone: the member may work for another employer by now, of which the case is kept from then on."""
    try:
        paths = paths_to_keep_from(member, kind, packed.answers)
    except EmployersZone:
        return True
    except (UnknownUnion, SeveralUnions):
        return False  # unions have other names by now; the case is kept from those it was
    packed.values["blind_paths"] = sorted({*packed.values["blind_paths"], *paths})
    return False


def _end(case: Case, handover: CaseHandover, number: str) -> None:
    """End the case where it was: a record from now on."""
    if handover.state != Way.LEAVING:
        return
    handover.state, handover.new_number, handover.ended_at = Way.DONE, number, now()
    clock_runs.stop(case)
    case.state, case.phase = HANDED_OVER.key, HANDED_OVER.phase
    case.closed_at, case.typed_cipher = now(), None
    _changed(case)
    event = add_event(SYSTEM, case, LEAVE, f"{handover.to_name} · {number}", is_shown=True)
    record(case, LEAVE, new=number)
    find_kind(case.kind).own.follow(case, event)


def _stays(case: Case, handover: CaseHandover, reason: str) -> None:
    """The case goes on where it is, from where it stood."""
    if handover.state not in (Way.AGREED, Way.OFFERED, Way.LEAVING):
        return
    if case.phase == Phase.LEAVING:
        case.state, case.phase = handover.from_state or case.state, Phase.OPEN
    handover.state, handover.ended_at = Way.DECLINED, now()
    _changed(case)
    add_event(SYSTEM, case, DECLINE, f"{handover.to_name}: {reason}", is_shown=True)
    record(case, DECLINE)
    kind = f"{case.module}.handover_declined"
    notify(kind, case.member_id, {"number": case.number, "zone": current_zone().name},
           dedupe_key=f"{kind}:{handover.id}", href=f"/{case.module}/{case.id}")  # fmt: skip


def _tell_arrived(case_id: UUID, number: str, packed: Packed) -> None:
    module, member_id = packed.values["module"], packed.values["member_id"]
    kind = f"{module}.handed_over"
    notify(kind, member_id, {"number": packed.number, "new": number, "zone": current_zone().name},
           dedupe_key=f"{kind}:{case_id}", href=f"/{module}/{case_id}")  # fmt: skip


def _locked(handover_id: UUID) -> tuple[Case, CaseHandover]:
    """The hand-over as committed now; its case is held, as by everybody who changes either."""
    case_id = db.session.execute(select(CaseHandover.case_id).where(CaseHandover.id == handover_id)).scalar_one()
    case = lock_case(case_id)
    statement = select(CaseHandover).where(CaseHandover.id == handover_id)
    return case, db.session.execute(statement.execution_options(populate_existing=True)).scalar_one()


def _drop_offer(offer_id: UUID) -> None:
    db.session.execute(delete(CaseOffer).where(CaseOffer.id == offer_id))


def _changed(case: Case) -> None:
    case.version += 1
    case.updated_at = now()

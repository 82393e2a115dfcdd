"""Sets hearings, moves and cancels them, and writes down what came of them."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.casework import clock_runs
from app.casework.access.rule import Part
from app.casework.access.standing import require_reading
from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.queries import lock_case
from app.casework.sealing import seal_text
from app.casework.states import Phase
from app.casework.trail import add_event, record
from app.core.clock import now
from app.core.i18n import moment
from app.core.seen import require_seen
from app.modules.legal_aid.hearings.errors import HearingOver, InThePast, NotTheirs, NotYet, TooFar
from app.modules.legal_aid.hearings.models import Hearing, Stage
from app.modules.legal_aid.hearings.queries import find_hearing
from app.modules.legal_aid.lawyers.models import AssignmentState
from app.modules.legal_aid.lawyers.queries import find_live
from app.modules.legal_aid.lawyers.telling import tell_lawyer, tell_member
from app.modules.legal_aid.tables import UNDER_WAY
from tenants.context import Actor, current_zone
from tenants.database import db

SET, MOVE, CANCEL, OUTCOME = "set_hearing", "move_hearing", "cancel_hearing", "note_hearing"
MOST_AHEAD = timedelta(days=3 * 366)
"""How far ahead a hearing is set: about three years."""
REMINDERS = {"reminded_three_at": timedelta(days=3), "reminded_one_at": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class HearingFacts:
    """When, how long in minutes, and what else is told of a hearing, by the names of its form."""

    stage: Stage
    starts_at: datetime
    minutes: int
    told: dict[str, str]


def set_hearing(actor: Actor, case_id: UUID, hearing_id: UUID, facts: HearingFacts) -> Hearing:
    """Set a hearing, as the case's handler or lawyer; sent twice there is one. The member is told, and so is the lawyer.

    Raises `NotTheirs`, `InThePast`, `TooFar`, and what `require_reading` does.
    """
    case = _held(actor, case_id)
    known = db.session.get(Hearing, (current_zone().id, hearing_id))
    if known is not None and known.case_id == case.id:
        return known
    _require_ahead(facts)
    hearing = Hearing(
        zone_id=current_zone().id, id=hearing_id, case_id=case.id, member_id=case.member_id, set_by=actor.account_id
    )
    _write(hearing, facts)
    db.session.add(hearing)
    db.session.flush()
    _remember(actor, case, hearing, SET, moment(facts.starts_at))
    return hearing


def move_hearing(actor: Actor, case_id: UUID, hearing_id: UUID, facts: HearingFacts, *, seen: str | None) -> Hearing:
    """Put a hearing to another time or place; both are told. Raises `HearingOver`, `ChangedMeanwhile`, and like `set_hearing`."""
    case = _held(actor, case_id)
    hearing = find_hearing(case.id, hearing_id)
    require_seen(seen, hearing.mark)
    if hearing.cancelled_at is not None or hearing.starts_at < now():
        raise HearingOver
    _require_ahead(facts)
    _write(hearing, facts)
    hearing.version += 1
    _remember(actor, case, hearing, MOVE, moment(facts.starts_at))
    return hearing


def cancel_hearing(actor: Actor, case_id: UUID, hearing_id: UUID, reason: str) -> None:
    """Cancel a hearing, for a reason the member reads; done twice it is done once. Raises `HearingOver` and like `set_hearing`."""
    case = _held(actor, case_id)
    hearing = find_hearing(case.id, hearing_id)
    if hearing.cancelled_at is not None:
        return
    if hearing.starts_at < now():
        raise HearingOver
    hearing.cancelled_at = now()
    hearing.version += 1
    _remember(actor, case, hearing, CANCEL, f"{moment(hearing.starts_at)}: {reason}")


def note_outcome(actor: Actor, case_id: UUID, hearing_id: UUID, outcome: str, *, seen: str | None) -> None:
    """Write down what came of a hearing, which the member reads; written again it replaces what was written. The handler does
    so also when the case is over: the lawyer claims the fee of that stage.

    Raises `NotYet`, `HearingOver`, `ChangedMeanwhile`, and like `set_hearing`.
    """
    case = lock_case(case_id)
    if not may_write_up(case, require_reading(actor, case)):
        raise NotTheirs
    hearing = find_hearing(case.id, hearing_id)
    require_seen(seen, hearing.mark)
    if hearing.cancelled_at is not None:
        raise HearingOver
    if hearing.starts_at > now():
        raise NotYet
    hearing.outcome_cipher = seal_text(Hearing.__tablename__, "outcome_cipher", hearing.id, outcome)
    hearing.version += 1
    _remember(actor, case, hearing, OUTCOME, outcome)


def may_set(case: Case, part: Part | None) -> bool:
    return part in (Part.HANDLER, Part.COUNSEL) and case.state == UNDER_WAY.key


def may_write_up(case: Case, part: Part | None) -> bool:
    """Whether what came of hearings is theirs to write down."""
    is_over_here = Phase(case.phase).is_over and not Phase(case.phase).is_elsewhere and case.accounts_only_since is None
    return may_set(case, part) or (part is Part.HANDLER and is_over_here)


def _held(actor: Actor, case_id: UUID) -> Case:
    case = lock_case(case_id)
    if not may_set(case, require_reading(actor, case)):
        raise NotTheirs
    return case


def _require_ahead(facts: HearingFacts) -> None:
    if facts.starts_at <= now():
        raise InThePast(field="starts_at")
    if facts.starts_at > now() + MOST_AHEAD:
        raise TooFar(field="starts_at")


def _write(hearing: Hearing, facts: HearingFacts) -> None:
    """A reminder whose moment has passed by now is not sent: the notice of the hearing itself tells as much."""
    hearing.stage, hearing.starts_at, hearing.minutes = facts.stage, facts.starts_at, facts.minutes
    text = json.dumps(facts.told, ensure_ascii=False)
    hearing.told_cipher = seal_text(Hearing.__tablename__, "told_cipher", hearing.id, text)
    for column, before in REMINDERS.items():
        setattr(hearing, column, now() if facts.starts_at - before <= now() else None)


def _remember(actor: Actor, case: Case, hearing: Hearing, deed: str, note: str) -> None:
    """History, audit trail, and the two who have to be there; the next news of a case under way is promised from now on, unless it
    is paused: that somebody ends, and tells."""
    add_event(actor, case, deed, note, is_shown=True)
    record(case, deed, hearing=str(hearing.id))
    if case.state == UNDER_WAY.key and case.paused_at is None:
        clock_runs.begin_anew(case, find_kind(case.kind), "news")
    about = f"{hearing.id}:{hearing.version}"
    tell_member(case, deed, about)
    lawyer = find_live(case.id)
    if lawyer is not None and lawyer.state == AssignmentState.ACCEPTED and deed != OUTCOME:
        tell_lawyer(lawyer, f"{deed}:{about}")

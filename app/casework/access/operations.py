"""Who takes part in a case: named, taken off, kept from it, or let in for a reason."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.casework.access.conflicts import is_conflicted
from app.casework.access.keeping import keep_from, lock_whole
from app.casework.access.models import CaseOpening, CaseParticipant
from app.casework.access.queries import find_participant
from app.casework.access.rule import Part
from app.casework.access.standing import reading_of
from app.casework.assignment.choosing import is_kept_from
from app.casework.errors import NobodyToName, NotTheHandler
from app.casework.links.queries import list_whole
from app.casework.models import Case
from app.casework.queries import lock_case
from app.casework.sealing import seal_text
from app.casework.trail import add_event, record
from app.core.clock import now
from app.core.i18n import day
from app.identity.queries import Colleague
from app.notifications.operations import notify
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

NAME = "name_participant"
REMOVE = "remove_participant"
DECLARE = "declare_conflict"
OPEN = "break_glass"
OPEN_FOR = timedelta(hours=24)


def name_participant(actor: Actor, case_id: UUID, colleague: Colleague, until: date) -> None:
    """Let a colleague of the desk read the case and help with it, to the end of a day; named again, until another day.

    Raises `NotTheHandler`, `NobodyToName` for the applicant and who is kept from the case, and what `reading_of` does.
    """
    case = _lock_as_handler(actor, case_id)
    is_part_of_it = (
        colleague.account_id in (case.submitted_by, case.handler_id) or colleague.member_id == case.member_id
    )
    must_not_know = is_conflicted(colleague.account_id, case.id) or is_kept_from(colleague.ties, case)
    if is_part_of_it or must_not_know:
        raise NobodyToName(field="participant")
    helper = find_participant(case.id, colleague.account_id)
    if helper is not None and helper.until == until:
        return
    if helper is None:
        helper = CaseParticipant(case_id=case.id, member_id=case.member_id, account_id=colleague.account_id)
        db.session.add(helper)
    helper.name, helper.until = colleague.name, until
    _remember(actor, case, NAME, f"{colleague.name} · {day(until)}")


def remove_participant(actor: Actor, case_id: UUID, account_id: UUID) -> None:
    """Take somebody off a case again; who helps no more is no mistake. Raises `NotTheHandler` and what `reading_of` does."""
    case = _lock_as_handler(actor, case_id)
    helper = find_participant(case.id, account_id)
    if helper is not None:
        db.session.delete(helper)
        _remember(actor, case, REMOVE, helper.name)


def declare_conflict(actor: Actor, case_id: UUID) -> Case:
    """Note that the actor knows the people of a case: they have no part in it any more, nor in what is one with it, and give back
    what they have in hand.

    Raises what `reading_of` and `lock_whole` do, unless it was declared before.
    """
    case = lock_whole(case_id)
    if actor.account_id is None or is_conflicted(actor.account_id, case.id):
        return case
    reading_of(actor, case)
    sources = [(each, each.state) for each in list_whole(case)]
    keep_from(actor, case, actor.account_id)
    for each, source in sources:
        _remember(actor, each, DECLARE, source=source)
    return case


def break_glass(actor: Actor, case_id: UUID, reason: str) -> None:
    """Open a case for a day to somebody without a part in it; the member is told, and reads why.

    Who reads the case anyway opens nothing. Raises what `reading_of` does.
    """
    case = lock_case(case_id)
    if reading_of(actor, case) is not None:
        return
    opening_id, opened_at = uuid7(), now()
    db.session.add(
        CaseOpening(
            id=opening_id, case_id=case.id, member_id=case.member_id, account_id=actor.account_id,
            reason_cipher=seal_text(CaseOpening.__tablename__, "reason_cipher", opening_id, reason),
            opened_at=opened_at, until=opened_at + OPEN_FOR,
        )
    )  # fmt: skip
    _remember(actor, case, OPEN, reason, part=Part.OPENER, opening=str(opening_id))
    kind = f"{case.module}.opened"
    notify(
        kind,
        case.member_id,
        {"number": case.number, "zone": current_zone().name},
        dedupe_key=f"{kind}:{opening_id}",
        href=f"/{case.module}/{case.id}",
    )


def _lock_as_handler(actor: Actor, case_id: UUID) -> Case:
    case = lock_case(case_id)
    if reading_of(actor, case) is not Part.HANDLER:
        raise NotTheHandler
    return case


def _remember(actor: Actor, case: Case, action: str, note: str = "", *, source: str = "", **detail: Any) -> None:
    add_event(actor, case, action, note, source=source, is_shown=False)
    record(case, action, **detail)

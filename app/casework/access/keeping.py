"""Keeping somebody from a case and from all that is one with it: they read nothing of it, and others do their part."""

from uuid import UUID

from app.casework.access.conflicts import is_conflicted
from app.casework.access.models import CaseConflict
from app.casework.access.queries import find_participant
from app.casework.contacts.handing_on import hand_tasks_on
from app.casework.kinds import find_kind
from app.casework.links.queries import list_whole
from app.casework.models import Case
from app.casework.queries import find_case, lock_case
from app.casework.states import Phase
from app.core.clock import now
from app.core.seen import ChangedMeanwhile
from tenants.context import Actor
from tenants.database import db


def lock_whole(case_id: UUID) -> Case:
    """The case as committed now, held with all that is one with it; raises `ChangedMeanwhile` for a merge meanwhile, `NotFound`."""
    ids = sorted(each.id for each in list_whole(find_case(case_id)))
    held = {each: lock_case(each) for each in ids}  # in one order: two never wait for each other
    if sorted(each.id for each in list_whole(held[case_id])) != ids:
        raise ChangedMeanwhile
    return held[case_id]


def keep_from(actor: Actor, case: Case, account_id: UUID) -> None:
    """From now on somebody has no part in a case, nor in what was merged into it or it was merged into; all of these are held.

    What they had waits for another handler, should it be over as soon as it is opened again, and so do their tasks. Kept from it
    before they stay so.
    """
    for each in list_whole(case):
        if not is_conflicted(account_id, each.id):
            db.session.add(CaseConflict(case_id=each.id, member_id=each.member_id, account_id=account_id))
        if (helper := find_participant(each.id, account_id)) is not None:
            db.session.delete(helper)
        if each.handler_id == account_id:
            give_back(each)
        hand_tasks_on(actor, each, account_id)
    db.session.flush()


def give_back(case: Case) -> None:
    """Let the case wait for another handler; what was recommended before the first decision counts no more."""
    kind = find_kind(case.kind)
    case.handler_id, case.handler_name = None, ""
    case.version += 1
    case.updated_at = now()
    if case.phase == Phase.OPEN and case.accepted_by is None and case.decided_by is None:
        case.state = kind.table.untaken or case.state
        case.recommendation = case.amount_recommended_cents = case.recommended_by = None

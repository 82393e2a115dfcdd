"""What an account's rows at a case say, and the reading that follows from it."""

from sqlalchemy import select

from app.casework.access.conflicts import is_conflict
from app.casework.access.models import CaseOpening, CaseParticipant
from app.casework.access.rule import Part, Standing, is_own, part_of
from app.casework.errors import ConflictOfInterest, NotAdmitted, NotTheHandler, OwnCase
from app.casework.kinds import find_kind
from app.casework.links.queries import find_goes_on
from app.casework.models import Case
from app.casework.public_notice.objection_queries import has_objection_at_hand
from app.casework.states import Phase
from app.core.clock import now, today_in_china
from app.core.errors import NotFound
from tenants.context import Actor
from tenants.database import db


def standing_of(actor: Actor, case: Case) -> Standing:
    """What the actor's rows at the case say; of a case of their own nothing is asked."""
    if actor.account_id is None or is_own(actor, case):
        return Standing()
    helps = (CaseParticipant.case_id == case.id, CaseParticipant.account_id == actor.account_id)
    opened = (CaseOpening.case_id == case.id, CaseOpening.account_id == actor.account_id)
    statement = select(
        is_conflict(case.id, actor.account_id),
        select(CaseParticipant.id).where(*helps, CaseParticipant.until >= today_in_china()).exists(),
        select(CaseOpening.id).where(*opened, CaseOpening.until > now()).exists(),
        has_objection_at_hand(case.id),
    )
    counsel = find_kind(case.kind).counsel
    is_counsel = (
        counsel is not None and actor.may(counsel.permission) and counsel.is_assigned(case.id, actor.account_id)
    )
    is_conflicted, is_participant, has_opened, is_objected_to = db.session.execute(statement).one()
    return Standing(is_conflicted, is_participant, has_opened, is_counsel, is_objected_to)


def reading_of(actor: Actor, case: Case) -> Part | None:
    """As whom the actor reads a case whose line in the list they see; None for who may not.

    What was merged into another case is read by whoever reads that one, too. Raises `NotFound` (also for a draft, and what the accounts alone keep), `OwnCase`, `ConflictOfInterest` for who sees no more than that line.
    """
    kind = find_kind(case.kind)
    if case.phase == Phase.DRAFT or case.accounts_only_since:
        raise NotFound
    if not actor.may(kind.review):
        return _reading_from_outside(actor, case)
    if is_own(actor, case):
        raise OwnCase
    standing = standing_of(actor, case)
    if standing.is_conflicted:
        raise ConflictOfInterest
    goes_on = find_goes_on(case) if case.phase == Phase.MERGED else None
    return part_of(actor, case, kind, standing) or (reading_of(actor, goes_on) if goes_on else None)


def _reading_from_outside(actor: Actor, case: Case) -> Part:
    """As whom somebody without the right to review reads a case; for who has no part in it, it is not there: `NotFound`."""
    part = part_of(actor, case, find_kind(case.kind), standing_of(actor, case))
    if part is None:
        raise NotFound
    return part


def require_reading(actor: Actor, case: Case) -> Part:
    """As whom the actor reads a case; raises `NotAdmitted` and what `reading_of` does."""
    part = reading_of(actor, case)
    if part is None:
        raise NotAdmitted
    return part


def require_hand(actor: Actor, case: Case) -> None:
    """The actor handles the case, or reads it and decides on its kind; raises `NotTheHandler` and what `require_reading` does."""
    if require_reading(actor, case) is not Part.HANDLER and not actor.may(find_kind(case.kind).decide):
        raise NotTheHandler

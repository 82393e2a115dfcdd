"""Carries a claim one move on: its state, the history and the audit trail of its case, and a word to the lawyer."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from app.casework.access.conflicts import is_conflicted
from app.casework.access.rule import is_own
from app.casework.errors import ConflictOfInterest, OwnCase
from app.casework.forms import yuan
from app.casework.models import Case
from app.casework.queries import lock_case
from app.casework.sealing import seal_text
from app.casework.trail import add_event, record
from app.core.errors import NotFound
from app.modules.legal_aid.fees.errors import ClaimMovedOn
from app.modules.legal_aid.fees.models import FeeClaim
from app.modules.legal_aid.fees.queries import find_claimed, find_own
from app.modules.legal_aid.fees.states import Hand, Move
from app.modules.legal_aid.fees.words import WORKS
from app.modules.legal_aid.lawyers.models import Assignment
from app.modules.legal_aid.lawyers.roles import let_see_to_claim
from app.modules.legal_aid.lawyers.telling import tell_lawyer
from app.modules.legal_aid.rights import APPROVE_FEES, CLAIM_FEES, PAY_FEES
from tenants.context import Actor, current_zone
from tenants.database import db

RIGHTS = {Hand.LAWYER: CLAIM_FEES, Hand.APPROVER: APPROVE_FEES, Hand.CASHIER: PAY_FEES}


def held(actor: Actor, hand: Hand, claim_id: UUID) -> tuple[FeeClaim, Case]:
    """A claim as committed now and its case, both held: the case first, as everywhere. A lawyer's only for the lawyer, and
    for others what was handed in, of cases they are not kept from. Raises `NotFound`, `OwnCase`, `ConflictOfInterest`."""
    if not actor.may(RIGHTS[hand]):
        raise NotFound
    found = find_own(actor, claim_id) if hand is Hand.LAWYER else find_claimed(claim_id)
    case = lock_case(found.case.id)
    if hand is not Hand.LAWYER:
        require_not_kept_from(actor, case)
    statement = select(FeeClaim).where(FeeClaim.id == claim_id).with_for_update()
    claim = db.session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if claim is None:
        raise NotFound
    return claim, case


def require_not_kept_from(actor: Actor, case: Case) -> None:
    """Raises `OwnCase`, `ConflictOfInterest`."""
    if is_own(actor, case):
        raise OwnCase
    if actor.account_id is None or is_conflicted(actor.account_id, case.id):
        raise ConflictOfInterest


def require_movable(claim: FeeClaim, to: Move) -> None:
    """Raises `ClaimMovedOn`."""
    if claim.state not in to.sources:
        raise ClaimMovedOn


def move(actor: Actor, case: Case, claim: FeeClaim, to: Move, note: str = "", **detail: Any) -> None:
    """Carry a held claim on; the lawyer is told of what others did, and can sign in to see to it. The history of a case that the
    accounts alone keep takes no words. Raises `ClaimMovedOn`."""
    require_movable(claim, to)
    claim.state = to.target
    claim.version += 1
    add_event(actor, case, to.deed, "" if case.accounts_only_since else _told(claim, note), is_shown=False)
    record(case, to.deed, concerns_member=False, claim=str(claim.id), amount_cents=claim.amount_cents, **detail)
    if to.hand is not Hand.LAWYER:
        let_see_to_claim(actor, claim.account_id, claim.lawyer_name)
        assignment = db.session.get_one(Assignment, (current_zone().id, claim.assignment_id))
        tell_lawyer(assignment, f"{to.deed}:{claim.id}:{claim.version}")
    db.session.flush()


def seal_words(claim: FeeClaim, column: str, words: str) -> None:
    """Put words into a column of the claim, sealed; nothing for no words."""
    sealed = seal_text(FeeClaim.__tablename__, column, claim.id, words) if words else None
    setattr(claim, column, sealed)


def _told(claim: FeeClaim, note: str) -> str:
    what = f"{claim.lawyer_name} · {WORKS[claim.work]} · {yuan(claim.amount_cents)}"
    return _("%(what)s: %(note)s", what=what, note=note) if note else what

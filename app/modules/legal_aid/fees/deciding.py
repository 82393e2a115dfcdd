"""Decides on claims: neither the lawyer nor whoever gave them the case, handles it or is in it. Maker ≠ checker."""

from uuid import UUID

from app.casework.models import Case
from app.casework.trail import record
from app.core.clock import now
from app.core.files import StoredFile, read_file
from app.core.seen import require_seen
from app.modules.legal_aid.fees.claiming import READ_RECEIPT
from app.modules.legal_aid.fees.errors import PartInTheClaim
from app.modules.legal_aid.fees.models import FeeClaim
from app.modules.legal_aid.fees.moving import held, move, require_not_kept_from, seal_words
from app.modules.legal_aid.fees.queries import ClaimLine, find_claimed, find_receipt
from app.modules.legal_aid.fees.states import APPROVE, Hand, Move
from app.modules.legal_aid.lawyers.models import Assignment
from tenants.context import Actor, current_zone
from tenants.database import db


def decide(actor: Actor, claim_id: UUID, to: Move, reason: str = "", *, seen: str | None) -> None:
    """Approve a claim, or return or refuse it for a reason the lawyer reads; the same twice is done once. An approval is taken back
    by a refusal; of a case that the accounts alone keep no reason stays.

    Raises `PartInTheClaim`, `ClaimMovedOn`, `ChangedMeanwhile`, and what `held` does.
    """
    claim, case = held(actor, Hand.APPROVER, claim_id)
    if has_part(actor, claim, case):
        raise PartInTheClaim
    if claim.state == to.target and claim.decided_by == actor.account_id:
        return
    require_seen(seen, claim.mark)
    claim.decided_by, claim.decided_by_name, claim.decided_at = actor.account_id, actor.name, now()
    seal_words(claim, "reason_cipher", "" if case.accounts_only_since else reason)
    case.keeps_vouchers |= to is APPROVE
    move(actor, case, claim, to, reason)


def has_part(actor: Actor, claim: FeeClaim, case: Case) -> bool:
    """Whether the decision is somebody else's than this actor's, who is not kept from the claim."""
    assignment = db.session.get_one(Assignment, (current_zone().id, claim.assignment_id))
    return actor.account_id in (claim.account_id, assignment.offered_by, case.handler_id)


def read_claim(actor: Actor, claim_id: UUID) -> ClaimLine:
    """A claim for who looks through claims and is not kept from its case. Raises `NotFound`, `OwnCase`, `ConflictOfInterest`."""
    found = find_claimed(claim_id)
    require_not_kept_from(actor, found.case)
    return found


def read_receipt(actor: Actor, claim_id: UUID, receipt_id: UUID) -> tuple[StoredFile, bytes]:
    """A receipt as `read_claim` shows its claim; the look is recorded."""
    found = read_claim(actor, claim_id)
    stored, data = read_file(find_receipt(found.claim.id, receipt_id).file_id)
    record(found.case, READ_RECEIPT, concerns_member=False, claim=str(claim_id), receipt=str(receipt_id))
    return stored, data

"""Notes payments of approved fees, by neither the lawyer nor whoever approved them; corrected only for a reason."""

from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from app.core.clock import CHINA, today_in_china
from app.core.i18n import day
from app.core.seen import require_seen
from app.modules.legal_aid.fees.errors import (
    PaidOtherwise,
    PartInTheDecision,
    ReferenceOfAnother,
    WrongPaymentDay,
)
from app.modules.legal_aid.fees.models import FeeBounce, FeeClaim
from app.modules.legal_aid.fees.moving import held, move, require_movable
from app.modules.legal_aid.fees.states import CORRECT, PAY, ClaimState, Hand
from tenants.context import Actor
from tenants.database import db


def note_payment(actor: Actor, claim_id: UUID, paid_on: date, reference: str) -> None:
    """Note that a fee was paid on a day by a bank reference; the same sent twice is noted once.

    Raises `PartInTheDecision`, `PaidOtherwise`, `WrongPaymentDay`, `ReferenceOfAnother`, `ClaimMovedOn`, and what `held` does.
    """
    claim, case = held(actor, Hand.CASHIER, claim_id)
    require_apart(actor, claim)
    if claim.state == ClaimState.PAID:
        if (claim.paid_on, claim.reference) != (paid_on, reference):
            raise PaidOtherwise(day(claim.paid_on), claim.reference)
        return
    require_movable(claim, PAY)
    _write(actor, claim, paid_on, reference)
    move(actor, case, claim, PAY, f"{paid_on}，{reference}", paid_on=str(paid_on), reference=reference)


def correct_payment(
    actor: Actor, claim_id: UUID, paid_on: date, reference: str, reason: str, *, seen: str | None
) -> None:
    """Note another day or reference of a payment, for a reason; what stood there stays in history and trail.

    Raises `ChangedMeanwhile` and what `note_payment` does.
    """
    claim, case = held(actor, Hand.CASHIER, claim_id)
    require_apart(actor, claim)
    if claim.state == ClaimState.PAID and (claim.paid_on, claim.reference) == (paid_on, reference):
        return
    require_movable(claim, CORRECT)
    require_seen(seen, claim.mark)
    before = f"{claim.paid_on}，{claim.reference}"
    _write(actor, claim, paid_on, reference)
    move(actor, case, claim, CORRECT, f"{before} → {paid_on}，{reference}；{reason}", before=before, paid_on=str(paid_on),
         reference=reference)  # fmt: skip


def is_apart(actor: Actor, claim: FeeClaim) -> bool:
    return actor.account_id not in (None, claim.account_id, claim.decided_by)


def require_apart(actor: Actor, claim: FeeClaim) -> None:
    """Raises `PartInTheDecision`."""
    if not is_apart(actor, claim):
        raise PartInTheDecision


def _write(actor: Actor, claim: FeeClaim, paid_on: date, reference: str) -> None:
    approved_on = claim.decided_at.astimezone(CHINA).date() if claim.decided_at else date.max
    if not approved_on <= paid_on <= today_in_china():
        raise WrongPaymentDay(field="paid_on")
    _require_own_reference(claim, reference)
    claim.paid_on, claim.reference = paid_on, reference
    claim.paid_by, claim.paid_by_name = actor.account_id, actor.name


def _require_own_reference(claim: FeeClaim, reference: str) -> None:
    """One transfer may pay several claims of a lawyer, and no other's; references are noted one transaction at a time."""
    key = func.hashtextextended(f"legal_aid.fee_references.{claim.zone_id}", 0)
    db.session.execute(select(func.pg_advisory_xact_lock(key)))
    for paid in (FeeClaim, FeeBounce):
        other = select(paid.id).where(paid.reference == reference, paid.account_id != claim.account_id)
        if db.session.scalar(other.limit(1)) is not None:
            raise ReferenceOfAnother(field="reference")

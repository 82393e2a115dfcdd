"""Notes payments of approved fees, by neither the lawyer, nor whoever approved them or noted that the last payment came back;
corrected only for a reason."""

from datetime import date
from uuid import UUID

from app.core.clock import CHINA, today_in_china
from app.core.i18n import day
from app.core.seen import require_seen
from app.modules.legal_aid.fees.errors import PaidOtherwise, PartInTheDecision, ReturnYours, WrongPaymentDay
from app.modules.legal_aid.fees.models import FeeClaim
from app.modules.legal_aid.fees.moving import held, move, require_movable
from app.modules.legal_aid.fees.queries import find_last_bounce
from app.modules.legal_aid.fees.references import require_payable
from app.modules.legal_aid.fees.states import CORRECT, PAY, ClaimState, Hand
from tenants.context import Actor


def note_payment(actor: Actor, claim_id: UUID, paid_on: date, reference: str, *, seen: str | None) -> None:
    """Note that a fee was paid on a day by a bank reference; the same sent twice is noted once.

    Raises `PartInTheDecision`, `ReturnYours`, `PaidOtherwise`, `WrongPaymentDay`, `ClaimMovedOn`, `ChangedMeanwhile`, and
    what `require_payable` and `held` do.
    """
    claim, case = held(actor, Hand.CASHIER, claim_id)
    require_apart(actor, claim)
    if claim.state == ClaimState.PAID:
        if (claim.paid_on, claim.reference) != (paid_on, reference):
            raise PaidOtherwise(day(claim.paid_on), claim.reference)
        return
    require_movable(claim, PAY)
    require_seen(seen, claim.mark)
    _write(actor, claim, paid_on, reference)
    move(actor, case, claim, PAY, f"{paid_on}，{reference}", paid_on=str(paid_on), reference=reference)


def correct_payment(
    actor: Actor, claim_id: UUID, paid_on: date, reference: str, reason: str, *, seen: str | None
) -> None:
    """Note another day or reference of a payment, for a reason; what stood there stays in history and trail.

    Raises what `note_payment` does.
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


def noted_the_return(actor: Actor, claim: FeeClaim) -> bool:
    """Whether an actor noted that the last payment came back: who says so does not note the next."""
    bounce = find_last_bounce(claim.id)
    return bounce is not None and bounce.noted_by == actor.account_id


def require_apart(actor: Actor, claim: FeeClaim) -> None:
    """Raises `PartInTheDecision`, `ReturnYours`."""
    if not is_apart(actor, claim):
        raise PartInTheDecision
    if noted_the_return(actor, claim):
        raise ReturnYours


def _write(actor: Actor, claim: FeeClaim, paid_on: date, reference: str) -> None:
    first = _first_day(claim)
    if not first <= paid_on <= today_in_china():
        raise WrongPaymentDay(day(first))
    require_payable(claim, reference)
    claim.paid_on, claim.reference = paid_on, reference
    claim.paid_by, claim.paid_by_name = actor.account_id, actor.name


def _first_day(claim: FeeClaim) -> date:
    """The day from which on it may be paid: that of its approval, or on which the last payment came back."""
    if bounce := find_last_bounce(claim.id):
        return bounce.bounced_on
    return claim.decided_at.astimezone(CHINA).date() if claim.decided_at else date.max

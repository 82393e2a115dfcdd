"""Notes that the bank sent a payment back: by a second person, for a reason; the fee is to be paid anew then. A third undoes what
was noted by mistake: the transfer had arrived."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.casework.sealing import seal_text
from app.core.clock import now, today_in_china
from app.core.seen import require_seen
from app.modules.legal_aid.fees.errors import ClaimMovedOn, PaymentYours, WrongBounceDay
from app.modules.legal_aid.fees.models import FeeBounce, FeeClaim
from app.modules.legal_aid.fees.moving import held, move, require_movable
from app.modules.legal_aid.fees.paying import require_apart
from app.modules.legal_aid.fees.queries import find_last_bounce
from app.modules.legal_aid.fees.references import hold_references
from app.modules.legal_aid.fees.states import BOUNCE, UNDO_BOUNCE, ClaimState, Hand
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7


def note_bounce(actor: Actor, claim_id: UUID, bounced_on: date, reason: str, *, seen: str | None) -> None:
    """Note that a payment came back on a day; the same sent twice is noted once. What was paid stays on
    record, and of a case that the accounts alone keep no reason does.

    Raises `PaymentYours`, `WrongBounceDay`, `ClaimMovedOn`, `ChangedMeanwhile`, and what `held` does.
    """
    claim, case = held(actor, Hand.CASHIER, claim_id)
    if claim.state == ClaimState.APPROVED and _was_noted(actor, claim, bounced_on):
        return
    require_movable(claim, BOUNCE)
    if not is_apart(actor, claim):
        raise PaymentYours
    require_seen(seen, claim.mark)
    if claim.paid_on is None or not claim.paid_on <= bounced_on <= today_in_china():
        raise WrongBounceDay(field="bounced_on")
    hold_references()
    bounce = _written(actor, claim, bounced_on, "" if case.accounts_only_since else reason)
    claim.paid_on, claim.reference, claim.paid_by, claim.paid_by_name = None, "", None, ""
    move(actor, case, claim, BOUNCE, f"{bounce.paid_on}，{bounce.reference} → {bounced_on}；{reason}",
         before=f"{bounce.paid_on}，{bounce.reference}", bounced_on=str(bounced_on))  # fmt: skip


def undo_bounce(actor: Actor, claim_id: UUID, *, seen: str | None) -> None:
    """Note that the last payment that was noted to have come back arrived after all: the claim is paid by that very transfer. The same
    sent twice is noted once.

    Raises `ClaimMovedOn`, `ChangedMeanwhile`, and what `require_apart` and `held` do.
    """
    claim, case = held(actor, Hand.CASHIER, claim_id)
    if claim.state == ClaimState.PAID and _was_undone(actor, claim):
        return
    require_movable(claim, UNDO_BOUNCE)
    bounce = find_last_bounce(claim.id)
    if bounce is None:
        raise ClaimMovedOn
    require_apart(actor, claim)
    require_seen(seen, claim.mark)
    bounce.undone_at, bounce.undone_by, bounce.undone_by_name = now(), actor.account_id, actor.name
    db.session.flush()
    require_apart(actor, claim)  # of the return before this one, too, which stands again as the last
    claim.paid_on, claim.reference = bounce.paid_on, bounce.reference
    claim.paid_by, claim.paid_by_name = actor.account_id, actor.name
    told = f"{bounce.paid_on}，{bounce.reference}"
    move(actor, case, claim, UNDO_BOUNCE, told, paid_on=str(bounce.paid_on), reference=bounce.reference)


def is_apart(actor: Actor, claim: FeeClaim) -> bool:
    """Whether an actor is neither the lawyer nor who noted the payment."""
    return actor.account_id not in (None, claim.account_id, claim.paid_by)


def _was_noted(actor: Actor, claim: FeeClaim, bounced_on: date) -> bool:
    before = find_last_bounce(claim.id)
    return before is not None and (before.noted_by, before.bounced_on) == (actor.account_id, bounced_on)


def _was_undone(actor: Actor, claim: FeeClaim) -> bool:
    mine = (
        FeeBounce.claim_id == claim.id,
        FeeBounce.reference == claim.reference,
        FeeBounce.undone_by == actor.account_id,
    )
    return db.session.scalar(select(FeeBounce.id).where(*mine).limit(1)) is not None


def _written(actor: Actor, claim: FeeClaim, bounced_on: date, reason: str) -> FeeBounce:
    bounce_id = uuid7()
    bounce = FeeBounce(
        zone_id=current_zone().id, id=bounce_id, case_id=claim.case_id, member_id=claim.member_id, claim_id=claim.id,
        lawyer_member_id=claim.lawyer_member_id, account_id=claim.account_id, paid_on=claim.paid_on,
        reference=claim.reference, paid_by=claim.paid_by, paid_by_name=claim.paid_by_name, bounced_on=bounced_on,
        noted_by=actor.account_id, noted_by_name=actor.name,
        reason_cipher=seal_text(FeeBounce.__tablename__, "reason_cipher", bounce_id, reason) if reason else None,
    )  # fmt: skip
    db.session.add(bounce)
    return bounce

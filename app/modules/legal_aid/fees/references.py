"""Bank references of payments: one transfer pays claims of one lawyer, and none any more once the bank sent it back, but the
claim of which that turned out to be a mistake."""

from sqlalchemy import or_, select

from app.modules.legal_aid.fees.errors import ReferenceCameBack, ReferenceOfAnother
from app.modules.legal_aid.fees.models import FeeBounce, FeeClaim
from tenants.context import current_zone
from tenants.database import db
from tenants.turns import take_turn


def hold_references() -> None:
    """References of a zone are noted, and noted to have come back, one transaction at a time."""
    take_turn(f"legal_aid.fee_references.{current_zone().id}")


def require_payable(claim: FeeClaim, reference: str) -> None:
    """Raises `ReferenceOfAnother`, `ReferenceCameBack`."""
    hold_references()
    of_another = select(FeeClaim.id).where(FeeClaim.reference == reference, FeeClaim.account_id != claim.account_id)
    if db.session.scalar(of_another.limit(1)) is not None:
        raise ReferenceOfAnother(field="reference")
    is_still_said = or_(FeeBounce.claim_id != claim.id, FeeBounce.undone_at.is_(None))
    came_back = select(FeeBounce.id).where(FeeBounce.reference == reference, is_still_said)
    if reference != claim.reference and db.session.scalar(came_back.limit(1)) is not None:
        raise ReferenceCameBack(field="reference")

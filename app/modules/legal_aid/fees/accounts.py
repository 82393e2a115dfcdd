"""What the accounts keep of fees when a case is erased: claim, amounts, payment and receipts, and none of the words. What is with
the lawyer, begun or withdrawn, is no voucher and goes with its receipts."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from app.core.files import delete_file
from app.modules.legal_aid.fees.models import FeeBounce, FeeClaim, FeeReceipt
from app.modules.legal_aid.fees.queries import WITH_THE_LAWYER
from app.modules.legal_aid.lawyers.models import Assignment
from tenants.database import db


def leave_to_accounts(case_id: UUID) -> None:
    """Erase of a case the claims that are with the lawyer, and of the rest what lawyers and those who decided wrote in words."""
    _take_claims_with_the_lawyer(case_id)
    words: dict[Any, tuple[str, ...]] = {
        FeeClaim: ("told_cipher", "reason_cipher"),
        FeeBounce: ("reason_cipher",),
        Assignment: ("reason_cipher",),
    }
    for model, columns in words.items():
        db.session.execute(update(model).where(model.case_id == case_id).values(dict.fromkeys(columns)))


def _take_claims_with_the_lawyer(case_id: UUID) -> None:
    claims = select(FeeClaim.id).where(FeeClaim.case_id == case_id, FeeClaim.state.in_(WITH_THE_LAWYER))
    receipts = FeeReceipt.claim_id.in_(claims)
    files = list(db.session.scalars(select(FeeReceipt.file_id).where(receipts)))
    db.session.execute(delete(FeeReceipt).where(receipts))
    for file_id in files:
        delete_file(file_id)
    db.session.execute(delete(FeeClaim).where(FeeClaim.id.in_(claims)))

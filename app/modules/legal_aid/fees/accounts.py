"""What the accounts keep of fees when a case is erased: claim, amounts, payment and receipts, and none of the words."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, update

from app.modules.legal_aid.fees.models import FeeBounce, FeeClaim
from app.modules.legal_aid.fees.states import ClaimState
from app.modules.legal_aid.lawyers.models import Assignment
from tenants.database import db

OWED = (ClaimState.DRAFT, ClaimState.CLAIMED, ClaimState.RETURNED, ClaimState.APPROVED)


def is_owed(case_id: Any) -> ColumnElement[bool]:
    """A fee is being claimed for the case, or was and is neither paid nor refused; `case_id` is a column."""
    return exists().where(FeeClaim.case_id == case_id, FeeClaim.state.in_(OWED))


def leave_to_accounts(case_id: UUID) -> None:
    """Erase what lawyers and those who decided wrote, in words, of a case."""
    words: dict[Any, tuple[str, ...]] = {
        FeeClaim: ("told_cipher", "reason_cipher"),
        FeeBounce: ("reason_cipher",),
        Assignment: ("reason_cipher",),
    }
    for model, columns in words.items():
        db.session.execute(update(model).where(model.case_id == case_id).values(dict.fromkeys(columns)))

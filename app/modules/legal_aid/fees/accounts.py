"""What the accounts keep of fees when a case is erased: claim, amounts, payment and receipts, and none of the words."""

from typing import Any
from uuid import UUID

from sqlalchemy import update

from app.modules.legal_aid.fees.models import FeeBounce, FeeClaim
from app.modules.legal_aid.lawyers.models import Assignment
from tenants.database import db


def leave_to_accounts(case_id: UUID) -> None:
    """Erase what lawyers and those who decided wrote, in words, of a case."""
    words: dict[Any, tuple[str, ...]] = {
        FeeClaim: ("told_cipher", "reason_cipher"),
        FeeBounce: ("reason_cipher",),
        Assignment: ("reason_cipher",),
    }
    for model, columns in words.items():
        db.session.execute(update(model).where(model.case_id == case_id).values(dict.fromkeys(columns)))

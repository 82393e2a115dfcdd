"""Takes out the numbers of who left the panel once nothing of theirs can be claimed or is owed."""

from sqlalchemy import exists, update

from app.modules.legal_aid.fees.models import FeeClaim
from app.modules.legal_aid.fees.owing import OWED
from app.modules.legal_aid.fees.time_to_claim import is_in_time
from app.modules.legal_aid.lawyers.models import Assignment, Lawyer
from tenants.database import db


def forget_numbers() -> None:
    """Worker plane."""
    can_claim = exists().where(Assignment.lawyer_id == Lawyer.id, Assignment.account_id.is_not(None), is_in_time())
    is_owed = exists().where(FeeClaim.lawyer_id == Lawyer.id, FeeClaim.state.in_(OWED))
    kept = Lawyer.former_mobile_cipher.is_not(None)
    db.session.execute(update(Lawyer).where(kept, ~can_claim, ~is_owed).values(former_mobile_cipher=None))

"""What is decided once a quiz is closed: papers that still run are waited for, the others closed as not answered; then the prizes."""

from sqlalchemy import exists, select

from app.core.clock import now
from app.modules.events.kinds.declaring import Settled
from app.modules.events.kinds.quiz.awarding import award
from app.modules.events.kinds.quiz.handing_in import GRACE, close_late
from app.modules.events.kinds.quiz.models import Attempt
from app.modules.events.models import Campaign
from tenants.database import db


def settle(campaign: Campaign) -> Settled:
    """Close what nobody handed in, then give the prizes, a part in each transaction."""
    if close_late(campaign):
        return Settled.PART
    running = exists().where(
        Attempt.campaign_id == campaign.id, Attempt.handed_in_at.is_(None), Attempt.deadline + GRACE >= now()
    )
    return Settled.WAITS if db.session.scalar(select(running)) else award(campaign)

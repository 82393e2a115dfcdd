"""What there is to do once a campaign of referrals is closed: referrals that cool are waited for."""

from sqlalchemy import exists, select

from app.modules.events.kinds.declaring import Settled
from app.modules.events.kinds.referral.models import Referral
from app.modules.events.kinds.referral.states import State
from app.modules.events.models import Campaign
from tenants.database import db


def settle(campaign: Campaign) -> Settled:
    """Whole once every referral is decided, which the clock does (`rewarding`)."""
    cools = exists().where(Referral.campaign_id == campaign.id, Referral.state == State.COOLING)
    return Settled.WAITS if db.session.scalar(select(cools)) else Settled.WHOLE

"""When pages that are kept in memory say something else."""

from datetime import datetime, time, timedelta

from app.core.clock import CHINA, now, today_in_china
from app.core.pages.marks import changes_at
from app.modules.events.models import Campaign
from app.modules.events.sharing.models import SharedCampaign


def changes_with(campaign: Campaign | SharedCampaign) -> None:
    """The running page says something else once the campaign opens, and once it is over."""
    for moment in (campaign.opens_at, campaign.closes_at):
        if moment > now():
            changes_at(moment)


def changes_tomorrow() -> None:
    """The running page says something else on another day."""
    changes_at(datetime.combine(today_in_china() + timedelta(days=1), time(), CHINA))

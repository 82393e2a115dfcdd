"""What is decided once a survey is closed: what came out of it, and, where it has prizes, who won by lot among those who took part."""

from datetime import timedelta

from app.core.clock import now
from app.modules.events.draws.drawing import draw
from app.modules.events.kinds.declaring import Settled
from app.modules.events.kinds.survey.counting import count_for_good, is_counted
from app.modules.events.kinds.survey.settings import survey_of
from app.modules.events.models import Campaign
from app.modules.events.prizes.drawn import give_as_drawn

STILL_COMING = timedelta(minutes=1)
"""After the end: what was sent at the last moment may still be on its way into the box, which is opened once."""


def settle(campaign: Campaign) -> Settled:
    """Add the answers up; then draw, a part of the prizes in each transaction."""
    if campaign.closed_at is None or now() < campaign.closed_at + STILL_COMING:
        return Settled.WAITS
    if not is_counted(campaign.id):
        count_for_good(campaign)
        return Settled.PART
    if not survey_of(campaign).has_prizes:
        return Settled.WHOLE
    draw(campaign.id)
    return give_as_drawn(campaign, href=f"/events/survey/{campaign.id}")

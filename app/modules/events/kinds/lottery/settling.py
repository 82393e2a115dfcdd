"""What is decided when a lottery is closed: the draw, and who wins which prize in its order."""

from app.modules.events.draws.drawing import draw
from app.modules.events.kinds.declaring import Settled
from app.modules.events.models import Campaign
from app.modules.events.prizes.drawn import give_as_drawn


def settle(campaign: Campaign) -> Settled:
    """Draw, then give the prizes in the order of the draw, a part in each transaction."""
    draw(campaign.id)
    return give_as_drawn(campaign, href=f"/events/lottery/{campaign.id}")

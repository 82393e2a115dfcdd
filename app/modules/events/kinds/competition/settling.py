"""What is decided once the last round of a competition is final: the prizes, in the order of the ranking."""

from app.modules.events.kinds.competition.queries import is_over, list_winners
from app.modules.events.kinds.competition.rounds import nobody_goes_on
from app.modules.events.kinds.declaring import Settled
from app.modules.events.models import Campaign
from app.modules.events.prizes.giving import give_prizes
from tenants.context import current_actor


def settle(campaign: Campaign) -> Settled:
    """Wait for the last ranking, unless nobody is left to be ranked, then give the prizes to who won an award."""
    if not is_over(campaign.id) and not nobody_goes_on(campaign):
        return Settled.WAITS
    winners = list_winners(campaign.id) if campaign.settings.get("prizes") else []
    if winners:
        give_prizes(current_actor(), campaign, winners, href=f"/events/competition/{campaign.id}")
    return Settled.WHOLE

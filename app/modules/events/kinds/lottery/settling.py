"""What is decided when a lottery is closed: the draw, and who wins which prize in its order."""

from app.modules.events.draws.drawing import draw, take_places
from app.modules.events.kinds.declaring import Settled
from app.modules.events.models import Campaign
from app.modules.events.prizes.giving import give_prizes
from app.modules.events.prizes.queries import GOT
from app.notifications.operations import notify
from tenants.context import current_actor

AT_ONCE = 1_000


def settle(campaign: Campaign) -> Settled:
    """Draw, then give the prizes in the order of the draw and tell everybody, `AT_ONCE` in a transaction."""
    draw(campaign.id)
    places = take_places(campaign.id, AT_ONCE)
    if not places:
        return Settled.WHOLE
    here = f"/events/lottery/{campaign.id}"
    won = {
        each.id: each
        for each in give_prizes(current_actor(), campaign, [member for _place, member in places], href=here)
    }
    for place, member_id in places:
        place.won = place.id in won and won[place.id].outcome in GOT
        if place.id not in won:
            notify("events.drawn", member_id, {"title": campaign.title}, dedupe_key=f"events.drawn:{campaign.id}", href=here)  # fmt: skip
    return Settled.PART

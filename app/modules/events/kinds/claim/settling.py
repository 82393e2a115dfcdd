"""What is decided when a claim is closed: nothing where the first came, the draw where all who registered have a chance."""

from app.benefits.vouchers.giving import Outcome, give
from app.modules.events.draws.drawing import draw, take_places
from app.modules.events.kinds.claim.claiming import giving_key
from app.modules.events.kinds.claim.settings import offer_of
from app.modules.events.models import Campaign
from tenants.context import current_actor

AT_ONCE = 1_000


def settle(campaign: Campaign) -> bool:
    """Draw, then give the vouchers in the order of the draw, `AT_ONCE` in a transaction; whether all of it is done."""
    offer = offer_of(campaign)
    if not offer.is_draw:
        return True
    draw(campaign.id)
    places = take_places(campaign.id, AT_ONCE)
    if not places:
        return True
    members = [member_id for _place, member_id in places]
    given = give(current_actor(), offer.batch_id, members, key=giving_key(campaign.id))
    for (place, _member_id), each in zip(places, given, strict=True):
        place.won = each.outcome in (Outcome.GIVEN, Outcome.BEFORE)
    return False

"""What is decided when a claim is closed: where the first came, that nobody waits any more; the draw where all who registered have a chance."""

from app.benefits.vouchers.giving import Outcome, give
from app.modules.events.draws.drawing import draw, take_places
from app.modules.events.kinds.claim.moving_up import end_waiting
from app.modules.events.kinds.claim.settings import offer_of
from app.modules.events.kinds.declaring import Settled
from app.modules.events.models import Campaign
from app.modules.events.promising import giving_key
from app.notifications.operations import notify
from tenants.context import current_actor

AT_ONCE = 1_000
GOT = (Outcome.GIVEN, Outcome.BEFORE)


def settle(campaign: Campaign) -> Settled:
    """End the waiting; or draw, then give the vouchers in the order of the draw and tell everybody, `AT_ONCE` in a transaction."""
    offer = offer_of(campaign)
    if not offer.is_draw:
        return end_waiting(campaign)
    draw(campaign.id)
    places = take_places(campaign.id, AT_ONCE)
    if not places:
        return Settled.WHOLE
    members = [member_id for _place, member_id in places]
    given = give(current_actor(), offer.batch_id, members, key=giving_key(campaign.id))
    for (place, member_id), each in zip(places, given, strict=True):
        place.won = each.outcome in GOT
        notify("events.won" if place.won else "events.drawn", member_id, {"title": campaign.title},
               dedupe_key=f"events.drawn:{campaign.id}", href=f"/events/claim/{campaign.id}")  # fmt: skip
    return Settled.PART

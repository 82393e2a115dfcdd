"""What is decided when a claim is closed: where the first came, that nobody waits any more; the draw where all who registered have a chance."""

from app.modules.events.draws.drawing import draw, take_waiting
from app.modules.events.draws.queries import count_line
from app.modules.events.kinds.claim.moving_up import AT_ONCE, end_waiting, tell_over
from app.modules.events.kinds.claim.queries import may_give
from app.modules.events.kinds.claim.settings import offer_of
from app.modules.events.kinds.declaring import Settled
from app.modules.events.models import Campaign
from app.modules.events.prizes.drawn import give_as_drawn
from app.modules.events.prizes.redrawing import pass_on_void
from tenants.context import current_actor


def settle(campaign: Campaign) -> Settled:
    """End the waiting; or draw, give the vouchers in the order of the draw, and then what comes back to the next of it, a part in a
    transaction."""
    offer = offer_of(campaign)
    if not offer.is_draw:
        return end_waiting(campaign)
    draw(campaign.id)
    given = give_as_drawn(campaign, href=f"/events/claim/{campaign.id}", has_line=offer.has_line)
    if given is Settled.PART or not count_line(campaign.id).waiting:
        return given
    if not may_give(offer):
        return _end_line(campaign)
    return Settled.PART if pass_on_void(current_actor(), campaign) else Settled.WAITS


def _end_line(campaign: Campaign) -> Settled:
    """Tell those who waited behind the winners to the end that it has come, `AT_ONCE` in a transaction."""
    late = take_waiting(campaign.id, AT_ONCE)
    for place, _member in late:
        place.waits = False
    tell_over(campaign, [member_id for _place, member_id in late])
    return Settled.PART

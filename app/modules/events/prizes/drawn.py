"""Giving a campaign's prizes in the order of its draw, and the waiting list behind the winners."""

from app.modules.events.draws.drawing import take_places
from app.modules.events.draws.models import PassedOver
from app.modules.events.draws.queries import number_line
from app.modules.events.kinds.declaring import Settled
from app.modules.events.models import Campaign
from app.modules.events.prizes.giving import count_free, give_prizes, known
from app.modules.events.prizes.queries import GOT
from app.notifications.operations import notify
from tenants.context import current_actor

AT_ONCE = 1_000


def give_as_drawn(campaign: Campaign, *, href: str, has_line: bool = False) -> Settled:
    """Give the prizes to the next `AT_ONCE` places of a draw that is made, and tell everybody; whole once no place is left.

    With `has_line` all behind the last winner stand on a waiting list from then on (`redrawing.pass_on_void`). `href` is the page that
    members are sent to. On the worker plane.
    """
    places = take_places(campaign.id, AT_ONCE)
    if not places:
        return Settled.WHOLE
    members = [member_id for _place, member_id in places]
    won = {each.id: each for each in give_prizes(current_actor(), campaign, members, href=href)}
    last = max((place.place for place, _member in places if place.id in won), default=0)
    may_wait = has_line and not count_free(campaign.id)
    there = known(members)
    for place, member_id in places:
        place.won = place.id in won and won[place.id].outcome in GOT
        place.waits = may_wait and place.place > last
        if place.id not in won and not place.waits and member_id not in there:
            place.passed_over = PassedOver.GONE
    numbers = number_line(campaign.id, [place for place, _member in places])
    for place, member_id in places:
        if place.waits:
            words = {"title": campaign.title, "place": numbers[place.id]}
            notify("events.drawn_behind", member_id, words, dedupe_key=f"events.drawn:{campaign.id}", href=href)
        elif place.id not in won and place.passed_over is None:
            notify("events.drawn", member_id, {"title": campaign.title}, dedupe_key=f"events.drawn:{campaign.id}", href=href)  # fmt: skip
    return Settled.PART

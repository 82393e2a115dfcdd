"""Who won what, for everybody: masked names in the order of the prizes."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue

from app.core.access import public
from app.core.errors import NotFound
from app.core.forms import number_asked
from app.core.pages.marks import cached_page
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from app.modules.events.prizes.queries import count_wins, list_offers, list_redrawn, list_wins
from app.modules.events.prizes.words import WHY
from app.modules.events.queries import find_announced
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "prizes",
    __name__,
    place=Place.ZONE,
    plane=Plane.MEMBER,
    module="events",
    url_prefix="/prizes",
    enable_openapi=False,
)
PAGE = 100


@blueprint.get("/<uuid:campaign_id>")
@public
@cached_page("after")
def page(campaign_id: UUID) -> ResponseReturnValue:
    campaign, offers = find_announced(campaign_id), list_offers(campaign_id)
    if not offers:
        raise NotFound
    wins = list_wins(campaign_id, number_asked("after"), PAGE + 1)
    more = len(wins) > PAGE
    return render(
        "events/winners.html", campaign=campaign, offers=offers, wins=wins[:PAGE], number=count_wins(campaign_id), redrawn=list_redrawn(campaign_id), whys=WHY,
        next_href=url_for(".page", campaign_id=campaign_id, after=wins[PAGE - 1].place) if more else "",
    )  # fmt: skip

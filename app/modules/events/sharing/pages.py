"""A campaign of the city in a zone that does not hold it itself: what it is, and the way to it."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.core.access import public
from app.core.downloads import AN_HOUR, picture
from app.core.errors import NotFound
from app.core.pages.marks import cached_page
from app.core.places import Place, PlacedBlueprint
from app.core.platform import platform
from app.core.theming import render
from app.modules.events.hosts import host_lines
from app.modules.events.kinds import find_kind
from app.modules.events.page_changes import changes_with
from app.modules.events.sharing.models import SharedCampaign
from app.modules.events.sharing.pictures import read_cover
from app.modules.events.sharing.queries import find_shared
from app.modules.events.words import Phase, phase_of
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "shared",
    __name__,
    place=Place.ZONE,
    plane=Plane.MEMBER,
    module="events",
    url_prefix="/shared",
    enable_openapi=False,
)


@blueprint.get("/<uuid:events_shared_campaign_id>")
@public
@cached_page()
def page(events_shared_campaign_id: UUID) -> ResponseReturnValue:
    shared = find_shared(events_shared_campaign_id)
    origin = platform().registry.by_id(shared.origin_zone_id)
    if origin is None:
        raise NotFound
    changes_with(shared)
    return render(
        "events/shared/campaign.html", campaign=shared, kind=find_kind(shared.kind), hosts=host_lines(shared.hosts),
        phase=shared_phase(shared), origin=origin, there=platform().url(origin.host, url_for("events.campaign", campaign_id=shared.id)),
    )  # fmt: skip


@blueprint.get("/<uuid:events_shared_campaign_id>/cover")
@public
def cover(events_shared_campaign_id: UUID) -> ResponseReturnValue:
    width = request.args.get("width", 0, int)
    stored, data = read_cover(find_shared(events_shared_campaign_id), width)
    return picture(stored, data, width, caching=AN_HOUR)


def shared_phase(shared: SharedCampaign) -> Phase:
    """How it stands."""
    return phase_of(opens_at=shared.opens_at, closes_at=shared.closes_at)

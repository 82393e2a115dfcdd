"""The blueprint that all staff pages about members share."""

from app.core.places import Place, PlacedBlueprint
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "console_members", __name__, place=Place.ZONE, plane=Plane.STAFF, url_prefix="/console/members",
    enable_openapi=False,
)  # fmt: skip

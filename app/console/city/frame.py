"""What the city console's pages have in common: the blueprint, and the zone of an address."""

from app.console import queries
from app.core.errors import NotFound
from app.core.places import Place, PlacedBlueprint
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "city", __name__, place=Place.CITY, plane=Plane.CITY, url_prefix="/city", enable_openapi=False
)


def find_row(slug: str) -> queries.ZoneRow:
    """Raises `NotFound`."""
    row = queries.find_zone_row(slug)
    if row is None:
        raise NotFound
    return row

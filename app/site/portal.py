"""The bare base domain: which zones there are."""

from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.core.access import public
from app.core.places import Place, PlacedBlueprint
from app.core.platform import platform
from app.core.theming import render
from tenants.context import Plane, ZoneState
from tenants.database import db
from tenants.models import Zone

blueprint = PlacedBlueprint(
    "portal", __name__, place=Place.PORTAL, plane=Plane.MEMBER, url_prefix="/zones", enable_openapi=False
)
MOST = 500


@blueprint.get("/")
@public
def zones() -> ResponseReturnValue:
    """The open zones in the order of the union tree."""
    query = select(Zone.name, Zone.slug).where(Zone.state == ZoneState.ACTIVE).order_by(Zone.union_path).limit(MOST)
    rows = db.session.execute(query).all()
    base = platform().settings.base_domain
    return render("site/portal.html", zones=[(row.name, platform().url(f"{row.slug}.{base}")) for row in rows])

"""Members' own pages of benefits. Each part brings its own blueprint, which is nested here: `benefits.<part>.<view>`."""

from app.benefits import own_pages
from app.benefits.vouchers import member_pages
from app.core.places import Place, PlacedBlueprint
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "benefits", __name__, place=Place.ZONE, plane=Plane.MEMBER, url_prefix="/me/benefits", enable_openapi=False
)
PARTS = (own_pages.blueprint, member_pages.blueprint)
for part in PARTS:
    blueprint.register_blueprint(part)

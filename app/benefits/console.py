"""Benefits at a zone's console. Each part brings its own blueprint, which is nested here: `console_benefits.<part>.<view>`."""

from app.benefits.beans import (
    budget_pages,
    catalogue_pages,
    issue_pages,
    ledger_pages,
    reclaim_pages,  # noqa: F401 - it brings its routes
)
from app.benefits.vouchers import (
    batch_pages,
    conflict_pages,
    draft_pages,  # noqa: F401 - it brings its routes
    extension_pages,
    offline_pages,
    piece_pages,
    reconciliation_pages,
    scan_pages,
    settlement_pages,
    shop_pages,
)
from app.benefits.wechat import doubt_pages
from app.core.places import Place, PlacedBlueprint
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "console_benefits", __name__, place=Place.ZONE, plane=Plane.STAFF, url_prefix="/console/benefits", enable_openapi=False
)  # fmt: skip
PARTS = (
    budget_pages.blueprint,
    catalogue_pages.blueprint,
    issue_pages.blueprint,
    ledger_pages.blueprint,
    batch_pages.blueprint,
    piece_pages.blueprint,
    extension_pages.blueprint,
    settlement_pages.blueprint,
    reconciliation_pages.blueprint,
    shop_pages.blueprint,
    scan_pages.blueprint,
    offline_pages.blueprint,
    conflict_pages.blueprint,
    doubt_pages.blueprint,
)
for part in PARTS:
    blueprint.register_blueprint(part)

"""What the city shares, for the staff of a zone that may take it up."""

from flask.typing import ResponseReturnValue

from app.core.access import requires
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from app.modules.events.kinds import KINDS
from app.modules.events.rights import MANAGE
from app.modules.events.sharing.pages import shared_phase
from app.modules.events.sharing.queries import list_offered
from app.modules.events.words import COLOURS, STATES
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "shared", __name__, place=Place.ZONE, plane=Plane.STAFF, module="events", url_prefix="/shared", enable_openapi=False
)


@blueprint.get("/")
@requires(MANAGE)
def index() -> ResponseReturnValue:
    return render(
        "events/desk/shared/list.html", offered=list_offered(), kinds=KINDS, shared_phase=shared_phase, colours=COLOURS,
        state_titles=STATES,
    )  # fmt: skip

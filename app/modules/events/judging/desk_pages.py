"""A judge's own list: all that they judge, whatever the kind."""

from flask.typing import ResponseReturnValue

from app.core.access import requires
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from app.modules.events.judging.own import list_own
from app.modules.events.judging.rights import JUDGE
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "judging",
    __name__,
    place=Place.ZONE,
    plane=Plane.STAFF,
    module="events",
    url_prefix="/judging",
    enable_openapi=False,
)


@blueprint.get("/")
@requires(JUDGE)
def index() -> ResponseReturnValue:
    """What the actor judges, with how much of it is done."""
    return render("events/desk/judging/mine.html", duties=list_own())

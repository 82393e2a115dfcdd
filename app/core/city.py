"""Background work on the city's desk: what waits and what was given up, over all zones."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import requires
from app.core.errors import NotFound
from app.core.jobs import all_zones
from app.core.jobs.wording import reason_of, title_of
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "city_jobs", __name__, place=Place.CITY, plane=Plane.CITY, url_prefix="/city/jobs", enable_openapi=False
)


@blueprint.get("/")
@requires("city.jobs")
def jobs() -> ResponseReturnValue:
    slug = request.args.get("zone", "")
    zones, dead = all_zones.list_zones_with_work(), all_zones.list_dead(slug, _position())
    shown = dead[: all_zones.PAGE]
    more = url_for(".jobs", zone=slug, before=shown[-1].id) if len(dead) > all_zones.PAGE else ""
    return render(
        "jobs/city.html", zones=zones, dead=shown, dead_next=more, chosen=slug, title_of=title_of, reason_of=reason_of
    )


@blueprint.post("/<uuid:zone_id>/<uuid:event_id>/retry")
@requires("city.jobs")
def retry(zone_id: UUID, event_id: UUID) -> ResponseReturnValue:
    all_zones.call_back(zone_id, event_id)
    flash(_("It will be tried again in a moment."), "success")
    return redirect(url_for(".jobs"))


@blueprint.post("/<uuid:zone_id>/<uuid:event_id>/discard")
@requires("city.jobs")
def discard(zone_id: UUID, event_id: UUID) -> ResponseReturnValue:
    all_zones.let_go(zone_id, event_id)
    flash(_("It was let go and will not be done."), "success")
    return redirect(url_for(".jobs"))


def _position() -> UUID | None:
    try:
        return UUID(request.args["before"]) if "before" in request.args else None
    except ValueError:
        raise NotFound from None

"""The list of zones."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.casework.calendar.in_force import missing_notices, work_calendar
from app.console import queries
from app.console.city.frame import blueprint
from app.core.access import requires
from app.core.clock import today_in_china
from app.core.theming import render

LONGEST_SEARCH = 60


@blueprint.get("/")
@requires("city.view")
def zones() -> ResponseReturnValue:
    chosen = {"state": request.args.get("state", ""), "q": request.args.get("q", "").strip()[:LONGEST_SEARCH]}
    rows = queries.list_zones(chosen["state"], request.args.get("after", ""), queries.PAGE + 1, chosen["q"])
    shown = rows[: queries.PAGE]
    more = (
        url_for("city.zones", state=chosen["state"], q=chosen["q"], after=shown[-1].slug)
        if len(rows) > queries.PAGE
        else ""
    )
    missing = missing_notices(today_in_china(), work_calendar())
    return render("console/city_zones.html", rows=shown, next_href=more, chosen=chosen, missing=missing)

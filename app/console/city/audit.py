"""The audit trail of the whole city."""

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.console import queries
from app.console.audit_lines import audit_lines
from app.console.audit_words import action_titles
from app.console.city.frame import blueprint, find_row
from app.core.access import requires
from app.core.theming import render


@blueprint.get("/audit")
@requires("city.audit")
def audit() -> ResponseReturnValue:
    chosen = {"zone": request.args.get("zone", ""), "action": request.args.get("action", "")}
    zone_id = find_row(chosen["zone"]).id if chosen["zone"] else None
    entries = queries.list_audit(zone_id, request.args.get("before", type=UUID), chosen["action"])
    shown = audit_lines(entries[: queries.PAGE])
    more = (
        url_for("city.audit", zone=chosen["zone"], action=chosen["action"], before=shown[-1].id)
        if len(entries) > queries.PAGE
        else ""
    )
    return render(
        "console/city_audit.html", entries=shown, next_href=more, chosen=chosen,
        zone_options=queries.zone_names(),
        action_options=sorted(((action, str(title)) for action, title in action_titles().items()), key=lambda pair: pair[1]),
    )  # fmt: skip

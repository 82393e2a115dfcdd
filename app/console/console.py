"""The zone's desk: figures, the audit trail, and the studio's pages (`studio/`)."""

from uuid import UUID

from flask import jsonify, request, send_from_directory
from flask.typing import ResponseReturnValue

from app.console import queries
from app.console.audit_lines import AuditLine, audit_lines
from app.console.desk import members_by_union, zone_figures
from app.console.studio import add_studio_routes
from app.core.access import requires
from app.core.errors import NotFound
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render, themes
from app.unions.queries import count_members
from tenants.context import Plane, current_actor, current_zone

blueprint = PlacedBlueprint(
    "console", __name__, place=Place.ZONE, plane=Plane.STAFF, url_prefix="/console", enable_openapi=False
)
add_studio_routes(blueprint)


@blueprint.get("/")
@requires("desk.view")
def desk() -> ResponseReturnValue:
    sees_members = current_actor().may("members.view")
    return render(
        "console/desk.html", figures=zone_figures(), audit=_lately(),
        members=count_members(current_zone().union_path) if sees_members else None,
        unions=members_by_union() if sees_members else None,
    )  # fmt: skip


def _lately() -> list[AuditLine] | None:
    """The newest deeds, for those who may read the trail."""
    return audit_lines(queries.list_audit(current_zone().id)[:8]) if current_actor().may("audit.view") else None


@blueprint.get("/figures/members.json")
@requires("members.view")
def members_chart() -> ResponseReturnValue:
    rows = members_by_union()
    return jsonify(
        kind="bar", labels=[row.name for row in rows], series=[{"name": "", "data": [row.members for row in rows]}]
    )


@blueprint.get("/audit")
@requires("audit.view")
def audit() -> ResponseReturnValue:
    before = request.args.get("before", type=UUID)
    entries = queries.list_audit(current_zone().id, before)
    shown, is_more = audit_lines(entries[: queries.PAGE]), len(entries) > queries.PAGE
    return render("console/audit.html", entries=shown, more=is_more)


@blueprint.get("/themes/<slug>.webp")
@requires("zone.design")
def theme_preview(slug: str) -> ResponseReturnValue:
    theme = themes().get(slug)
    if theme is None:
        raise NotFound
    return send_from_directory(theme.folder, "preview.webp")

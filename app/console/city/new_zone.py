"""A zone for one union: find the union, then say how the zone is called and how it begins."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.console import operations, queries
from app.console.city.frame import blueprint
from app.console.schemas import NewZoneSchema
from app.core.access import requires
from app.core.errors import DomainError, NotFound
from app.core.forms import Form
from app.core.platform import platform
from app.core.theming import render
from app.unions.queries import UnionRow, find_root, find_union, search_unions
from app.unions.words import KINDS
from tenants.context import current_actor
from tenants.database import db
from tenants.lifecycle import zone_above
from tenants.starters import DEFAULT_PRESET, presets

MOST_FOUND = 50
LONGEST_SEARCH = 60


@blueprint.get("/zones/new")
@requires("zones.provision")
def new_zone() -> ResponseReturnValue:
    """The search for a union, or the form for the one that was found."""
    union_id = request.args.get("union", type=UUID)
    if union_id is None:
        return _search_page()
    union = _union(union_id)
    return _form_page(union, Form(NewZoneSchema, {"preset": DEFAULT_PRESET, "name": union.name[:60]}))


@blueprint.post("/zones/new")
@requires("zones.provision")
def provision() -> ResponseReturnValue:
    form = Form(NewZoneSchema)
    sound = form.submit()
    union = _union(form.data["union_id"] if sound else request.form.get("union_id", type=UUID))
    if sound:
        try:
            zone = operations.provision_zone_in_steps(current_actor(), **form.data)
        except DomainError as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("The zone %(name)s is open.", name=zone.name), "success")
            return redirect(url_for("city.zone", slug=zone.slug))
    return _form_page(union, form)


def _union(union_id: UUID | None) -> UnionRow:
    union = find_union(union_id) if union_id else None
    if union is None:
        raise NotFound
    return union


def _search_page() -> str:
    q, root = request.args.get("q", "").strip()[:LONGEST_SEARCH], find_root()
    found = [row for row in search_unions(q, root.path, MOST_FOUND) if row.status == "active"] if q and root else []
    return render(
        "console/city_find_union.html", q=q, rows=found, kinds=KINDS, zones=queries.zones_of_unions([row.id for row in found])
    )  # fmt: skip


def _form_page(union: UnionRow, form: Form) -> ResponseReturnValue:
    there = queries.zones_of_unions([union.id]).get(union.id)
    if there is not None and not form.errors:
        return redirect(url_for("city.zone", slug=there.slug))
    above = zone_above(union.path)
    offered = [slug for slug, preset in presets().items() if above or not preset.like_above]
    page = render(
        "console/city_new.html", form=form, union=union, above=above, offered=offered,
        base_domain=platform().settings.base_domain,
    )  # fmt: skip
    return page, 422 if form.errors else 200

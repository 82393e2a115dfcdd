"""The city console: zones, their states, names and domains, locks, the audit trail."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.console import operations, queries
from app.console.locks import lift_lock, list_locks, set_lock
from app.console.schemas import AppointmentSchema, DomainSchema, LockSchema, NewZoneSchema, RenameSchema
from app.console.zone_lists import provision_list_in_steps, read_zone_list
from app.core.access import requires
from app.core.errors import DomainError, InvalidInput, NotFound
from app.core.forms import Form
from app.core.places import Place, PlacedBlueprint
from app.core.platform import platform
from app.core.theming import render, themes
from app.core.transactions import finish
from app.identity.browser import own_transaction
from app.identity.operations import check_grant, ensure_account
from app.unions.models import Union
from tenants.context import Plane, ZoneState, current_actor
from tenants.database import db
from tenants.lifecycle import TRANSITIONS
from tenants.models import Zone

blueprint = PlacedBlueprint(
    "city", __name__, place=Place.CITY, plane=Plane.CITY, url_prefix="/city", enable_openapi=False
)


@blueprint.get("/")
@requires("city.view")
def zones() -> ResponseReturnValue:
    state = request.args.get("state", "")
    after = request.args.get("after", "")
    rows = queries.list_zones(state, after, queries.PAGE + 1)
    return render("console/city_zones.html", rows=rows[: queries.PAGE], more=len(rows) > queries.PAGE, state=state)  # fmt: skip


@blueprint.route("/zones/new", methods=["GET", "POST"])
@requires("zones.provision")
def new_zone() -> ResponseReturnValue:
    form = Form(NewZoneSchema, {"preset": "county"})
    if request.method == "POST" and form.submit():
        try:
            zone = operations.provision_zone_in_steps(current_actor(), **form.data)
        except DomainError as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("The zone %(name)s is open.", name=zone.name), "success")
            return redirect(url_for("city.zone", slug=zone.slug))
    page = render("console/city_new.html", form=form, union_options=[(union.id, union.name) for union in queries.unions_without_zone()],
                  base_domain=platform().settings.base_domain)  # fmt: skip
    return page, 422 if form.errors else 200


@blueprint.get("/zones/<slug>")
@requires("city.view")
def zone(slug: str) -> ResponseReturnValue:
    return _zone_page(slug)


def _zone_page(
    slug: str, *, rename: Form | None = None, domain: Form | None = None, appointment: Form | None = None
) -> ResponseReturnValue:
    """A zone's page; the form that was refused is shown as it was sent."""
    row = _row(slug)
    rename, domain = rename or Form(RenameSchema), domain or Form(DomainSchema)
    appointment = appointment or Form(AppointmentSchema)
    page = render(
        "console/city_zone.html", row=row, rename=rename, domain=domain, appointment=appointment, domains=queries.list_domains(row.id),
        targets=sorted(TRANSITIONS[ZoneState(row.state)]), entries=queries.list_audit(row.id)[:20],
        zone_url=platform().url(f"{row.slug}.{platform().settings.base_domain}"),
    )  # fmt: skip
    return page, 422 if rename.errors or domain.errors or appointment.errors else 200


def _row(slug: str) -> queries.ZoneRow:
    row = queries.find_zone_row(slug)
    if row is None:
        raise NotFound
    return row


@blueprint.post("/zones/<slug>/staff")
@requires("staff.appoint")
def appoint(slug: str) -> ResponseReturnValue:
    """Make the account of a phone an administrator of the zone; the account is made if there is none."""
    row, form, actor = _row(slug), Form(AppointmentSchema), current_actor()
    if not form.submit():
        return _zone_page(slug, appointment=form)
    check_grant(actor, operations.ADMINISTRATOR, operations.get_zone(row.id).union_id)
    finish(True)
    with own_transaction():
        account_id = ensure_account(form.data["phone"], form.data["name"])
    operations.appoint_administrator(actor, row.id, account_id)
    flash(_("%(name)s is now an administrator of the zone.", name=form.data["name"]), "success")
    return redirect(url_for("city.zone", slug=slug))


@blueprint.post("/zones/<slug>/state")
@requires("zones.state")
def change_state(slug: str) -> ResponseReturnValue:
    reason = request.form.get("reason", "").strip()
    wanted = request.form.get("state", "")
    if wanted not in list(ZoneState):
        raise NotFound
    if not reason:
        raise InvalidInput(_("Say why: the reason is kept in the audit trail."), field="reason")
    changed = operations.change_state(_row(slug).id, ZoneState(wanted), reason[:200])
    flash(_("The state of %(name)s is changed.", name=changed.name), "success")
    return redirect(url_for("city.zone", slug=slug))


@blueprint.post("/zones/<slug>/name")
@requires("zones.state")
def rename(slug: str) -> ResponseReturnValue:
    form = Form(RenameSchema)
    if form.submit():
        try:
            changed: Zone = operations.rename_zone(
                _row(slug).id, slug=form.data.get("slug"), name=form.data.get("name")
            )
        except DomainError as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Renamed. The old address leads to the new one."), "success")
            return redirect(url_for("city.zone", slug=changed.slug))
    return _zone_page(slug, rename=form)


@blueprint.post("/zones/<slug>/domains")
@requires("zones.domains")
def add_domain(slug: str) -> ResponseReturnValue:
    form = Form(DomainSchema)
    if form.submit():
        try:
            operations.add_domain(_row(slug).id, form.data["domain"])
        except DomainError as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Now publish the proof, then verify the domain."), "success")
            return redirect(url_for("city.zone", slug=slug))
    return _zone_page(slug, domain=form)


@blueprint.post("/zones/<slug>/domains/<domain>")
@requires("zones.domains")
def change_domain(slug: str, domain: str) -> ResponseReturnValue:
    """Verify a domain or give it up."""
    zone_id = _row(slug).id
    if request.form.get("action") == "remove":
        operations.remove_domain(zone_id, domain)
        flash(_("The domain is given up."), "success")
    else:
        try:
            operations.verify_domain(zone_id, domain)
            flash(_("The domain is verified and leads to the zone."), "success")
        except DomainError as refusal:
            flash(str(refusal.message), "error")
    return redirect(url_for("city.zone", slug=slug))


@blueprint.route("/zones/import", methods=["GET", "POST"])
@requires("zones.provision")
def import_zones() -> ResponseReturnValue:
    """Provision many zones from a sheet; each row tells its own result."""
    results, errors = [], {}
    if request.method == "POST":
        upload = request.files.get("sheet")
        try:
            rows = read_zone_list(upload)
            dry_run = "dry_run" in request.form
            results = provision_list_in_steps(current_actor(), rows, dry_run=dry_run)
        except DomainError as refusal:
            errors = {"sheet": [str(refusal.message)]}
    page = render("console/city_import.html", results=results, form={"values": {}, "errors": errors})
    return page, 422 if errors else 200


@blueprint.route("/locks", methods=["GET", "POST"])
@requires("city.locks")
def locks() -> ResponseReturnValue:
    """Values fixed for every zone of a union's subtree."""
    form = Form(LockSchema)
    if request.method == "POST" and form.submit():
        union = db.session.get(Union, form.data["union_id"])
        if union is None:
            raise NotFound
        set_lock(union, form.data["key"], form.data["value"], form.data["reason"])
        flash(_("Fixed. Zones follow when they publish next."), "success")
        return redirect(url_for("city.locks"))
    page = render("console/city_locks.html", form=form, locks=list_locks(),
                  union_options=queries.unions_with_zone(),
                  themes=themes(), modules=list(platform().modules))  # fmt: skip
    return page, 422 if form.errors else 200


@blueprint.post("/locks/<uuid:union_id>/<key>/lift")
@requires("city.locks")
def lift(union_id: UUID, key: str) -> ResponseReturnValue:
    union = db.session.get(Union, union_id)
    if union is None:
        raise NotFound
    lift_lock(union, key)
    flash(_("The lock is lifted."), "success")
    return redirect(url_for("city.locks"))


@blueprint.get("/audit")
@requires("city.audit")
def audit() -> ResponseReturnValue:
    entries = queries.list_audit(before=request.args.get("before", type=UUID))
    return render("console/audit.html", entries=entries[: queries.PAGE], more=len(entries) > queries.PAGE)

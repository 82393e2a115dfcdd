"""A zone's page in the city console: its state, names, administrators."""

from dataclasses import dataclass, field

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.console import operations, queries
from app.console.audit_lines import audit_lines
from app.console.city.frame import blueprint, find_row
from app.console.schemas import AppointmentSchema, DomainSchema, RenameSchema, StateSchema
from app.console.words import deeds
from app.core.access import requires
from app.core.errors import DomainError
from app.core.forms import Form
from app.core.platform import platform
from app.core.theming import render
from app.core.transactions import finish
from app.identity.browser import own_transaction
from app.identity.queries import StaffName, staff_names
from app.identity.staff_desks import account_for_role
from tenants.context import ZoneState, current_actor
from tenants.database import db
from tenants.lifecycle import UNFINISHED, operator_targets

LATELY = 10


@dataclass
class Forms:
    """The forms of a zone's page; the one that was refused is shown as it was sent."""

    state: Form = field(default_factory=lambda: Form(StateSchema))
    rename: Form = field(default_factory=lambda: Form(RenameSchema))
    domain: Form = field(default_factory=lambda: Form(DomainSchema))
    appointment: Form = field(default_factory=lambda: Form(AppointmentSchema))

    @property
    def is_refused(self) -> bool:
        return any(form.errors for form in (self.state, self.rename, self.domain, self.appointment))


@blueprint.get("/zones/<slug>")
@requires("city.view")
def zone(slug: str) -> ResponseReturnValue:
    return zone_page(slug, Forms())


def zone_page(slug: str, forms: Forms) -> ResponseReturnValue:
    """The page with the forms as they are; 422 when one of them was refused."""
    row = find_row(slug)
    present, base = ZoneState(row.state), platform().settings.base_domain
    domains = queries.list_domains(row.id)
    entries = audit_lines(queries.list_audit(row.id)[:LATELY])
    administrators = _administrators(row)
    page = render(
        "console/city_zone.html", row=row, forms=forms, domains=domains, entries=entries, administrators=administrators,
        deeds=deeds(present, operator_targets(present)), is_unfinished=present in UNFINISHED,
        slug_url=platform().url(f"{row.slug}.{base}"),
    )  # fmt: skip
    return page, 422 if forms.is_refused else 200


def _administrators(row: queries.ZoneRow) -> list[StaffName]:
    """Names and masked phones of the zone's own administrators; those are told on the identity plane."""
    account_ids = [grant.account_id for grant in queries.list_administrators(row, operations.ADMINISTRATOR)]
    finish(True)
    with own_transaction():
        names = staff_names(account_ids)
    return [names[account_id] for account_id in account_ids if account_id in names]


@blueprint.post("/zones/<slug>/staff")
@requires("staff.appoint")
def appoint(slug: str) -> ResponseReturnValue:
    """Make the account of a phone an administrator of the zone; the account is made if there is none."""
    row, form = find_row(slug), Form(AppointmentSchema)
    if not form.submit():
        return zone_page(slug, Forms(appointment=form))
    account_id = account_for_role(operations.ADMINISTRATOR, row.union_id, **form.data)
    operations.appoint_administrator(current_actor(), row.id, account_id, form.data["name"])
    flash(_("%(name)s is now an administrator of the zone.", name=form.data["name"]), "success")
    return redirect(url_for("city.zone", slug=slug))


@blueprint.post("/zones/<slug>/provision")
@requires("zones.provision")
def go_on(slug: str) -> ResponseReturnValue:
    """Do the steps of provisioning that are still to be done."""
    row = find_row(slug)
    finish(True)
    try:
        operations.finish_zone_in_steps(current_actor(), row.id)
    except DomainError as refusal:
        db.session.rollback()
        flash(str(refusal.message), "error")
    else:
        flash(_("The zone %(name)s is open.", name=row.name), "success")
    return redirect(url_for("city.zone", slug=slug))


@blueprint.post("/zones/<slug>/state")
@requires("zones.state")
def change_state(slug: str) -> ResponseReturnValue:
    form = Form(StateSchema)
    if form.submit():
        try:
            changed = operations.change_state(find_row(slug).id, ZoneState(form.data["state"]), form.data["reason"])
        except DomainError as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("The state of %(name)s is changed.", name=changed.name), "success")
            return redirect(url_for("city.zone", slug=slug))
    return zone_page(slug, Forms(state=form))


@blueprint.post("/zones/<slug>/name")
@requires("zones.state")
def rename(slug: str) -> ResponseReturnValue:
    form = Form(RenameSchema)
    if form.submit():
        try:
            changed = operations.rename_zone(find_row(slug).id, slug=form.data.get("slug"), name=form.data.get("name"))
        except DomainError as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            moved = changed.slug != slug
            flash(_("Renamed. The old address leads to the new one.") if moved else _("Renamed."), "success")
            return redirect(url_for("city.zone", slug=changed.slug))
    return zone_page(slug, Forms(rename=form))

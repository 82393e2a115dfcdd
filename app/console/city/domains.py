"""A zone's own domains: noted, verified, made its address, given up."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.console import operations
from app.console.city.frame import blueprint, find_row
from app.console.city.zone import Forms, zone_page
from app.console.schemas import DomainSchema
from app.core.access import requires
from app.core.errors import DomainError, NotFound
from app.core.forms import Form
from tenants.database import db


@blueprint.post("/zones/<slug>/domains")
@requires("zones.domains")
def add_domain(slug: str) -> ResponseReturnValue:
    form = Form(DomainSchema)
    if form.submit():
        try:
            operations.add_domain(find_row(slug).id, form.data["domain"])
        except DomainError as refusal:
            db.session.rollback()
            form.refuse(refusal)
        else:
            flash(_("Now publish the proof, then verify the domain."), "success")
            return redirect(url_for("city.zone", slug=slug))
    return zone_page(slug, Forms(domain=form))


@blueprint.post("/zones/<slug>/domains/<domain>")
@requires("zones.domains")
def change_domain(slug: str, domain: str) -> ResponseReturnValue:
    """Verify a domain, make it the zone's address or stop that, or give it up."""
    deed = _DEEDS.get(request.form.get("action", ""))
    if deed is None:
        raise NotFound
    change, done = deed
    try:
        change(find_row(slug).id, domain)
    except DomainError as refusal:
        if isinstance(refusal, NotFound):
            raise
        db.session.rollback()
        flash(str(refusal.message), "error")
    else:
        flash(str(done), "success")
    return redirect(url_for("city.zone", slug=slug))


_DEEDS = {
    "verify": (operations.verify_domain_in_steps, lazy_gettext("The domain is verified and leads to the zone.")),
    "primary": (operations.choose_primary, lazy_gettext("The zone lives at this domain now; its other addresses lead there.")),
    "plain": (lambda zone_id, _domain: operations.choose_primary(zone_id, None),
              lazy_gettext("The zone lives at the platform’s address again.")),
    "remove": (operations.remove_domain, lazy_gettext("The domain is given up.")),
}  # fmt: skip

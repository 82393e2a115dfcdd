"""Provisioning zones from a sheet: send → check → provision → progress."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.console import zone_lists
from app.console.city.frame import blueprint
from app.console.schemas import ZoneListSchema
from app.core.access import requires
from app.core.errors import DomainError
from app.core.forms import Form
from app.core.theming import render
from app.core.transactions import finish
from tenants.context import current_actor
from tenants.ids import uuid7


@blueprint.get("/zones/import")
@requires("zones.provision")
def import_zones() -> ResponseReturnValue:
    return _import_page(Form(ZoneListSchema, {"id": str(uuid7())}))


def _import_page(form: Form) -> str:
    return render("console/city_import.html", form=form, kept=zone_lists.list_lists())


@blueprint.post("/zones/import")
@requires("zones.provision")
def send_list() -> ResponseReturnValue:
    """Keep a sheet, so that it need not be chosen again, and show what it would give."""
    form, sheet = Form(ZoneListSchema), request.files.get("sheet")
    sound = form.submit()
    if sheet is None or not sheet.filename:
        form.errors["sheet"] = [_("Choose a file.")]
    elif sound:
        try:
            kept = zone_lists.keep_list(current_actor(), form.data["id"], sheet.read(), sheet.filename)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect(url_for("city.zone_list", list_id=kept.id))
    return _import_page(form), 422


@blueprint.get("/zones/import/<uuid:list_id>")
@requires("zones.provision")
def zone_list(list_id: UUID) -> ResponseReturnValue:
    """What the list would give, or how far its zones are; htmx gets the progress bar, and at the end the whole page."""
    kept = zone_lists.find_list(list_id)
    results = zone_lists.results_of(kept)
    progress = zone_lists.progress_of(results)
    if "HX-Request" not in request.headers:
        counts = zone_lists.count_outcomes(results)
        return render("console/city_list.html", kept=kept, results=results, counts=counts, progress=progress)
    if progress.done == progress.total:
        return "", {"HX-Refresh": "true"}
    return render("console/city_list_progress.html", kept=kept, progress=progress)


@blueprint.post("/zones/import/<uuid:list_id>")
@requires("zones.provision")
def provision_list(list_id: UUID) -> ResponseReturnValue:
    zone_lists.find_list(list_id)
    finish(True)
    zone_lists.start_list_in_steps(current_actor(), list_id)
    return redirect(url_for("city.zone_list", list_id=list_id))

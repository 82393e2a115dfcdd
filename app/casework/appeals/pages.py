"""Appealing a decision, as the member does."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.appeals.panel import KEY, appeal_of
from app.casework.inputs import schema_of
from app.casework.own_case_page import own_case_page
from app.casework.queries import find_own_case
from app.casework.routes import Route
from app.casework.steps import take_step
from app.core.access import own_things
from app.core.errors import DomainError, NotFound
from app.core.forms import Form
from app.core.transactions import finish
from tenants.context import current_actor


@own_things
def appeal(case_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    found = find_own_case(actor, case_id)
    step = appeal_of(found)
    if step is None:
        raise NotFound
    form = Form(schema_of(step))
    if not form.submit():
        return own_case_page(found, failed={KEY: form}), 422
    try:
        take_step(actor, case_id, step.action, form.data)
    except DomainError as error:
        finish(succeeded=False)
        form.refuse(error)
        return own_case_page(find_own_case(actor, case_id), failed={KEY: form}), error.status
    flash(_("Your appeal has been received."), "success")
    return redirect(url_for(".case", case_id=case_id))


ROUTES = (Route("/<uuid:case_id>/appeal", "appeal", appeal, "POST"),)

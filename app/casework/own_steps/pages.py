"""Takes a member's step."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.own_case_page import own_case_page
from app.casework.own_steps.forms import KEY, StepForm, own_step
from app.casework.queries import find_own_case
from app.casework.routes import Route
from app.casework.steps import take_step
from app.core.access import own_things
from app.core.errors import DomainError, NotFound
from app.core.transactions import finish
from tenants.context import current_actor


@own_things
def own_step_taken(case_id: UUID, action: str) -> ResponseReturnValue:
    actor = current_actor()
    found = find_own_case(actor, case_id)
    step = own_step(actor, found, action)
    form = StepForm(step)
    if not form.submit():
        return own_case_page(found, {KEY: form}), 422
    try:
        take_step(actor, case_id, action, form.data)
    except NotFound:
        raise
    except DomainError as error:
        finish(succeeded=False)
        form.refuse(error)
        return own_case_page(find_own_case(actor, case_id), {KEY: form}), error.status
    flash(_("Done: %(step)s.", step=step.title), "success")
    return redirect(url_for(".case", case_id=case_id))


ROUTE = Route("/<uuid:case_id>/steps/<action>", "own_step_taken", own_step_taken, "POST")

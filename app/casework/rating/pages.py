"""Rating a case, as the member does."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.own_case_page import own_case_page
from app.casework.queries import find_own_case
from app.casework.rating.panels import KEY, RatingSchema
from app.casework.rating.ratings import rate
from app.casework.routes import Route
from app.core.access import own_things
from app.core.errors import DomainError, NotFound
from app.core.forms import Form
from app.core.transactions import finish
from tenants.context import current_actor


@own_things
def rate_case(case_id: UUID) -> ResponseReturnValue:
    actor, form, status = current_actor(), Form(RatingSchema), 422
    found = find_own_case(actor, case_id)
    if found.submitted_at is None:
        raise NotFound
    if form.submit():
        try:
            rate(actor, case_id, form.data["stars"], form.data["rating_words"])
        except DomainError as error:
            finish(succeeded=False)
            form.refuse(error)
            status = error.status
        else:
            flash(_("Thank you. The union reads what you say."), "success")
            return redirect(url_for(".case", case_id=case_id))
    return own_case_page(find_own_case(actor, case_id), failed={KEY: form}), status


ROUTES = (Route("/<uuid:case_id>/rating", "rate", rate_case, "POST"),)

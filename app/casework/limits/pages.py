"""Where the handler lets a time limit count from another day."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.case_page import case_page
from app.casework.errors import OwnCase
from app.casework.limits.inputs import LimitSchema
from app.casework.limits.operations import count_limit_from
from app.casework.limits.panels import KEY
from app.casework.routes import REVIEW, Route
from app.core.errors import DomainError, NotFound
from app.core.forms import Form
from app.core.transactions import finish
from tenants.context import current_actor


def change_limit(case_id: UUID) -> ResponseReturnValue:
    form = Form(LimitSchema)
    if not form.submit():
        return case_page(case_id, failed={KEY: form}), 422
    given = form.data
    try:
        count_limit_from(current_actor(), case_id, given["limit"], given["deed"], given["limit_day"], given["limit_reason"],
                         seen=form.seen)  # fmt: skip
    except (NotFound, OwnCase):
        raise
    except DomainError as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return case_page(case_id, failed={KEY: form}), refusal.status
    flash(_("The time limit is counted anew. The member has been told."), "success")
    return redirect(url_for(".case", case_id=case_id))


ROUTES = (Route("/<uuid:case_id>/limits", "change_limit", change_limit, "POST", REVIEW),)

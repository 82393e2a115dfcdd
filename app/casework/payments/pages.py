"""Telling the account that a grant goes to, as the member does."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.own_case_page import own_case_page
from app.casework.payments.inputs import AccountSchema
from app.casework.payments.panels import KEY
from app.casework.payments.payee import Payee
from app.casework.payments.payees import tell_account
from app.casework.queries import find_own_case
from app.casework.routes import Route
from app.core.access import own_things
from app.core.errors import DomainError, NotFound
from app.core.forms import Form
from app.core.transactions import finish
from tenants.context import current_actor


@own_things
def tell(case_id: UUID) -> ResponseReturnValue:
    actor, form = current_actor(), Form(AccountSchema)
    if not form.submit():
        return own_case_page(find_own_case(actor, case_id), failed={KEY: form}), 422
    try:
        tell_account(actor, case_id, Payee(**form.data), seen=form.seen)
    except NotFound:
        raise
    except DomainError as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return own_case_page(find_own_case(actor, case_id), failed={KEY: form}), refusal.status
    flash(_("Thank you. The money goes to this account."), "success")
    return redirect(url_for(".case", case_id=case_id))


MEMBER_ROUTES = (Route("/<uuid:case_id>/account", "tell_account", tell, "POST"),)

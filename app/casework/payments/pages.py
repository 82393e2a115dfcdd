"""Telling the account that a grant goes to, as the member does."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.deeds import answer_form
from app.casework.own_case_page import own_case_page
from app.casework.payments.inputs import AccountSchema
from app.casework.payments.panels import KEY
from app.casework.payments.payee import Payee
from app.casework.payments.payees import tell_account
from app.casework.queries import find_own_case
from app.casework.routes import Route
from app.core.access import own_things
from app.core.forms import Form
from tenants.context import current_actor


@own_things
def tell(case_id: UUID) -> ResponseReturnValue:
    actor, form = current_actor(), Form(AccountSchema)
    return answer_form(
        form,
        lambda: tell_account(actor, case_id, Payee(**form.data), seen=form.seen),
        lambda: own_case_page(find_own_case(actor, case_id), failed={KEY: form}),
        done=_("Thank you. The money goes to this account."),
        then=url_for(".case", case_id=case_id),
    )


MEMBER_ROUTES = (Route("/<uuid:case_id>/account", "tell_account", tell, "POST"),)

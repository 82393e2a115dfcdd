"""Telling the account that a grant goes to, as the member does; of a case that the accounts alone keep on a page of its own."""

from types import MappingProxyType
from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.deeds import answer_form
from app.casework.models import Case
from app.casework.own_case_page import own_case_page
from app.casework.panels import Failed, shown
from app.casework.payments.inputs import AccountSchema
from app.casework.payments.panels import KEY, MEMBER
from app.casework.payments.payee import Payee
from app.casework.payments.payees import tell_account
from app.casework.queries import find_case_or_vouchers
from app.casework.routes import Route
from app.core.access import own_things
from app.core.errors import NotFound
from app.core.forms import Form
from app.core.theming import render
from tenants.context import current_actor


@own_things
def account(case_id: UUID) -> ResponseReturnValue:
    case = find_case_or_vouchers(current_actor(), case_id)
    return _page(case) if case.accounts_only_since else redirect(url_for(".case", case_id=case_id))


@own_things
def tell(case_id: UUID) -> ResponseReturnValue:
    actor, form = current_actor(), Form(AccountSchema)
    case = find_case_or_vouchers(actor, case_id)
    return answer_form(
        form,
        lambda: tell_account(actor, case_id, Payee(**form.data), seen=form.seen),
        lambda: _page(find_case_or_vouchers(actor, case_id), {KEY: form}),
        done=_("Thank you. The money goes to this account."),
        then=url_for(".account" if case.accounts_only_since else ".case", case_id=case_id),
    )


def _page(case: Case, failed: Failed = MappingProxyType({})) -> str:
    """The page on which the account of a case is told; raises `NotFound` where the accounts keep no payment of it."""
    if not case.accounts_only_since:
        return own_case_page(case, failed)
    panels = shown((MEMBER,), case, failed)
    if not panels:
        raise NotFound
    return render("casework/account.html", case=case, panels=panels)


MEMBER_ROUTES = (
    Route("/<uuid:case_id>/account", "account", account),
    Route("/<uuid:case_id>/account", "tell_account", tell, "POST"),
)

"""The second factor of staff: showing it, setting it up, recovery codes."""

from urllib.parse import urlencode

import segno
from flask import Response, flash, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import signed_in
from app.core.clock import now
from app.core.errors import DomainError
from app.core.forms import Form
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from app.core.transactions import finish
from app.identity import operations, queries
from app.identity.browser import own_transaction
from app.identity.destinations import allow_form_to_lead_to, destination_of, safe_path
from app.identity.errors import WrongCode
from app.identity.notices import FACTOR_CHANGED, tell_owner
from app.identity.operations.second_factor import provisioning_uri, spend_try
from app.identity.schemas import ConfirmEnrolmentForm, SecondFactorForm
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "second_factor", __name__, place=Place.ID, plane=Plane.IDENTITY, url_prefix="/second-factor", enable_openapi=False
)


@blueprint.get("")
@signed_in
def show() -> ResponseReturnValue:
    """Ask for the code; those who have no second factor yet are led to setting one up."""
    if g.signed_in.has_second_factor and request.args.get("again") != "1":
        return redirect(_next())
    if not queries.has_totp(g.signed_in.account_id):
        return redirect(_step("enrol"))
    return _page("identity/second_factor.html", Form(SecondFactorForm))


@blueprint.post("")
@signed_in
def verify() -> ResponseReturnValue:
    form = Form(SecondFactorForm)
    if not form.submit():
        return _page("identity/second_factor.html", form, 422)
    account_id, session_id = g.signed_in.account_id, g.signed_in.session_id
    try:
        with own_transaction():
            spend_try(account_id)
        with own_transaction():
            if not operations.verify_second_factor(account_id, form.data["code"]):
                raise WrongCode(field="code")
            operations.mark_second_factor(account_id, session_id, now())
    except DomainError as refusal:
        form.refuse(refusal)
        return _page("identity/second_factor.html", form, refusal.status)
    return redirect(_next(), code=303)


@blueprint.get("/enrol")
@signed_in
def enrol() -> ResponseReturnValue:
    """Show the secret as a QR code and as text, to those who may change the second factor."""
    return _first_step() or _enrol_page(Form(ConfirmEnrolmentForm))


@blueprint.post("/enrol")
@signed_in
def confirm() -> ResponseReturnValue:
    if first := _first_step():
        return first
    finish(True)
    form = Form(ConfirmEnrolmentForm)
    if not form.submit():
        return _enrol_page(form, 422)
    account_id, session_id = g.signed_in.account_id, g.signed_in.session_id
    try:
        with own_transaction():
            spend_try(account_id)
        with own_transaction():
            codes = operations.confirm_enrolment(account_id, form.data["code"])
            operations.mark_second_factor(account_id, session_id, now())
    except DomainError as refusal:
        form.refuse(refusal)
        return _enrol_page(form, refusal.status)
    tell_owner(account_id, FACTOR_CHANGED)
    return _page("identity/recovery_codes.html", form, codes=codes)


@blueprint.post("/recovery-codes")
@signed_in
def recovery_codes() -> ResponseReturnValue:
    """New recovery codes in place of the old, for those who have shown the second factor minutes ago."""
    if not g.signed_in.has_fresh_factor:
        flash(_("Enter a code of your app first; then make new recovery codes."), "info")
        back = urlencode({"next": url_for("identity.account.overview"), "again": "1"})
        return redirect(f"{url_for('identity.second_factor.show')}?{back}", code=303)
    account_id = g.signed_in.account_id
    if not queries.has_totp(account_id):
        return redirect(_step("enrol"), code=303)
    finish(True)
    with own_transaction():
        codes = operations.renew_recovery_codes(account_id)
    tell_owner(account_id, FACTOR_CHANGED)
    return _page("identity/recovery_codes.html", Form(ConfirmEnrolmentForm), codes=codes)


def _first_step() -> ResponseReturnValue | None:
    """Where to go before the second factor may be set up or replaced.

    A new one takes a sign-in by SMS a few minutes ago: a password alone, perhaps stolen, must not be able to add the
    factor that is to guard against it. Replacing one takes the present one as well.
    """
    here = _step("enrol")
    if queries.has_totp(g.signed_in.account_id) and not g.signed_in.has_second_factor:
        return redirect(f"{url_for('identity.second_factor.show')}?{urlencode({'next': here})}", code=303)
    if not g.signed_in.is_fresh or g.signed_in.proof != "code":
        flash(_("To set up the second factor, first confirm with a code by SMS that it is you."), "info")
        return redirect(f"{url_for('identity.sign_in.phone')}?{urlencode({'next': here, 'again': '1'})}", code=303)
    return None


def _enrol_page(form: Form, status: int = 200) -> Response:
    secret = operations.begin_enrolment(g.signed_in.account_id)
    picture = segno.make(provisioning_uri(secret, g.signed_in.name), error="m").svg_data_uri(
        scale=5, border=3, light="#fff", dark="#111"
    )
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    return _page("identity/second_factor_enrol.html", form, status, picture=picture, secret=" ".join(groups))


def _next() -> str:
    path = safe_path(request.args.get("next"))
    return url_for("identity.account.overview") if path == "/" else path


def _step(name: str) -> str:
    kept = {key: request.args[key] for key in ("next", "again") if key in request.args}
    query = f"?{urlencode(kept)}" if kept else ""
    return url_for(f"identity.second_factor.{name}") + query


def _page(template: str, form: Form, status: int = 200, **context: object) -> Response:
    destination = destination_of(_next())
    text = render(
        template, form=form, steps={"show": _step("show"), "enrol": _step("enrol")}, next=_next(),
        destination=destination, **context,
    )  # fmt: skip
    response = make_response(text, status)
    return allow_form_to_lead_to(response, destination.origin) if destination else response

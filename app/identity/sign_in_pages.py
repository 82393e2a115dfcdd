"""Signing in: a code by SMS, or a password."""

from urllib.parse import urlencode
from uuid import UUID

from flask import Response, flash, g, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from app.core.access import public
from app.core.clock import now
from app.core.errors import DomainError
from app.core.forms import Form
from app.core.identifiers import mask_phone, national_form
from app.core.places import Place, PlacedBlueprint
from app.core.platform import platform
from app.core.theming import render
from app.identity import operations
from app.identity.browser import (
    attempt_of,
    client_address,
    keep_browser_secret,
    own_transaction,
    session_cookie_name,
    set_host_cookie,
    user_agent,
)
from app.identity.destinations import allow_form_to_lead_to, destination_of, safe_path
from app.identity.errors import CodeJustSent, WrongCode, WrongPassword
from app.identity.operations import codes, passwords
from app.identity.schemas import CodeForm, PasswordForm, PhoneForm
from app.identity.sending import send_code_to
from app.identity.sessions import LONGEST
from tenants.context import Plane

PHONE = "sign_in_phone"

blueprint = PlacedBlueprint(
    "sign_in", __name__, place=Place.ID, plane=Plane.IDENTITY, url_prefix="/sign-in", enable_openapi=False
)
blueprint.after_request(keep_browser_secret)


@blueprint.get("")
@public
def phone() -> ResponseReturnValue:
    """Ask for the phone. With `again` also those who are signed in, who must show once more who they are."""
    if g.signed_in is not None and not _again():
        return redirect(_next())
    return _page("phone", Form(PhoneForm, {"phone": national_form(session.get(PHONE, ""))}))


@blueprint.post("")
@public
def send_code() -> ResponseReturnValue:
    """Send a code: the same for every valid number, whether an account has it or not."""
    form = Form(PhoneForm)
    if not form.submit():
        return _page("phone", form, 422)
    try:
        send_code_to(form.data["phone"], codes.Use.SIGN_IN)
    except CodeJustSent as refusal:
        flash(str(refusal.message), "info")
    except DomainError as refusal:
        form.refuse(refusal)
        return _page("phone", form, refusal.status)
    session[PHONE] = form.data["phone"]
    return redirect(_step("code"), code=303)


@blueprint.get("/code")
@public
def code() -> ResponseReturnValue:
    if PHONE not in session:
        return redirect(_step("phone"))
    return _page("code", Form(CodeForm))


@blueprint.post("/code")
@public
def check_code() -> ResponseReturnValue:
    """Sign in with the code that was sent; the first time this makes the account."""
    if PHONE not in session:
        return redirect(_step("phone"), code=303)
    form = Form(CodeForm)
    if not form.submit():
        return _page("code", form, 422)
    token, number = "", session[PHONE]
    attempt = attempt_of(number)
    try:
        with own_transaction():
            codes.spend_try(attempt)
        with own_transaction():
            if operations.redeem_code(attempt, form.data["code"]):
                token = _sign_in(operations.verified_account(number), "code")
        if not token:
            raise WrongCode(field="code")
    except DomainError as refusal:
        form.refuse(refusal)
        return _page("code", form, refusal.status)
    return _signed_in(token)


@blueprint.get("/password")
@public
def password() -> ResponseReturnValue:
    if g.signed_in is not None and not _again():
        return redirect(_next())
    return _page("password", Form(PasswordForm, {"phone": national_form(session.get(PHONE, ""))}))


@blueprint.post("/password")
@public
def check_password() -> ResponseReturnValue:
    form = Form(PasswordForm)
    if not form.submit():
        return _page("password", form, 422)
    token, attempt = "", attempt_of(form.data["phone"])
    try:
        with own_transaction():
            passwords.spend_try(attempt)
        with own_transaction():
            account_id = operations.check_password(attempt, form.data["password"])
            if account_id is not None:
                token = _sign_in(account_id, "password")
        if not token:
            raise WrongPassword(field="password")
    except DomainError as refusal:
        form.refuse(refusal)
        return _page("password", form, refusal.status)
    return _signed_in(token)


def _sign_in(account_id: UUID, proof: str) -> str:
    before = g.signed_in.session_id if g.signed_in else None
    return operations.sign_in(
        account_id, host=platform().id_host, proof=proof, user_agent=user_agent(), ip=client_address(), replaces=before
    )


def _signed_in(token: str) -> Response:
    """On to where the person wanted to go, with a new form session: nothing from before the sign-in stays."""
    target = _next()
    session.clear()
    response: Response = redirect(target, code=303)  # type: ignore[assignment]
    set_host_cookie(response, session_cookie_name(platform().settings.scheme), token, expires_at=now() + LONGEST)
    return response


def _again() -> bool:
    return request.args.get("again") == "1"


def _next() -> str:
    """Where to go on to; one's own account when nothing was asked for."""
    path = safe_path(request.args.get("next"))
    return url_for("identity.account.overview") if path == "/" else path


def _step(name: str) -> str:
    """The address of a step of signing in, with the way on kept."""
    kept = {key: request.args[key] for key in ("next", "again") if key in request.args}
    query = f"?{urlencode(kept)}" if kept else ""
    return url_for(f"identity.sign_in.{name}") + query


def _page(name: str, form: Form, status: int = 200) -> Response:
    destination = destination_of(_next())
    steps = {step: _step(step) for step in ("phone", "code", "password")}
    text = render(
        f"identity/sign_in_{name}.html", form=form, steps=steps, destination=destination,
        masked_phone=mask_phone(session.get(PHONE, "")), typed_phone=session.get(PHONE, ""), again=_again(),
    )  # fmt: skip
    response = make_response(text, status)
    return allow_form_to_lead_to(response, destination.origin) if destination else response

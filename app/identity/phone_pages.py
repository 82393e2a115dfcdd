"""One's own mobile number: a new one is in force once a code that was sent to it has come back."""

from typing import TypedDict
from urllib.parse import urlencode

from flask import flash, g, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import signed_in
from app.core.clock import now
from app.core.errors import DomainError
from app.core.forms import Form
from app.core.identifiers import mask_phone, national_form
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from app.core.transactions import finish
from app.identity import operations, queries
from app.identity.browser import attempt_of, keep_browser_secret, own_transaction
from app.identity.confirming import check_present_password, sign_in_again
from app.identity.errors import CodeJustSent, WrongCode
from app.identity.notices import tell_of_new_phone
from app.identity.operations import codes
from app.identity.schemas import CodeForm, NewPhoneForm
from app.identity.sending import send_code_to
from app.identity.sessions import FRESH
from tenants.context import Plane, current_actor

NEW_PHONE = "new_phone"

blueprint = PlacedBlueprint(
    "own_phone", __name__, place=Place.ID, plane=Plane.IDENTITY, url_prefix="/account/phone", enable_openapi=False
)
blueprint.after_request(keep_browser_secret)


class Change(TypedDict):
    """What the browser keeps, signed, on the way to a new number, and until when nobody need confirm again who they are.

    Every sign-in at this host drops it.
    """

    phone: str
    until: float


@blueprint.get("")
@signed_in
def show() -> ResponseReturnValue:
    facts = queries.account_facts(g.signed_in.account_id)
    return _way_to_confirm(facts) or _page(facts, Form(NewPhoneForm, {"phone": national_form(_change()["phone"])}))


@blueprint.post("")
@signed_in
def send() -> ResponseReturnValue:
    """Send a code to the new number: the same for every valid one, whether an account has it or not."""
    form, facts = Form(NewPhoneForm), queries.account_facts(g.signed_in.account_id)
    if not form.submit():
        return _page(facts, form, 422)
    number = form.data["phone"]
    if number == facts.phone:
        form.errors["phone"] = [_("This is your number already.")]
        return _page(facts, form, 422)
    if way := _way_to_confirm(facts):
        _keep(number, confirmed=False)
        return way
    finish(True)
    try:
        if not _is_confirmed():
            check_present_password(facts.phone, form.data["current"])
        with own_transaction():
            operations.spend_new_phone(g.signed_in.account_id)
        send_code_to(number, codes.Use.NEW_PHONE)
    except CodeJustSent as refusal:
        flash(str(refusal.message), "info")
    except DomainError as refusal:
        form.refuse(refusal)
        return _page(facts, form, refusal.status)
    _keep(number, confirmed=True)
    return redirect(url_for("identity.own_phone.code"), code=303)


@blueprint.get("/code")
@signed_in
def code() -> ResponseReturnValue:
    return _code_page(Form(CodeForm)) if _is_under_way() else redirect(url_for("identity.own_phone.show"))


@blueprint.post("/code")
@signed_in
def change() -> ResponseReturnValue:
    """Put the number into force with the code that was sent to it."""
    if not _is_under_way():
        flash(_("This took too long. Please begin again."), "info")
        return redirect(url_for("identity.own_phone.show"), code=303)
    form, number = Form(CodeForm), _change()["phone"]
    if not form.submit():
        return _code_page(form, 422)
    finish(True)
    attempt, former = attempt_of(number), ""
    try:
        with own_transaction():
            codes.spend_try(attempt)
        with own_transaction():  # together: the same form sent twice waits here until the number is in force
            if operations.redeem_code(attempt, form.data["code"], codes.Use.NEW_PHONE):
                former = operations.change_phone(current_actor(), number, kept=g.signed_in.session_id)
        if not former and queries.account_facts(g.signed_in.account_id).phone != number:
            raise WrongCode(field="code")
    except DomainError as refusal:
        form.refuse(refusal)
        return _code_page(form, refusal.status)
    session.pop(NEW_PHONE)
    if former:
        tell_of_new_phone(g.signed_in.account_id, former)
    flash(
        _("Your new number is in force. Other devices have been signed out, and your former number was told."),
        "success",
    )
    return redirect(url_for("identity.account.overview"), code=303)


def _way_to_confirm(facts: queries.AccountFacts) -> ResponseReturnValue | None:
    """Where to go to show who one is, where the page itself can't ask for it."""
    here = url_for("identity.own_phone.show")
    if not _is_confirmed() and not facts.has_password:
        flash(
            _(
                "First confirm with a code to your present number. "
                "If nothing reaches you there any more, ask the staff of your union to change it."
            ),
            "info",
        )
        return redirect(sign_in_again(here), code=303)
    if facts.has_totp and not g.signed_in.has_fresh_factor:
        flash(_("Enter a code of your app first; then change your number."), "info")
        again = urlencode({"next": here, "again": "1"})
        return redirect(f"{url_for('identity.second_factor.show')}?{again}", code=303)
    return None


def _change() -> Change:
    return session.get(NEW_PHONE) or Change(phone="", until=0)


def _keep(phone: str, *, confirmed: bool) -> None:
    session[NEW_PHONE] = Change(phone=phone, until=now().timestamp() + FRESH.total_seconds() if confirmed else 0)


def _is_under_way() -> bool:
    return _change()["until"] > now().timestamp()


def _is_confirmed() -> bool:
    """Whether the person showed who they are minutes ago: by signing in, or by the password before the code was sent."""
    return g.signed_in.is_fresh or _is_under_way()


def _page(facts: queries.AccountFacts, form: Form, status: int = 200) -> ResponseReturnValue:
    again_url = sign_in_again(url_for("identity.own_phone.show"))
    return render(
        "identity/phone.html", form=form, facts=facts, masked_phone=mask_phone(facts.phone),
        asks_current=not _is_confirmed(), again_url=again_url,
    ), status  # fmt: skip


def _code_page(form: Form, status: int = 200) -> ResponseReturnValue:
    phone = _change()["phone"]
    return render("identity/phone_code.html", form=form, masked_phone=mask_phone(phone), typed_phone=phone), status

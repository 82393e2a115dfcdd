"""One's own account: zones, devices, password; on its first page also number, second factor, language and text size."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import signed_in
from app.core.errors import DomainError, InvalidInput, NotFound
from app.core.forms import Form
from app.core.i18n import moment
from app.core.identifiers import mask_phone
from app.core.places import Place, PlacedBlueprint
from app.core.platform import platform
from app.core.theming import render
from app.core.transactions import finish
from app.identity import operations, queries
from app.identity.browser import (
    device_name,
    drop_host_cookie,
    keep_browser_secret,
    own_transaction,
    session_cookie_name,
)
from app.identity.confirming import check_present_password, sign_in_again
from app.identity.destinations import find_destination
from app.identity.display import display_form
from app.identity.notices import PASSWORD_CHANGED, tell_owner
from app.identity.official_account import official_account
from app.identity.roles import CITY_ROLES
from app.identity.schemas import DocumentForm, NewPasswordForm
from tenants.context import Plane, current_actor

blueprint = PlacedBlueprint(
    "account", __name__, place=Place.ID, plane=Plane.IDENTITY, url_prefix="/account", enable_openapi=False
)
blueprint.after_request(keep_browser_secret)


@blueprint.get("/")
@signed_in
def overview() -> ResponseReturnValue:
    facts = queries.account_facts(g.signed_in.account_id)
    zones = [_shown_zone(zone) for zone in queries.list_near_zones(g.signed_in)]
    city = any(role in CITY_ROLES for role, _path in g.signed_in.grants)
    devices = queries.list_devices(g.signed_in.account_id)
    return render(
        "identity/account.html", facts=facts, name=g.signed_in.name, masked_phone=mask_phone(facts.phone), zones=zones,
        city_url=platform().url(platform().city_host, "/") if city else "", device_count=len(devices), form=display_form(g.signed_in),
        is_staff=bool(g.signed_in.grants), has_official_account=official_account().is_there,
    )  # fmt: skip


@blueprint.get("/devices")
@signed_in
def devices() -> ResponseReturnValue:
    found = queries.list_devices(g.signed_in.account_id)
    return render("identity/devices.html", devices=[_shown_device(device) for device in found])


@blueprint.post("/devices/<uuid:session_id>/end")
@signed_in
def end_device(session_id: UUID) -> ResponseReturnValue:
    """Sign one of one's own devices out."""
    if not operations.revoke_session(g.signed_in.account_id, session_id):
        raise NotFound
    flash(_("That device is signed out."), "success")
    return redirect(url_for("identity.account.devices"), code=303)


@blueprint.post("/devices/end")
@signed_in
def end_everywhere() -> ResponseReturnValue:
    """Sign out on every device, this one too."""
    operations.revoke_all(g.signed_in.account_id)
    flash(_("You have signed out on every device."), "success")
    response = redirect(url_for("identity.sign_in.phone"), code=303)
    drop_host_cookie(response, session_cookie_name(platform().settings.scheme))  # type: ignore[arg-type]
    return response


@blueprint.get("/password")
@signed_in
def password() -> ResponseReturnValue:
    return _password_page(Form(NewPasswordForm))


@blueprint.post("/password")
@signed_in
def set_password() -> ResponseReturnValue:
    """Set or change the password: after a sign-in by code just now, or with the present password."""
    form = Form(NewPasswordForm)
    if not form.submit():
        return _password_page(form, 422)
    facts = queries.account_facts(g.signed_in.account_id)
    finish(True)
    if not (_has_just_shown_phone() or facts.has_password):
        return redirect(_sign_in_again(), code=303)
    try:
        if not _has_just_shown_phone():
            check_present_password(facts.phone, form.data["current"])
        with own_transaction():
            operations.set_password(current_actor(), g.signed_in.account_id, form.data["password"], phone=facts.phone)
            operations.revoke_other(g.signed_in.account_id, g.signed_in.session_id)
    except DomainError as refusal:
        form.refuse(refusal)
        return _password_page(form, refusal.status)
    tell_owner(g.signed_in.account_id, PASSWORD_CHANGED)
    flash(_("The new password is in force. Other devices have been signed out."), "success")
    return redirect(url_for("identity.account.overview"), code=303)


@blueprint.get("/membership")
@signed_in
def membership() -> ResponseReturnValue:
    """For those whose phone several members gave: which of them one is."""
    return render("identity/membership.html", form=Form(DocumentForm))


@blueprint.post("/membership")
@signed_in
def link_membership() -> ResponseReturnValue:
    form = Form(DocumentForm)
    if not form.submit():
        return render("identity/membership.html", form=form), 422
    try:
        with own_transaction():
            linked = operations.link_member_by_document(g.signed_in.account_id, form.data["id_number"])
        if linked is None:
            raise InvalidInput(_("No member with your phone number has this ID number."), field="id_number")
    except DomainError as refusal:
        form.refuse(refusal)
        return render("identity/membership.html", form=form), refusal.status
    flash(_("Your membership is now linked to this account."), "success")
    return redirect(url_for("identity.account.overview"), code=303)


def _has_just_shown_phone() -> bool:
    return g.signed_in.is_fresh and g.signed_in.proof == "code"


def _password_page(form: Form, status: int = 200) -> ResponseReturnValue:
    facts = queries.account_facts(g.signed_in.account_id)
    asks_current = not _has_just_shown_phone()
    if asks_current and not facts.has_password:
        return redirect(_sign_in_again())
    return render(
        "identity/password.html", form=form, facts=facts, asks_current=asks_current, again_url=_sign_in_again()
    ), status


def _sign_in_again() -> str:
    return sign_in_again(url_for("identity.account.password"))


def _shown_zone(zone: queries.NearZone) -> dict[str, Any]:
    url = platform().url
    return {
        "name": zone.name,
        "is_member": zone.is_member,
        "is_staff": zone.is_staff,
        "href": url(zone.host, f"/session/begin?{urlencode({'next': '/'})}"),
        "console_href": url(zone.host, f"/session/second-factor?{urlencode({'next': '/console/'})}"),
    }


def _shown_device(device: queries.Device) -> dict[str, Any]:
    return {
        "id": device.session_id,
        "is_this": device.session_id == g.signed_in.session_id,
        "name": device_name(device.user_agent) or _("An unknown browser"),
        "ip": device.ip,
        "last_seen": moment(device.last_seen_at),
        "signed_in": moment(device.signed_in_at),
        "zones": [_host_name(host) for host in device.hosts],
    }


def _host_name(host: str) -> str:
    destination = find_destination(host)
    return destination.name or _("City console") if destination else host

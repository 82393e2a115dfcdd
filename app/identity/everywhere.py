"""Leaving for the sign-in host and coming back, on every host that knows sessions."""

import re
import secrets
from base64 import urlsafe_b64encode
from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

from flask import Response, flash, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import public
from app.core.clock import now
from app.core.errors import NotFound
from app.core.places import Place, PlacedBlueprint
from app.core.platform import platform
from app.core.theming import render
from app.identity import operations
from app.identity.browser import (
    client_address,
    drop_host_cookie,
    nonce_cookie_name,
    own_transaction,
    session_cookie_name,
    set_host_cookie,
    user_agent,
)
from app.identity.destinations import hand_off_path, safe_path
from app.identity.gate import place_host
from app.identity.operations.hand_offs import hash_nonce
from tenants.context import Plane

NONCE = re.compile(r"[A-Za-z0-9_-]{43}")
NONCE_LASTS = timedelta(minutes=15)
LONGEST_CODE = 64
FORMS_OF = "forms_of"

blueprint = PlacedBlueprint(
    "session", __name__, place=(Place.ZONE, Place.CITY, Place.ID), plane=Plane.MEMBER, url_prefix="/session",
    writes_zone=False, enable_openapi=False,
)  # fmt: skip


@blueprint.get("/begin")
@public
def begin() -> ResponseReturnValue:
    """Off to sign in, and back to `next`."""
    next_path = safe_path(request.args.get("next"))
    if g.signed_in is not None:
        return redirect(next_path)
    return _leave(next_path)


@blueprint.get("/second-factor")
@public
def second_factor() -> ResponseReturnValue:
    """Off to show the second factor, and back to `next`."""
    next_path = safe_path(request.args.get("next"))
    if g.signed_in is not None and g.signed_in.has_second_factor:
        return redirect(next_path)
    return _leave(next_path, second_factor=True)


@blueprint.get("/finish")
@public
def finish() -> ResponseReturnValue:
    """Back from the sign-in host with a code: open the session here and go on."""
    if g.place is Place.ID:
        raise NotFound
    scheme = platform().settings.scheme
    before = (g.signed_in.account_id, g.signed_in.session_id) if g.signed_in else None
    with own_transaction():
        arrival = operations.finish_hand_off(
            request.args.get("code", "")[:LONGEST_CODE], host=place_host(),
            nonce=request.cookies.get(nonce_cookie_name(scheme), ""),
            user_agent=user_agent(), ip=client_address(), replaces=before,
        )  # fmt: skip
    if arrival is None:
        return _start_again()
    _leave_forms_to(arrival.account_id)
    response = redirect(arrival.next_path)
    set_host_cookie(response, session_cookie_name(scheme), arrival.token, expires_at=arrival.expires_at)  # type: ignore[arg-type]
    drop_host_cookie(response, nonce_cookie_name(scheme))  # type: ignore[arg-type]
    return response


@blueprint.post("/end")
@public
def end() -> ResponseReturnValue:
    """Sign this browser out, here and on every host it reached from the same sign-in."""
    if g.signed_in is not None:
        with own_transaction():
            operations.revoke_session(g.signed_in.account_id, g.signed_in.session_id)
        flash(_("You have signed out on this device."), "success")
    response = redirect("/sign-in" if g.place is Place.ID else "/", code=303)
    drop_host_cookie(response, session_cookie_name(platform().settings.scheme))  # type: ignore[arg-type]
    return response


def _leave_forms_to(account_id: UUID) -> None:
    """Forms stay good for whom they were opened by, through signing out and in; nobody else sends them as theirs."""
    if session.get(FORMS_OF, str(account_id)) != str(account_id):
        session.clear()
    session[FORMS_OF] = str(account_id)


def _leave(next_path: str, *, second_factor: bool = False) -> Response:
    """To the sign-in host, from the host that sessions of this place are bound to: its browser holds the nonce."""
    if g.place is Place.ID:
        return redirect(f"{'/second-factor' if second_factor else '/sign-in'}?next={quote(next_path, safe='/')}")  # type: ignore[return-value]
    house = platform()
    if request.headers.get("Host", "").lower() != place_host():
        return redirect(house.url(place_host(), request.full_path.rstrip("?")))  # type: ignore[return-value]
    name = nonce_cookie_name(house.settings.scheme)
    nonce = request.cookies.get(name, "")
    if not NONCE.fullmatch(nonce):
        nonce = secrets.token_urlsafe(32)
    path = hand_off_path(
        to=place_host(), nonce_hash=urlsafe_b64encode(hash_nonce(nonce)).decode(), next_path=next_path,
        second_factor=second_factor,
    )  # fmt: skip
    response: Response = redirect(house.url(house.id_host, path))  # type: ignore[assignment]
    set_host_cookie(response, name, nonce, expires_at=now() + NONCE_LASTS)
    return response


def _start_again() -> ResponseReturnValue:
    """The code was expired, used, or made for another host or browser."""
    result = {
        "kind": "warning",
        "title": _("Please sign in once more"),
        "text": _("The way back from signing in works once and only for half a minute."),
        "facts": [
            (_("What was kept"), _("Nothing was changed.")),
            (
                _("What to do next"),
                _("Start again from here. If you are still signed in, nothing will be asked of you."),
            ),
        ],
        "actions": [
            {"label": _("Start again"), "href": "/session/begin", "kind": "primary"},
            {"label": _("To the home page"), "href": "/", "kind": "default"},
        ],
    }
    return render("layout/result.html", result=result), 410

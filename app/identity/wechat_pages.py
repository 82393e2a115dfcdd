"""One's own WeChat: connected with the account by way of WeChat itself, and disconnected."""

import hmac
import secrets
from datetime import timedelta
from typing import TypedDict
from urllib.parse import urlsplit

from flask import flash, g, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import signed_in
from app.core.clock import now
from app.core.errors import DomainError, NotFound
from app.core.i18n import moment
from app.core.places import Place, PlacedBlueprint
from app.core.platform import platform
from app.core.theming import render
from app.core.transactions import finish
from app.identity import operations, queries
from app.identity.browser import own_transaction
from app.identity.destinations import Destination, allow_form_to_lead_to, find_destination, safe_path
from app.identity.errors import WeChatRefused
from app.identity.notices import WECHAT_CONNECTED, tell_owner
from app.identity.official_account import official_account
from app.identity.wechat_zones import tell_zones
from tenants.context import Plane, current_actor

WAY, BACK = "wechat", "wechat_back"
LASTS = timedelta(minutes=10)

blueprint = PlacedBlueprint(
    "wechat", __name__, place=Place.ID, plane=Plane.IDENTITY, url_prefix="/account/wechat", enable_openapi=False
)


class Way(TypedDict):
    """What the browser keeps, signed, while somebody is at WeChat: the word to come back with, in which session, and until when."""

    state: str
    session_id: str
    until: float


@blueprint.get("")
@signed_in
def show() -> ResponseReturnValue:
    """Whether a WeChat is connected; a page of ours that sent somebody here (`to` and `next`) is led back to, until they come here by another way."""
    _require_account()
    if to := request.args.get("to"):
        session[BACK] = [to, safe_path(request.args.get("next"))]
    elif not request.args.get("done"):
        session.pop(BACK, None)
    return _page()


@blueprint.post("")
@signed_in
def connect() -> ResponseReturnValue:
    """Send the person to WeChat, who come back with a code."""
    _require_account()
    finish(True)
    try:
        with own_transaction():
            operations.spend_wechat_try(g.signed_in.account_id)
    except DomainError as refusal:
        return _page(str(refusal.message), refusal.status)
    state = secrets.token_urlsafe(32)
    until = (now() + LASTS).timestamp()
    session[WAY] = Way(state=state, session_id=str(g.signed_in.session_id), until=until)
    back = platform().url(platform().id_host, url_for("identity.wechat.come_back"))
    return redirect(official_account().way_in(back, state), code=303)


@blueprint.get("/return")
@signed_in
def come_back() -> ResponseReturnValue:
    """Take what WeChat sends along, in the browser and session that went there, once."""
    way: Way | None = session.pop(WAY, None)
    finish(True)
    try:
        if not _is_ours(way, request.args.get("state", "")):
            raise WeChatRefused
        openid = official_account().openid_of(request.args.get("code", ""))
        with own_transaction():
            operations.connect_wechat(current_actor(), openid)
    except DomainError as refusal:
        return _page(str(refusal.message), refusal.status)
    tell_zones(g.signed_in.member_id, g.signed_in.member_path)
    tell_owner(g.signed_in.account_id, WECHAT_CONNECTED)
    flash(_("Your WeChat is connected."), "success")
    return redirect(url_for(".show", done=1), code=303)


@blueprint.post("/disconnect")
@signed_in
def disconnect() -> ResponseReturnValue:
    if operations.disconnect_wechat(current_actor()):
        flash(_("Your WeChat is disconnected."), "success")
    return redirect(url_for(".show", done=1), code=303)


def _require_account() -> None:
    """Raises `NotFound` where this installation has no official account."""
    if not official_account().is_there:
        raise NotFound


def _is_ours(way: Way | None, state: str) -> bool:
    return (
        way is not None
        and way["until"] > now().timestamp()
        and way["session_id"] == str(g.signed_in.session_id)
        and hmac.compare_digest(way["state"].encode(), state.encode())
    )


def _page(told: str = "", status: int = 200) -> ResponseReturnValue:
    connected_at = queries.wechat_connected_at(g.signed_in.account_id)
    back = _back()
    page = render(
        "identity/wechat.html", connected=moment(connected_at) if connected_at else "", told=told, back_name=back[0],
        back_url=back[1],
    )  # fmt: skip
    return allow_form_to_lead_to(make_response(page, status), official_account().origin)


def _back() -> tuple[str, str]:
    """What the zone is called that one came from, and the address there; empty where one came from none."""
    to, path = session.get(BACK) or ("", "/")
    found: Destination | None = find_destination(to) if to else None
    if found is None or not found.name:
        return "", ""
    return found.name, platform().url(found.host, urlsplit(path)._replace(fragment="").geturl())

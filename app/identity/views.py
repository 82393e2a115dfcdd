"""The sign-in host `id.<base>`: its pages, and handing sessions on to other hosts."""

import binascii
from base64 import urlsafe_b64decode
from hashlib import sha256
from urllib.parse import urlencode

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.core.access import public
from app.core.errors import InvalidInput
from app.core.places import Place, PlacedBlueprint
from app.core.platform import platform
from app.identity import account_pages, operations, phone_pages, second_factor_pages, sign_in_pages, wechat_pages
from app.identity.destinations import HAND_OFF, find_destination, hand_off_path, safe_path
from app.identity.errors import UnknownHost
from tenants.context import Plane

blueprint = PlacedBlueprint("identity", __name__, place=Place.ID, plane=Plane.IDENTITY, enable_openapi=False)
for part in (sign_in_pages, second_factor_pages, account_pages, phone_pages, wechat_pages):
    blueprint.register_blueprint(part.blueprint)


@blueprint.get(HAND_OFF)
@public
def hand_off() -> ResponseReturnValue:
    """Give the waiting browser a code for its host, after signing in (and the second factor) where needed."""
    destination = find_destination(request.args.get("to", ""))
    if destination is None:
        raise UnknownHost
    nonce = request.args.get("nonce", "")
    next_path = safe_path(request.args.get("next"))
    wants_second_factor = request.args.get("second_factor") == "1"
    nonce_hash = _nonce_hash(nonce)
    here = hand_off_path(to=destination.host, nonce_hash=nonce, next_path=next_path, second_factor=wants_second_factor)
    if g.signed_in is None:
        return redirect(f"{url_for('identity.sign_in.phone')}?{urlencode({'next': here})}")
    if wants_second_factor and not g.signed_in.has_second_factor:
        return redirect(f"{url_for('identity.second_factor.show')}?{urlencode({'next': here})}")
    code = operations.begin_hand_off(
        g.signed_in.session_id, host=destination.host, nonce_hash=nonce_hash, next_path=next_path
    )
    return redirect(platform().url(destination.host, f"/session/finish?{urlencode({'code': code})}"))


def _nonce_hash(text: str) -> bytes:
    """The hash of the waiting browser's nonce; raises `InvalidInput` for anything that is not one."""
    try:
        found = urlsafe_b64decode(text)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != sha256().digest_size:
        raise InvalidInput
    return found

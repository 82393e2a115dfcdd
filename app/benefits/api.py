"""Where WeChat Pay tells what became of coupons: no session and no form, but WeChat's signature. One address for all zones."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from app.benefits.pressing import Presses
from app.benefits.wechat.answers import NotFromWeChat
from app.benefits.wechat.hearing import NOTICES, take_notice
from app.core.access import public
from app.core.errors import Forbidden
from app.core.places import Place, PlacedBlueprint
from app.identity.browser import client_address
from tenants.context import Plane

MOST_BYTES = 64 * 1024
REFUSED = Presses("wechat.notices", 60, 600)
"""Notices from one address that were not WeChat's."""

blueprint = PlacedBlueprint("api_wechat", __name__, place=Place.PORTAL, plane=Plane.MEMBER, enable_openapi=False)


@blueprint.post(NOTICES)
@public
def notices() -> ResponseReturnValue:
    """Take a notice: WeChat tells it again until it hears that it was taken."""
    request.max_content_length = MOST_BYTES
    body = request.get_data()
    try:
        take_notice(dict(request.headers), body)
    except NotFromWeChat:
        REFUSED.count(client_address())
        raise Forbidden from None
    return Response(status=204)

"""The member's link and whom they brought, and the page that opens by a link."""

from uuid import UUID

from flask import flash, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.core.access import acting_member, member_only, own_things, public
from app.core.clock import now
from app.core.errors import NotFound
from app.core.places import Place, PlacedBlueprint
from app.core.platform import platform
from app.core.rotating_codes import qr_picture
from app.core.signals import REFERRAL_CODE
from app.core.theming import render
from app.modules.events.kinds.referral.linking import find_by_code, find_link, make_link, take_back_link
from app.modules.events.kinds.referral.offering import panel
from app.modules.events.kinds.referral.queries import find_joining, list_brought
from app.modules.events.kinds.referral.words import COLOURS, REASONS, STATES
from app.modules.events.models import Campaign
from app.modules.events.queries import find_announced, find_entry
from tenants.context import Plane, current_actor, current_zone

blueprint = PlacedBlueprint(
    "referral", __name__, place=Place.ZONE, plane=Plane.MEMBER, module="events", url_prefix="/referral",
    enable_openapi=False,
)  # fmt: skip


@blueprint.get("/<uuid:campaign_id>")
@own_things
def own(campaign_id: UUID) -> ResponseReturnValue:
    """The member's link, whom they brought, and by whom they came."""
    campaign, member_id = _campaign(campaign_id), acting_member()
    entry = find_entry(campaign_id, member_id)
    link = find_link(entry.id) if entry else None
    address = _address(campaign, link.code) if link and link.code else ""
    return render(
        "events/referral/own.html", campaign=campaign, address=address, picture=qr_picture(address) if address else "",
        is_open=campaign.is_open_at(now()), brought=list_brought(campaign_id, member_id),
        joining=find_joining(campaign_id, member_id), states=STATES, colours=COLOURS, reasons=REASONS, **panel(campaign),
    )  # fmt: skip


@blueprint.post("/<uuid:campaign_id>/link")
@member_only
@paced(30)
def link(campaign_id: UUID) -> ResponseReturnValue:
    """Have a link of one's own; asked for twice it is the same."""
    make_link(acting_member(), _campaign(campaign_id))
    return redirect(url_for(".own", campaign_id=campaign_id), code=303)


@blueprint.post("/<uuid:campaign_id>/unlink")
@own_things
@paced(30)
def unlink(campaign_id: UUID) -> ResponseReturnValue:
    """Take the link back."""
    take_back_link(acting_member(), _campaign(campaign_id))
    flash(_("The link leads nowhere any more. Whom you brought already still counts."), "success")
    return redirect(url_for(".own", campaign_id=campaign_id), code=303)


@blueprint.get("/<uuid:campaign_id>/with/<token>")
@public
def welcome(campaign_id: UUID, token: str) -> ResponseReturnValue:
    """What joining brings; the link's code is remembered for when the visitor joins, who is no member yet. Says nothing of whose link it is."""
    campaign, found, is_member = _campaign(campaign_id), find_by_code(token), current_actor().is_member
    if found is None or found.campaign_id != campaign_id:
        raise NotFound
    if not is_member:
        session[REFERRAL_CODE] = token
    return render(
        "events/referral/welcome.html", campaign=campaign, is_open=campaign.is_open_at(now()), is_member=is_member, **panel(campaign),
    )  # fmt: skip


def _address(campaign: Campaign, code: str) -> str:
    return platform().url(current_zone().host, url_for(".welcome", campaign_id=campaign.id, token=code))


def _campaign(campaign_id: UUID) -> Campaign:
    return find_announced(campaign_id, kind="referral")

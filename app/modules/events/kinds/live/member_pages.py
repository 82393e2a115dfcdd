"""The room of a stream, open to everybody: the way to it, its numbers, likes and reminders."""

from collections.abc import Hashable
from uuid import UUID

from flask import flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.benefits.pressing import Presses
from app.core.access import acting_member, member_only, own_things, public
from app.core.clock import now
from app.core.errors import NotFound
from app.core.places import Place, PlacedBlueprint
from app.core.rotating_codes import qr_picture
from app.core.theming import render
from app.modules.events.kinds.live import showing
from app.modules.events.kinds.live.tallying import LIKES, VIEWS, tally
from app.modules.events.models import Campaign
from app.modules.events.queries import find_announced
from app.modules.events.states import State
from tenants.context import Plane, current_actor

blueprint = PlacedBlueprint(
    "live", __name__, place=Place.ZONE, plane=Plane.MEMBER, module="events", url_prefix="/live", enable_openapi=False
)
VIEW_ONCE, LIKE_OFTEN = Presses("events.live.view", 1, 1800.0), Presses("events.live.like", 60, 60.0)
"""One view in half an hour and sixty likes a minute of one visitor count."""


@blueprint.get("/<uuid:campaign_id>")
@public
def room(campaign_id: UUID) -> ResponseReturnValue:
    """The room; whoever enters it while the stream runs is counted as one who watches."""
    campaign, show = _campaign(campaign_id), showing.find_show(campaign_id)
    if show is None:
        raise NotFound
    is_open, member_id = campaign.is_open_at(now()), current_actor().member_id
    if is_open and VIEW_ONCE.allows((campaign_id, _visitor())):
        tally.add(campaign_id, VIEWS)
    address = show.stream_url if is_open else show.replay_url
    return render(
        "events/live/room.html", campaign=campaign, show=show, is_open=is_open, is_over=not campaign.goes_on_at(now()),
        address=address, picture=qr_picture(address) if address else "", numbers=showing.numbers(campaign_id),
        is_asked=bool(member_id) and showing.is_to_be_reminded(member_id, campaign_id), takes_reminders=showing.takes_reminders(campaign),
    )  # fmt: skip


@blueprint.post("/<uuid:campaign_id>/like")
@public
def like(campaign_id: UUID) -> ResponseReturnValue:
    """Like it, while it runs; past the pace it is thanked for and not counted."""
    campaign = _campaign(campaign_id)
    if campaign.is_open_at(now()) and LIKE_OFTEN.allows((campaign_id, _visitor())):
        tally.add(campaign_id, LIKES)
    return redirect(url_for(".room", campaign_id=campaign_id), code=303)


@blueprint.post("/<uuid:campaign_id>/remind")
@member_only
@paced(60)
def remind(campaign_id: UUID) -> ResponseReturnValue:
    _campaign(campaign_id)
    showing.ask_reminder(acting_member(), campaign_id)
    flash(_("You will be reminded ten minutes before it begins."), "success")
    return redirect(url_for(".room", campaign_id=campaign_id), code=303)


@blueprint.post("/<uuid:campaign_id>/forget")
@own_things
@paced(60)
def forget(campaign_id: UUID) -> ResponseReturnValue:
    _campaign(campaign_id)
    showing.drop_reminder(acting_member(), campaign_id)
    flash(_("You will not be reminded."), "success")
    return redirect(url_for(".room", campaign_id=campaign_id), code=303)


def _visitor() -> Hashable:
    """Who is here, as far as that can be told: the account, else the browser's form cookie, else its address."""
    return current_actor().account_id or session.get("csrf_token") or request.remote_addr


def _campaign(campaign_id: UUID) -> Campaign:
    found = find_announced(campaign_id, kind="live")
    if found.state == State.CANCELLED:
        raise NotFound
    return found

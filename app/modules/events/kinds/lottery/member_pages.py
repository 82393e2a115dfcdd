"""Registering for a lottery, and what came of it."""

from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from app.core.access import acting_member, member_only, own_things
from app.core.clock import now
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from app.modules.events.draws.queries import find_place
from app.modules.events.entering import is_invited
from app.modules.events.kinds.lottery import registering
from app.modules.events.kinds.lottery.offering import panel
from app.modules.events.kinds.lottery.registering import chances_of, gives_daily
from app.modules.events.models import Campaign
from app.modules.events.prizes.queries import find_win
from app.modules.events.queries import find_announced, find_entry
from tenants.context import Plane, current_actor

blueprint = PlacedBlueprint(
    "lottery", __name__, place=Place.ZONE, plane=Plane.MEMBER, module="events", url_prefix="/lottery",
    enable_openapi=False,
)  # fmt: skip


@blueprint.get("/<uuid:campaign_id>/ask")
@member_only
def ask(campaign_id: UUID) -> ResponseReturnValue:
    """The button alone, for who has not pressed it: the campaign's own page is the same for everybody, and holds no form."""
    campaign = _campaign(campaign_id)
    if find_entry(campaign_id, acting_member()) and not _may_again(campaign, acting_member()):
        return redirect(url_for(".result", campaign_id=campaign_id))
    return render(
        "events/lottery/ask.html", campaign=campaign, is_open=campaign.is_open_at(now()),
        is_invited=is_invited(acting_member(), campaign), **panel(campaign),
    )  # fmt: skip


@blueprint.post("/<uuid:campaign_id>")
@member_only
def register(campaign_id: UUID) -> ResponseReturnValue:
    registering.register(acting_member(), _campaign(campaign_id))
    return redirect(url_for(".result", campaign_id=campaign_id), code=303)


@blueprint.get("/<uuid:campaign_id>")
@own_things
def result(campaign_id: UUID) -> ResponseReturnValue:
    """What the member has of this lottery."""
    campaign, member_id = _campaign(campaign_id), current_actor().member_id
    entry = find_entry(campaign_id, member_id) if member_id else None
    return render(
        "events/lottery/result.html", campaign=campaign, entry=entry, place=find_place(entry.id) if entry else None,
        win=find_win(entry.id) if entry else None, chances=chances_of(campaign_id, member_id)[0] if member_id else 0,
        may_again=bool(entry and member_id) and _may_again(campaign, member_id), **panel(campaign),
    )  # fmt: skip


def _may_again(campaign: Campaign, member_id: UUID | None) -> bool:
    """Whether somebody who takes part has a chance still to take today."""
    is_daily = gives_daily(campaign) and campaign.is_open_at(now())
    return bool(is_daily and member_id and not chances_of(campaign.id, member_id)[1])


def _campaign(campaign_id: UUID) -> Campaign:
    return find_announced(campaign_id, kind="lottery")

"""The button of a claim, and what it says."""

from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from app.benefits.rules.words import cite
from app.benefits.vouchers.caps import refusing_rule
from app.core.access import member_only, own_things
from app.core.clock import now
from app.core.errors import NotFound
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from app.modules.events.draws.queries import find_place
from app.modules.events.entering import enter
from app.modules.events.kinds.claim.claiming import Claimed, claim, giving_key
from app.modules.events.kinds.claim.offering import panel
from app.modules.events.kinds.claim.settings import offer_of
from app.modules.events.models import Campaign
from app.modules.events.queries import find_announced, find_entry
from tenants.context import Plane, current_actor

blueprint = PlacedBlueprint(
    "claim", __name__, place=Place.ZONE, plane=Plane.MEMBER, module="events", url_prefix="/claim", enable_openapi=False
)


@blueprint.get("/<uuid:campaign_id>/ask")
@member_only
def ask(campaign_id: UUID) -> ResponseReturnValue:
    """The button alone: the campaign's own page is the same for everybody, and holds no form."""
    campaign = _campaign(campaign_id)
    return render("events/claim/ask.html", campaign=campaign, is_open=campaign.is_open_at(now()), **panel(campaign))


@blueprint.post("/<uuid:campaign_id>")
@member_only
def press(campaign_id: UUID) -> ResponseReturnValue:
    """Claim one, or register for the draw."""
    campaign = _campaign(campaign_id)
    if offer_of(campaign).is_draw:
        enter(_member(), campaign)
        return redirect(url_for(".result", campaign_id=campaign_id), code=303)
    answer = claim(_member(), campaign_id)
    if answer in (Claimed.GOT, Claimed.HAD):
        return redirect(url_for(".result", campaign_id=campaign_id), code=303)
    rule = _rule_against(campaign) if answer is Claimed.CAPPED else None
    return render("events/claim/missed.html", campaign=campaign, answer=answer, rule=rule)


@blueprint.get("/<uuid:campaign_id>")
@own_things
def result(campaign_id: UUID) -> ResponseReturnValue:
    """What the member has of this campaign."""
    campaign, member_id = _campaign(campaign_id), current_actor().member_id
    entry = find_entry(campaign_id, member_id) if member_id else None
    place = find_place(entry.id) if entry else None
    return render("events/claim/result.html", campaign=campaign, entry=entry, place=place, **panel(campaign))


def _rule_against(campaign: Campaign) -> str:
    """The spending rule by which the member can't be given one, as pages cite it."""
    rule = refusing_rule(offer_of(campaign).batch_id, giving_key(campaign.id), _member())
    return cite(rule) if rule else ""


def _member() -> UUID:
    """The member who acts: the routes that ask are for members only."""
    member_id = current_actor().member_id
    if member_id is None:
        raise NotFound
    return member_id


def _campaign(campaign_id: UUID) -> Campaign:
    found = find_announced(campaign_id)
    if found.kind != "claim":
        raise NotFound
    return found

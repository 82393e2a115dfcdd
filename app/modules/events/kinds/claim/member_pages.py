"""The button of a claim, and what it says."""

from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from app.benefits.coalescing import Crowded
from app.benefits.rules.words import cite
from app.benefits.vouchers.caps import refusing_rule
from app.core.access import acting_member, member_only, own_things, public
from app.core.clock import now
from app.core.early_posts import early_post
from app.core.pages.marks import cached_page
from app.core.places import Place, PlacedBlueprint, path_to
from app.core.theming import render
from app.modules.events.draws.queries import find_place
from app.modules.events.errors import NotInvited
from app.modules.events.kinds.claim.claiming import Claimed, claim
from app.modules.events.kinds.claim.offering import panel
from app.modules.events.kinds.claim.settings import offer_of
from app.modules.events.models import Campaign
from app.modules.events.promising import giving_key
from app.modules.events.queries import find_announced, find_entry
from tenants.context import Plane, current_actor

blueprint = PlacedBlueprint(
    "claim", __name__, place=Place.ZONE, plane=Plane.MEMBER, module="events", url_prefix="/claim", enable_openapi=False
)
PAGES = {
    Claimed.GOT: "result",
    Claimed.HAD: "result",
    Claimed.REGISTERED: "result",
    Claimed.NOTHING_LEFT: "all_taken",
    Claimed.CAPPED: "capped",
    Claimed.NOT_NOW: "not_given",
}
"""Where each answer leads."""


@blueprint.get("/<uuid:campaign_id>/ask")
@member_only
def ask(campaign_id: UUID) -> ResponseReturnValue:
    """The button alone, for who has not pressed it: the campaign's own page is the same for everybody, and holds no form."""
    campaign = _campaign(campaign_id)
    if find_entry(campaign_id, acting_member()):
        return redirect(url_for(".result", campaign_id=campaign_id))
    return render("events/claim/ask.html", campaign=campaign, is_open=campaign.is_open_at(now()), **panel(campaign))


def press_early(campaign_id: UUID) -> str:
    """Claim one, or register for the draw; the page that says what became of it."""
    try:
        answer = claim(acting_member(), campaign_id)
    except Crowded:
        return _path("crowded", campaign_id)
    if answer is Claimed.NOT_INVITED:
        raise NotInvited
    return _path(PAGES[answer], campaign_id)


@blueprint.post("/<uuid:campaign_id>")
@member_only
@early_post(press_early)
def press(campaign_id: UUID) -> ResponseReturnValue:
    return redirect(press_early(campaign_id), code=303)


@blueprint.get("/<uuid:campaign_id>")
@own_things
def result(campaign_id: UUID) -> ResponseReturnValue:
    """What the member has of this campaign."""
    campaign, member_id = _campaign(campaign_id), current_actor().member_id
    entry = find_entry(campaign_id, member_id) if member_id else None
    place = find_place(entry.id) if entry else None
    return render("events/claim/result.html", campaign=campaign, entry=entry, place=place, **panel(campaign))


@blueprint.get("/<uuid:campaign_id>/capped")
@member_only
def capped(campaign_id: UUID) -> ResponseReturnValue:
    """The spending rule by which the member can't be given one."""
    campaign = _campaign(campaign_id)
    rule = refusing_rule(offer_of(campaign).batch_id, giving_key(campaign.id), acting_member())
    return render("events/claim/capped.html", campaign=campaign, rule=cite(rule) if rule else "")


@blueprint.get("/<uuid:campaign_id>/all-taken")
@public
@cached_page()
def all_taken(campaign_id: UUID) -> ResponseReturnValue:
    return render("events/claim/all_taken.html", campaign=_campaign(campaign_id))


@blueprint.get("/<uuid:campaign_id>/not-given")
@public
@cached_page()
def not_given(campaign_id: UUID) -> ResponseReturnValue:
    return render("events/claim/not_given.html", campaign=_campaign(campaign_id))


@blueprint.get("/<uuid:campaign_id>/crowded")
@public
@cached_page()
def crowded(campaign_id: UUID) -> ResponseReturnValue:
    """Where those go who can't even wait in line: a page from memory that leads them back to the button by itself."""
    return render("events/claim/crowded.html", campaign=_campaign(campaign_id))


def _path(page: str, campaign_id: UUID) -> str:
    return path_to(f"events.claim.{page}", campaign_id=str(campaign_id))


def _campaign(campaign_id: UUID) -> Campaign:
    return find_announced(campaign_id, kind="claim")

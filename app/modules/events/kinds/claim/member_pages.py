"""The button of a claim, the one to wait where nothing is left, and what they say."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.coalescing import Crowded
from app.benefits.pace import paced
from app.benefits.rules.models import PolicyRule
from app.benefits.rules.words import cite
from app.benefits.vouchers.caps import refusing_rule
from app.core.access import acting_member, member_only, own_things, public
from app.core.clock import now
from app.core.early_posts import Steps, at_last, early_post
from app.core.pages.marks import cached_page
from app.core.places import Place, PlacedBlueprint, path_to
from app.core.theming import render
from app.modules.events.draws import queries as draws
from app.modules.events.entering import is_invited
from app.modules.events.errors import NotInvited
from app.modules.events.kinds.claim import giving_back, lining_up
from app.modules.events.kinds.claim.claiming import Claimed, claim, remembered
from app.modules.events.kinds.claim.giving_back import WayBack, find_way_back
from app.modules.events.kinds.claim.models import Waiting
from app.modules.events.kinds.claim.offering import panel
from app.modules.events.kinds.claim.queries import count_line, find_waiting, has_one
from app.modules.events.kinds.claim.settings import offer_of
from app.modules.events.kinds.claim.states import MAY_COME_AGAIN, State
from app.modules.events.models import Campaign, Entry
from app.modules.events.page_changes import changes_with
from app.modules.events.prizes.queries import GOT, find_win
from app.modules.events.promising import giving_key
from app.modules.events.queries import find_announced, find_entry
from tenants.context import Plane, current_actor
from tenants.database import db

blueprint = PlacedBlueprint(
    "claim", __name__, place=Place.ZONE, plane=Plane.MEMBER, module="events", url_prefix="/claim", enable_openapi=False
)
PAGES = {
    Claimed.GOT: "events.claim.result",
    Claimed.HAD: "events.claim.result",
    Claimed.REGISTERED: "events.claim.result",
    Claimed.WAITING: "events.claim.result",
    Claimed.NOTHING_LEFT: "events.claim.all_taken",
    Claimed.CAPPED: "events.claim.capped",
    Claimed.NOT_NOW: "events.claim.not_given",
}
"""Where each answer leads."""


@blueprint.get("/<uuid:campaign_id>/ask")
@member_only
def ask(campaign_id: UUID) -> ResponseReturnValue:
    """The button alone, for who has not pressed it: the campaign's own page is the same for everybody, and holds no form.

    Where nothing is left, or others wait for what comes back, it is the button to wait.
    """
    campaign = _campaign(campaign_id)
    if _is_done(campaign, acting_member()):
        return redirect(url_for(".result", campaign_id=campaign_id))
    offer = panel(campaign)
    may_wait = bool(offer["line"]) and not offer["is_draw"]
    number = count_line(campaign_id).waiting if may_wait else 0
    batch = offer["batch"]
    is_full = may_wait and (number > 0 or (batch is not None and batch.taken >= batch.stock))
    return render(
        "events/claim/ask.html",
        campaign=campaign,
        is_invited=is_invited(acting_member(), campaign),
        is_open=campaign.is_open_at(now()),
        is_full=is_full,
        number=number,
        **offer,
    )


def _is_done(campaign: Campaign, member_id: UUID) -> bool:
    """Whether there is nothing to press for a member: they have one, wait for one, or are registered for the draw."""
    if offer_of(campaign).is_draw:
        return find_entry(campaign.id, member_id) is not None
    waiting = find_waiting(campaign.id, member_id)
    return has_one(campaign, member_id) or (waiting is not None and waiting.state == State.WAITING)


def press_early(campaign_id: UUID) -> Steps[str]:
    """Claim one, or register for the draw; the page that says what became of it."""
    return _answer(claim, campaign_id)


def wait_early(campaign_id: UUID) -> Steps[str]:
    """Wait for one that comes back; the page that says what became of it."""
    return _answer(lining_up.line_up, campaign_id)


def _answer(wish: Callable[[UUID, UUID], Steps[Claimed]], campaign_id: UUID) -> Steps[str]:
    try:
        answer = yield from wish(acting_member(), campaign_id)
    except Crowded:
        return path_to("events.claim.crowded", campaign_id=campaign_id)
    if answer is Claimed.NOT_INVITED:
        raise NotInvited
    return path_to(PAGES[answer], campaign_id=campaign_id)


def known_early(zone_id: UUID, member_id: UUID, campaign_id: UUID) -> str | None:
    """The page that says that nothing is left, or that this member has one, while that is remembered."""
    answer = remembered(zone_id, member_id, campaign_id)
    return answer and PAGES[answer]


@blueprint.post("/<uuid:campaign_id>")
@member_only
@early_post(press_early, knows=known_early)
def press(campaign_id: UUID) -> ResponseReturnValue:
    return redirect(at_last(press_early(campaign_id)), code=303)


@blueprint.post("/<uuid:campaign_id>/wait")
@member_only
@early_post(wait_early)
def wait(campaign_id: UUID) -> ResponseReturnValue:
    return redirect(at_last(wait_early(campaign_id)), code=303)


@blueprint.post("/<uuid:campaign_id>/leave")
@member_only
@paced(30)
def leave(campaign_id: UUID) -> ResponseReturnValue:
    """Wait no more; who was given one at this very moment keeps it."""
    lining_up.leave(acting_member(), _campaign(campaign_id).id)
    return redirect(url_for(".result", campaign_id=campaign_id), code=303)


@blueprint.post("/<uuid:campaign_id>/give-back")
@member_only
def give_back(campaign_id: UUID) -> ResponseReturnValue:
    """Give one's voucher to who waits; who has used it by now keeps it."""
    if giving_back.give_back(acting_member(), _campaign(campaign_id).id):
        flash(_("You have given it back."), "success")
    return redirect(url_for(".result", campaign_id=campaign_id), code=303)


@blueprint.get("/<uuid:campaign_id>")
@own_things
def result(campaign_id: UUID) -> ResponseReturnValue:
    """What the member has of this campaign."""
    campaign, member_id = _campaign(campaign_id), current_actor().member_id
    entry = find_entry(campaign_id, member_id) if member_id else None
    has_it = entry is not None and has_one(campaign, entry.member_id)
    if offer_of(campaign).is_draw:
        return _drawn_page(campaign, entry, has_it=has_it)
    waiting = find_waiting(campaign_id, entry.member_id) if entry and not has_it else None
    if waiting is not None and waiting.state != State.GIVEN:
        return _line_page(campaign, waiting)
    return render("events/claim/result.html", campaign=campaign, entry=entry, has_it=has_it,
                  way_back=_way_back(campaign, entry), may_claim=campaign.is_open_at(now()), **panel(campaign))  # fmt: skip


def _drawn_page(campaign: Campaign, entry: Entry | None, *, has_it: bool) -> str:
    """What the draw gave the member, or where they wait behind the winners."""
    place, win = (draws.find_place(entry.id), find_win(entry.id)) if entry else (None, None)
    is_refused = win is not None and win.outcome not in GOT
    return render(
        "events/claim/drawn.html", campaign=campaign, entry=entry, place=place, win=win, has_it=has_it, is_refused=is_refused,
        rule=_refusing_rule(campaign) if is_refused else "",
        draw_line=draws.count_line(campaign.id, place.place) if place and place.waits else None,
        way_back=_way_back(campaign, entry), **panel(campaign),
    )  # fmt: skip


def _way_back(campaign: Campaign, entry: Entry | None) -> WayBack:
    return find_way_back(campaign, entry.member_id) if entry else WayBack(may=False)


def _line_page(campaign: Campaign, waiting: Waiting) -> str:
    """Where the member stands in the line, or how their waiting ended."""
    rule = db.session.get(PolicyRule, waiting.rule_id) if waiting.rule_id else None
    return render("events/claim/line.html", campaign=campaign, waiting=waiting, line=count_line(campaign.id, waiting.place),
                  waits_until=offer_of(campaign).waits_until, rule=cite(rule) if rule else "",
                  may_come_again=waiting.state in MAY_COME_AGAIN and campaign.is_open_at(now()))  # fmt: skip


@blueprint.get("/<uuid:campaign_id>/capped")
@member_only
def capped(campaign_id: UUID) -> ResponseReturnValue:
    """The spending rule by which the member can't be given one."""
    campaign = _campaign(campaign_id)
    return render("events/claim/capped.html", campaign=campaign, rule=_refusing_rule(campaign))


def _refusing_rule(campaign: Campaign) -> str:
    rule = refusing_rule(offer_of(campaign).batch_id, giving_key(campaign.id), acting_member())
    return cite(rule) if rule else ""


@blueprint.get("/<uuid:campaign_id>/all-taken")
@public
@cached_page()
def all_taken(campaign_id: UUID) -> ResponseReturnValue:
    campaign = _campaign(campaign_id)
    changes_with(campaign)
    offer = offer_of(campaign)
    has_line = offer.has_line and not offer.is_draw and campaign.is_open_at(now())
    return render("events/claim/all_taken.html", campaign=campaign, has_line=has_line)


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


def _campaign(campaign_id: UUID) -> Campaign:
    return find_announced(campaign_id, kind="claim")

"""Claiming one, or registering for the draw: all who press at one moment are served together, in the order in which they came."""

import time
from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select

from app.benefits.coalescing import Coalescer
from app.benefits.pressing import Presses
from app.benefits.vouchers.giving import Outcome, give
from app.core.audit import record
from app.modules.events.entering import add_entries, invited, require_open
from app.modules.events.kinds.claim.settings import offer_of
from app.modules.events.models import Campaign, Entry
from app.modules.events.promising import giving_key
from app.modules.events.queries import find_announced
from tenants.context import current_actor, current_zone
from tenants.database import db

REMEMBERED = 0.5
"""Seconds for which a process remembers that nothing is left."""


class Claimed(StrEnum):
    """What became of a claim."""

    GOT = "got"
    HAD = "had"
    REGISTERED = "registered"
    NOTHING_LEFT = "nothing-left"
    CAPPED = "capped"
    NOT_NOW = "not-now"
    NOT_INVITED = "not-invited"


_ANSWERS = {
    Outcome.GIVEN: Claimed.GOT,
    Outcome.BEFORE: Claimed.HAD,
    Outcome.ENOUGH: Claimed.HAD,
    Outcome.NONE_LEFT: Claimed.NOTHING_LEFT,
    Outcome.CAPPED: Claimed.CAPPED,
    Outcome.OVER: Claimed.NOT_NOW,
    Outcome.CLOSED: Claimed.NOT_NOW,
}
_nothing_left: dict[tuple[UUID, UUID], float] = {}


def claim(member_id: UUID, campaign_id: UUID) -> Claimed:
    """Claim one for a member, or register them for the draw; answered once it is committed. Sent twice it is one.

    Raises `NotFound`, `NotOpen`, `TooMany`, and `Crowded` where so many claim that no more can wait.
    """
    _presses.count(member_id)
    return _claims.ask(campaign_id, member_id)


def _serve(campaign_id: UUID, members: Sequence[UUID]) -> list[Claimed]:
    campaign = find_announced(campaign_id, kind="claim")
    require_open(campaign)
    meant = invited(campaign, members)
    asking = [each for each in members if each in meant]
    answers = dict(
        zip(asking, _register(campaign, asking) if offer_of(campaign).is_draw else _give(campaign, asking), strict=True)
    )
    return [answers.get(each, Claimed.NOT_INVITED) for each in members]


def _register(campaign: Campaign, members: Sequence[UUID]) -> list[Claimed]:
    for entered in add_entries(campaign.id, members):
        record("events.enter", object_type="events_campaign", object_id=campaign.id, subject_member_id=entered)
    return [Claimed.REGISTERED] * len(members)


def _give(campaign: Campaign, members: Sequence[UUID]) -> list[Claimed]:
    place = (current_zone().id, campaign.id)
    if _nothing_left.get(place, 0) > time.monotonic():
        return _look(campaign, members)
    given = give(current_actor(), offer_of(campaign).batch_id, members, key=giving_key(campaign.id))
    add_entries(campaign.id, [each.member_id for each in given if each.outcome is Outcome.GIVEN])
    if any(each.outcome is Outcome.NONE_LEFT for each in given):
        _nothing_left[place] = time.monotonic() + REMEMBERED
    return [_ANSWERS[each.outcome] for each in given]


def _look(campaign: Campaign, members: Sequence[UUID]) -> list[Claimed]:
    """What there is to say while nothing is left: some have theirs already."""
    own = select(Entry.member_id).where(Entry.campaign_id == campaign.id, Entry.member_id.in_(members))
    had = set(db.session.scalars(own))
    return [Claimed.HAD if each in had else Claimed.NOTHING_LEFT for each in members]


_claims = Coalescer("events.claims", _serve)
_presses = Presses("events.claim", most=30, seconds=60)

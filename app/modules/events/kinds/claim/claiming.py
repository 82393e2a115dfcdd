"""Claiming one, or registering for the draw: all who press at one moment are served together, in the order in which they came."""

import time
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, literal, select, union_all, update

from app.benefits.coalescing import Coalescer
from app.benefits.pressing import Presses
from app.benefits.vouchers.giving import GIVE, GIVEN, GiveStatement, Outcome, give
from app.benefits.vouchers.models import Voucher
from app.core.audit import record
from app.core.clock import now
from app.core.early_posts import Steps
from app.modules.events.entering import CAMPAIGN, add_entries, entering, invited, require_open
from app.modules.events.kinds.claim.models import Waiting
from app.modules.events.kinds.claim.queries import IN_LINE, find_with_line, of_campaign
from app.modules.events.kinds.claim.settings import Offer, offer_of
from app.modules.events.kinds.claim.states import State
from app.modules.events.models import Campaign
from app.modules.events.promising import giving_key
from tenants.context import current_actor, current_zone
from tenants.database import db

REMEMBERED = 1.0
"""Seconds for which a process remembers that nothing is left, or that what comes back goes to those who wait."""


class Gone(NamedTuple):
    """That nothing of a campaign is left for who claims, until when that is remembered, and who had one by then."""

    until: float
    had: frozenset[UUID]


class Claimed(StrEnum):
    """What became of a claim."""

    GOT = "got"
    HAD = "had"
    REGISTERED = "registered"
    WAITING = "waiting"
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


def _give_and_enter() -> GiveStatement:
    is_given = GIVEN.c.outcome == Outcome.GIVEN
    served = update(Waiting).where(
        Waiting.campaign_id == CAMPAIGN,
        Waiting.member_id.in_(select(GIVEN.c.member).where(is_given)),
        Waiting.state != State.GIVEN,
    )
    return GIVE.add_cte(
        entering(GIVEN.c.member, is_given).cte("entered"),
        served.values(state=State.GIVEN, rule_id=None, ended_at=bindparam("at", callable_=now)).cte("served"),
    )


GIVE_AND_ENTER = _give_and_enter()
"""Gives, and has who is given one take part: who left the line, or was refused by it, waits for nothing any more."""
_gone: dict[tuple[UUID, UUID], Gone] = {}


def claim(member_id: UUID, campaign_id: UUID) -> Steps[Claimed]:
    """In steps: claim one for a member, or register them for the draw; answered once it is committed. Sent twice it is one.

    While somebody waits nothing is left: what comes back is theirs. Raises `NotFound`, `NotOpen`, `TooMany`, and `Crowded` where so
    many claim that no more can wait.
    """
    PRESSES.count(member_id)
    return remembered(current_zone().id, member_id, campaign_id) or (yield from _claims.asking(campaign_id, member_id))


def remembered(zone_id: UUID, member_id: UUID, campaign_id: UUID) -> Claimed | None:
    """What this process remembers of who claims while nothing is left."""
    gone = _gone.get((zone_id, campaign_id))
    if gone is None or gone.until <= time.monotonic():
        return None
    return Claimed.HAD if member_id in gone.had else Claimed.NOTHING_LEFT


def give_now(campaign: Campaign, offer: Offer, members: Sequence[UUID], *, somebody_waits: bool) -> list[Claimed]:
    """Give each of these members one as long as there are any that nobody waits for, and say what became of each."""
    if somebody_waits:
        _remember_gone(campaign)
        return _look(campaign, members)
    given = give(
        current_actor(), offer.batch_id, members, giving_key(campaign.id), GIVE_AND_ENTER, campaign=campaign.id
    )
    outcomes = {each.outcome for each in given}
    if Outcome.NONE_LEFT in outcomes and Outcome.GIVEN not in outcomes:  # nothing that might not be committed
        _remember_gone(campaign)
    return [_ANSWERS[each.outcome] for each in given]


def _serve(campaign_id: UUID, members: Sequence[UUID]) -> list[Claimed]:
    campaign, somebody_waits = find_with_line(campaign_id)
    require_open(campaign)
    meant = invited(campaign, members)
    asking = [each for each in members if each in meant]
    offer = offer_of(campaign)
    done = (
        _register(campaign, asking)
        if offer.is_draw
        else give_now(campaign, offer, asking, somebody_waits=somebody_waits)
    )
    answers = dict(zip(asking, done, strict=True))
    return [answers.get(each, Claimed.NOT_INVITED) for each in members]


def _register(campaign: Campaign, members: Sequence[UUID]) -> list[Claimed]:
    for entered in add_entries(campaign.id, members):
        record("events.enter", object_type="events_campaign", object_id=campaign.id, subject_member_id=entered)
    return [Claimed.REGISTERED] * len(members)


def _remember_gone(campaign: Campaign) -> None:
    had = frozenset(db.session.scalars(select(Voucher.member_id).where(*of_campaign(campaign))))
    _gone[current_zone().id, campaign.id] = Gone(time.monotonic() + REMEMBERED, had)


def _look(campaign: Campaign, members: Sequence[UUID]) -> list[Claimed]:
    """What there is to say while nothing is left: some have theirs already, or wait."""
    had = select(Voucher.member_id, literal(Claimed.HAD.value)).where(
        *of_campaign(campaign), Voucher.member_id.in_(members)
    )
    waiting = select(Waiting.member_id, literal(Claimed.WAITING.value)).where(
        Waiting.campaign_id == campaign.id, Waiting.member_id.in_(members), IN_LINE
    )
    found = {member_id: Claimed(answer) for member_id, answer in db.session.execute(union_all(waiting, had))}
    return [found.get(each, Claimed.NOTHING_LEFT) for each in members]


_claims = Coalescer(_serve)
PRESSES = Presses("events.claim", most=30, seconds=60)
"""The button of a claim, and the one to wait, are pressed so often by one person."""

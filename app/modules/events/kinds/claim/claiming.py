"""Claiming, first come: all who press at one moment are served together, in the order in which they came."""

import time
from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from app.benefits.coalescing import Coalescer
from app.benefits.vouchers.giving import Outcome, give
from app.core.clock import now
from app.modules.events.entering import require_open_for
from app.modules.events.errors import NotOpen
from app.modules.events.kinds.claim.settings import offer_of
from app.modules.events.models import Entry
from app.modules.events.queries import find_campaign, find_entry
from tenants.context import current_actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

REMEMBERED = 0.5
"""Seconds for which a process remembers that nothing is left."""


class Claimed(StrEnum):
    """What became of a claim."""

    GOT = "got"
    HAD = "had"
    NOTHING_LEFT = "nothing-left"
    CAPPED = "capped"
    NOT_NOW = "not-now"


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
    """Claim one for a member; answered once it is committed. Sent twice it is one.

    Raises `NotFound`, `NotOpen`, `NotInvited`, and `Crowded` where so many claim that no more can wait.
    """
    require_open_for(member_id, find_campaign(campaign_id))
    place = (current_zone().id, campaign_id)
    if _nothing_left.get(place, 0) > time.monotonic():
        return Claimed.HAD if find_entry(campaign_id, member_id) else Claimed.NOTHING_LEFT
    answer = _claims.ask(campaign_id, member_id)
    if answer is Claimed.NOTHING_LEFT:
        _nothing_left[place] = time.monotonic() + REMEMBERED
    return answer


def giving_key(campaign_id: UUID) -> str:
    """The name of a campaign's giving of vouchers: under it a member gets one."""
    return f"events:{campaign_id}"


def _serve(campaign_id: UUID, members: Sequence[UUID]) -> list[Claimed]:
    campaign = find_campaign(campaign_id)
    if not campaign.is_open_at(now()):
        raise NotOpen
    given = give(current_actor(), offer_of(campaign).batch_id, members, key=giving_key(campaign_id))
    rows = [
        {"zone_id": current_zone().id, "id": uuid7(), "campaign_id": campaign_id, "member_id": each.member_id}
        for each in given
        if each.outcome is Outcome.GIVEN
    ]
    if rows:
        db.session.execute(insert(Entry).values(rows).on_conflict_do_nothing())
    return [_ANSWERS[each.outcome] for each in given]


_claims = Coalescer("events.claims", _serve)

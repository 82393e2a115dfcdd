"""Waiting for a piece that comes back: members line up, all who press at one moment together, and leave the line."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.benefits.coalescing import Coalescer
from app.core.audit import record
from app.core.clock import now
from app.core.early_posts import Steps
from app.core.errors import NotFound
from app.core.pages.content import touch_content
from app.modules.events.draws.drawing import leave_line
from app.modules.events.entering import add_entries, invited, require_open
from app.modules.events.kinds.claim.claiming import PRESSES, Claimed, give_now
from app.modules.events.kinds.claim.models import Waiting
from app.modules.events.kinds.claim.queries import IN_LINE, find_with_line, line_of, may_give
from app.modules.events.kinds.claim.settings import offer_of
from app.modules.events.kinds.claim.states import MAY_COME_AGAIN, State
from app.modules.events.models import Campaign
from app.modules.events.queries import find_announced
from tenants.context import current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn


def line_up(member_id: UUID, campaign_id: UUID) -> Steps[Claimed]:
    """In steps: have a member wait behind all who wait, or give them one that nobody waits for; answered once it is committed.

    Sent twice it is one. Raises like `claim`, `NotFound` also for a campaign without a waiting list.
    """
    PRESSES.count(member_id)
    return (yield from _waits.asking(campaign_id, member_id))


def leave(member_id: UUID, campaign_id: UUID) -> bool:
    """Let a member wait no more, behind those who came before or behind the winners of the draw; whether they still did. On the member plane."""
    is_draw = offer_of(find_announced(campaign_id, kind="claim")).is_draw
    left = _leave_drawn(campaign_id, member_id) if is_draw else _leave(campaign_id, member_id)
    if left:
        record("events.claim_leave", object_type="events_campaign", object_id=campaign_id, subject_member_id=member_id)
    return left


def _leave(campaign_id: UUID, member_id: UUID) -> bool:
    hold_line(campaign_id)
    own = update(Waiting).where(Waiting.campaign_id == campaign_id, Waiting.member_id == member_id, IN_LINE)
    return bool(db.session.execute(own.values(state=State.LEFT, ended_at=now()).returning(Waiting.id)).all())


def _leave_drawn(campaign_id: UUID, member_id: UUID) -> bool:
    """What is public of the draw says that somebody left."""
    left = leave_line(campaign_id, member_id)
    if left:
        touch_content()
    return left


def hold_line(campaign_id: UUID) -> None:
    """Who changes the line does so one after the other, so that it is served in the order in which it was joined."""
    take_turn(line_of(campaign_id))


def _serve(campaign_id: UUID, members: Sequence[UUID]) -> list[Claimed]:
    hold_line(campaign_id)
    campaign, somebody_waits = find_with_line(campaign_id)
    offer = offer_of(campaign)
    if offer.is_draw or not offer.has_line:
        raise NotFound
    require_open(campaign)
    meant = invited(campaign, members)
    asking = [each for each in dict.fromkeys(members) if each in meant]
    answers = dict(zip(asking, give_now(campaign, offer, asking, somebody_waits=somebody_waits), strict=True))
    late = [each for each, answer in answers.items() if answer is Claimed.NOTHING_LEFT]
    if may_give(offer):
        _join(campaign, late)
        answers |= dict.fromkeys(late, Claimed.WAITING)
    else:
        answers |= dict.fromkeys(late, Claimed.NOT_NOW)
    return [answers.get(each, Claimed.NOT_INVITED) for each in members]


def _join(campaign: Campaign, members: Sequence[UUID]) -> None:
    """Put these members behind the last one, in their order."""
    if not members:
        return
    add_entries(campaign.id, members)
    last = db.session.scalar(select(func.max(Waiting.place)).where(Waiting.campaign_id == campaign.id)) or 0
    zone_id = current_zone().id
    rows = [
        {"zone_id": zone_id, "id": uuid7(), "campaign_id": campaign.id, "member_id": member_id, "place": place,
         "state": State.WAITING, "joined_at": now()}
        for place, member_id in enumerate(members, start=last + 1)
    ]  # fmt: skip
    made = insert(Waiting).values(rows)
    again = {name: made.excluded[name] for name in ("place", "state", "joined_at", "rule_id", "ended_at")}
    once = made.on_conflict_do_update(
        constraint="events_claim_waiting_once", set_=again, where=Waiting.state.in_(MAY_COME_AGAIN)
    )
    db.session.execute(once)
    for member_id in members:
        record("events.claim_wait", object_type="events_campaign", object_id=campaign.id, subject_member_id=member_id)


_waits = Coalescer(_serve)

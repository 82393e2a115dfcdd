"""Giving a campaign's prizes down a ranking."""

from uuid import UUID

from sqlalchemy import Select

from app.members.models import Member
from app.modules.events.kinds.declaring import Settled
from app.modules.events.models import Campaign, Entry
from app.modules.events.prizes.drawn import AT_ONCE
from app.modules.events.prizes.giving import count_free, give_prizes
from app.modules.events.prizes.models import Win
from tenants.context import current_actor
from tenants.database import db


def give_as_ranked(campaign: Campaign, ranked: Select[UUID], *, href: str) -> Settled:
    """Give the prizes to the next of a ranking, `AT_ONCE` at most; whole once no piece is left, or nobody who could be given one.

    `ranked` selects `Entry.member_id` of those who may win, in their order; who won before, and who is no member any more, is passed
    over. `href` is the page that winners are sent to. On the worker plane.
    """
    free = count_free(campaign.id)
    waiting = (
        ranked.join(Member, Member.id == Entry.member_id)
        .outerjoin(Win, (Win.zone_id == Entry.zone_id) & (Win.id == Entry.id))
        .where(Entry.campaign_id == campaign.id, Win.id.is_(None))
    )
    members = db.session.scalars(waiting.limit(min(free, AT_ONCE))).all()
    if not members:
        return Settled.WHOLE
    give_prizes(current_actor(), campaign, members, href=href)
    return Settled.PART

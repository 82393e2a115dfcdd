"""What is decided once a call for works is closed: the votes are counted for good, and prizes go to works in their order."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.core.audit import record
from app.core.pages.content import touch_content
from app.members.models import Member
from app.modules.events.kinds.declaring import Settled
from app.modules.events.kinds.works.models import ShownWork, Work
from app.modules.events.kinds.works.queries import BY_VOTES
from app.modules.events.kinds.works.settings import rules_of
from app.modules.events.kinds.works.voting import count
from app.modules.events.models import Campaign, Entry
from app.modules.events.prizes.drawn import AT_ONCE
from app.modules.events.prizes.giving import free_numbers, give_prizes
from app.modules.events.prizes.models import Win
from app.modules.events.prizes.queries import list_prizes
from tenants.context import current_actor
from tenants.database import db


def settle(campaign: Campaign) -> Settled:
    """Count, and give the prizes in the order of the ranking, a part in each transaction."""
    count(campaign.id)
    authors = _next_authors(campaign) if rules_of(campaign).has_prizes else []
    if authors:
        give_prizes(current_actor(), campaign, authors, href=f"/events/works/{campaign.id}")
        return Settled.PART
    record("events.works_rank", object_type="events_campaign", object_id=campaign.id)
    touch_content()
    return Settled.WHOLE


def _next_authors(campaign: Campaign) -> Sequence[UUID]:
    """The members whose works come next in the ranking, as many as there are pieces left; who won before, and who is gone, is left out."""
    free = sum(len(free_numbers(prize)) for prize in list_prizes(campaign.id))
    waiting = (
        select(Entry.member_id)
        .join(Work, (Work.zone_id == Entry.zone_id) & (Work.campaign_id == Entry.campaign_id) & (Work.member_id == Entry.member_id))
        .join(ShownWork, (ShownWork.zone_id == Work.zone_id) & (ShownWork.id == Work.id))
        .join(Member, Member.id == Entry.member_id)
        .outerjoin(Win, (Win.zone_id == Entry.zone_id) & (Win.id == Entry.id))
        .where(Entry.campaign_id == campaign.id, Win.id.is_(None))
    )  # fmt: skip
    return db.session.scalars(waiting.order_by(*BY_VOTES).limit(min(free, AT_ONCE))).all()

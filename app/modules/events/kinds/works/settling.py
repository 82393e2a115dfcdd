"""What is decided once a call for works is closed: the votes are counted for good, and prizes go to works in their order."""

from sqlalchemy import select

from app.core.audit import record
from app.core.pages.content import touch_content
from app.modules.events.kinds.declaring import Settled
from app.modules.events.kinds.works.models import Work
from app.modules.events.kinds.works.queries import list_ranked
from app.modules.events.kinds.works.settings import rules_of
from app.modules.events.kinds.works.voting import count
from app.modules.events.models import Campaign
from app.modules.events.prizes.giving import give_prizes
from app.modules.events.prizes.queries import list_prizes
from tenants.context import current_actor
from tenants.database import db


def settle(campaign: Campaign) -> Settled:
    """Count, rank, and give the prizes in the order of the ranking."""
    count(campaign.id)
    record("events.works_rank", object_type="events_campaign", object_id=campaign.id)
    touch_content()
    if rules_of(campaign).has_prizes:
        # Where a prize passes on, so many more as there are pieces may be asked.
        pieces = sum(prize.quantity for prize in list_prizes(campaign.id))
        ranked = [work.id for work in list_ranked(campaign.id, 2 * pieces)]
        authors = dict(db.session.execute(select(Work.id, Work.member_id).where(Work.id.in_(ranked))).all())
        give_prizes(current_actor(), campaign, [authors[each] for each in ranked], href=f"/events/works/{campaign.id}")
    return Settled.WHOLE

"""What is decided once a call for works is closed: the votes are counted for good, and prizes go to works in their order."""

from uuid import UUID

from sqlalchemy import Select, select

from app.core.audit import record
from app.core.pages.content import touch_content
from app.modules.events.kinds.declaring import Settled
from app.modules.events.kinds.works.models import ShownWork, Work
from app.modules.events.kinds.works.queries import BY_VOTES
from app.modules.events.kinds.works.voting import count
from app.modules.events.models import Campaign, Entry
from app.modules.events.prizes.ranked import give_as_ranked


def settle(campaign: Campaign) -> Settled:
    """Count, and give the prizes in the order of the ranking, a part in each transaction."""
    count(campaign.id)
    if give_as_ranked(campaign, _ranked(campaign), href=f"/events/works/{campaign.id}") is Settled.PART:
        return Settled.PART
    record("events.works_rank", object_type="events_campaign", object_id=campaign.id)
    touch_content()
    return Settled.WHOLE


def _ranked(campaign: Campaign) -> Select[UUID]:
    """The authors of the works that are shown, in the order of the ranking."""
    of_the_author = (
        (Work.zone_id == Entry.zone_id) & (Work.campaign_id == Entry.campaign_id) & (Work.member_id == Entry.member_id)
    )
    works = select(Entry.member_id).join(Work, of_the_author)
    shown = works.join(ShownWork, (ShownWork.zone_id == Work.zone_id) & (ShownWork.id == Work.id))
    return shown.where(Entry.campaign_id == campaign.id).order_by(*BY_VOTES)

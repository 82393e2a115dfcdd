"""What is decided once a call for works is closed: votes and sheets are counted for good, and prizes go to works in their order."""

from uuid import UUID

from sqlalchemy import Select, select

from app.core.audit import record
from app.core.pages.content import touch_content
from app.modules.events.kinds.declaring import Settled
from app.modules.events.kinds.works.jury.queries import list_counting, list_criteria
from app.modules.events.kinds.works.jury.ranking import Standing, jury_points, rank
from app.modules.events.kinds.works.models import ShownWork, Work
from app.modules.events.kinds.works.settings import rules_of
from app.modules.events.kinds.works.voting import count
from app.modules.events.models import Campaign, Entry
from app.modules.events.prizes.ranked import give_as_ranked
from tenants.database import db


def settle(campaign: Campaign) -> Settled:
    """Count, place the works, and give the prizes in the order of the ranking, a part in each transaction."""
    count(campaign.id)
    place_works(campaign)
    if give_as_ranked(campaign, _ranked(campaign), href=f"/events/works/{campaign.id}") is Settled.PART:
        return Settled.PART
    record("events.works_rank", object_type="events_campaign", object_id=campaign.id)
    touch_content()
    return Settled.WHOLE


def place_works(campaign: Campaign) -> None:
    """Say of each work that is shown what it came to. On the worker plane."""
    jury, sheets, criteria = rules_of(campaign).jury, list_counting(campaign.id), list_criteria(campaign.id)
    works = {
        each.id: each for each in db.session.scalars(select(ShownWork).where(ShownWork.campaign_id == campaign.id))
    }
    standings = (
        Standing(each.id, each.votes, jury_points(criteria, sheets.get(each.id, []), least=jury.least) if jury else None, each.sent_at)
        for each in works.values()
    )  # fmt: skip
    for placed in rank(standings, jury_weight=jury.weight if jury else 0):
        work = works[placed.work_id]
        work.vote_points, work.jury_points = placed.vote_points, placed.jury_points
        work.points, work.place = placed.points, placed.place
    db.session.flush()


def _ranked(campaign: Campaign) -> Select[UUID]:
    """The authors of the works that are shown, in the order of the ranking."""
    of_the_author = (
        (Work.zone_id == Entry.zone_id) & (Work.campaign_id == Entry.campaign_id) & (Work.member_id == Entry.member_id)
    )
    works = select(Entry.member_id).join(Work, of_the_author)
    shown = works.join(ShownWork, (ShownWork.zone_id == Work.zone_id) & (ShownWork.id == Work.id))
    return shown.where(Entry.campaign_id == campaign.id).order_by(ShownWork.place)

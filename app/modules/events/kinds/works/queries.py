"""Reading works: one's own, those that are shown, those that staff look at, and the ranking."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from app.core.clock import today_in_china
from app.core.errors import NotFound
from app.modules.events.kinds.works.models import ShownWork, Vote, Work
from app.modules.events.kinds.works.states import State
from app.modules.events.models import Campaign
from tenants.context import current_zone
from tenants.database import db

PAGE = 20
RANKED = 100
BY_PLACE = ShownWork.place.nulls_last(), ShownWork.votes.desc(), ShownWork.sent_at, ShownWork.id
"""The order of the ranking: by votes until the works have their places, of as many votes the work that was sent first."""


def find_own(campaign_id: UUID, member_id: UUID, *, lock: bool = False) -> Work | None:
    own = select(Work).where(Work.campaign_id == campaign_id, Work.member_id == member_id)
    return db.session.scalar(own.with_for_update() if lock else own)


def find_work(work_id: UUID, *, lock: bool = False) -> Work:
    """A work as the running plane may read it; raises `NotFound`."""
    found = db.session.get(Work, (current_zone().id, work_id), with_for_update=lock, populate_existing=lock)
    if found is None:
        raise NotFound
    return found


def find_shown(campaign_id: UUID, work_id: UUID) -> ShownWork:
    """A work that is shown; raises `NotFound`."""
    found = db.session.get(ShownWork, (current_zone().id, work_id))
    if found is None or found.campaign_id != campaign_id:
        raise NotFound
    return found


def find_result(campaign: Campaign, work: Work) -> ShownWork | None:
    """What a work came to, once the campaign is settled."""
    return db.session.get(ShownWork, (current_zone().id, work.id)) if campaign.settled_at is not None else None


def list_shown(campaign_id: UUID, after: UUID | None = None) -> list[ShownWork]:
    """A page of the gallery in the order in which works were first sent, and one more where there is a next page."""
    shown = select(ShownWork).where(ShownWork.campaign_id == campaign_id)
    if after:
        shown = shown.where(ShownWork.id > after)
    return list(db.session.scalars(shown.order_by(ShownWork.id).limit(PAGE + 1)))


def list_ranked(campaign_id: UUID) -> Sequence[ShownWork]:
    """The first `RANKED` works of the ranking."""
    shown = select(ShownWork).where(ShownWork.campaign_id == campaign_id)
    return db.session.scalars(shown.order_by(*BY_PLACE).limit(RANKED)).all()


def count_shown(campaign_id: UUID) -> int:
    return (
        db.session.scalar(select(func.count()).select_from(ShownWork).where(ShownWork.campaign_id == campaign_id)) or 0
    )


def count_votes(campaign_id: UUID, member_id: UUID) -> tuple[int, int]:
    """The votes that a member gave today, and in all."""
    today = func.count().filter(Vote.day == today_in_china())
    given = select(today, func.count()).where(Vote.campaign_id == campaign_id, Vote.member_id == member_id)
    return tuple(db.session.execute(given).one())  # type: ignore[return-value]


def has_voted_today(work_id: UUID, member_id: UUID) -> bool:
    today = select(Vote.id).where(Vote.work_id == work_id, Vote.member_id == member_id, Vote.day == today_in_china())
    return db.session.scalar(today) is not None


def list_for_staff(campaign_id: UUID, state: str, after: UUID | None = None) -> list[Work]:
    """A page of works of a state, those that came first at the beginning, and one more where there is a next page."""
    works = select(Work).where(Work.campaign_id == campaign_id, Work.state == state)
    if after:
        works = works.where(Work.id > after)
    return list(db.session.scalars(works.order_by(Work.id).limit(PAGE + 1)))


def count_by_state(campaign_id: UUID) -> dict[str, int]:
    counted = select(Work.state, func.count()).where(Work.campaign_id == campaign_id).group_by(Work.state)
    found = dict(db.session.execute(counted).all())
    return {state: found.get(state, 0) for state in State}

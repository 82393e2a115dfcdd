"""Reading campaigns: what members see of them, and what staff do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_

from app.core.clock import now
from app.core.errors import NotFound
from app.modules.events.models import Campaign, Entry
from app.modules.events.states import PUBLIC, State
from tenants.context import current_zone
from tenants.database import db

PAGE = 20
IS_PUBLIC = Campaign.state.in_(PUBLIC)


@dataclass(frozen=True, slots=True)
class Filter:
    """What staff ask for; `before` is the last id of the page before."""

    state: str = ""
    kind: str = ""
    before: UUID | None = None


def find_campaign(campaign_id: UUID, *, kind: str = "", lock: bool = False) -> Campaign:
    """The campaign as the running plane may read it; raises `NotFound`, also for one that is not of the kind named."""
    found = db.session.get(Campaign, (current_zone().id, campaign_id), with_for_update=lock, populate_existing=lock)
    return _require(found, kind)


def find_announced(campaign_id: UUID, *, kind: str = "") -> Campaign:
    """A campaign that members may see; raises `NotFound`, also for one that is not of the kind named."""
    return require_announced(find_campaign(campaign_id), kind=kind)


def require_announced(campaign: Campaign | None, *, kind: str = "") -> Campaign:
    """Raises `NotFound` for none, for one that members may not see, and for one that is not of the kind named."""
    found = _require(campaign, kind)
    if found.frozen_at is None:
        raise NotFound
    return found


def _require(campaign: Campaign | None, kind: str) -> Campaign:
    if campaign is None or (kind and campaign.kind != kind):
        raise NotFound
    return campaign


def list_current() -> list[Campaign]:
    """The announced campaigns whose last moment has not come, those that end first at the beginning."""
    statement = select(Campaign).where(IS_PUBLIC, Campaign.closed_at.is_(None), Campaign.closes_at > now())
    return list(db.session.scalars(statement.order_by(Campaign.closes_at, Campaign.id).limit(200)))


def list_within(begins: datetime, ends: datetime) -> list[Campaign]:
    """The announced campaigns that are open at some time of a span."""
    statement = select(Campaign).where(IS_PUBLIC, Campaign.opens_at < ends, Campaign.closes_at >= begins)
    return list(db.session.scalars(statement.order_by(Campaign.opens_at, Campaign.id).limit(500)))


def list_past(before: UUID | None = None) -> list[Campaign]:
    """A page of campaigns that are over, the latest first, and one more where there is a next page; `before` is the last of the page before.

    Many end at one moment, as a week does: of these the id decides.
    """
    over = select(Campaign).where(IS_PUBLIC, (Campaign.closes_at <= now()) | Campaign.closed_at.is_not(None))
    last = db.session.get(Campaign, (current_zone().id, before)) if before else None
    if last is not None:
        over = over.where(tuple_(Campaign.closes_at, Campaign.id) < (last.closes_at, last.id))
    return list(db.session.scalars(over.order_by(Campaign.closes_at.desc(), Campaign.id.desc()).limit(PAGE + 1)))


def list_entered(member_id: UUID, before: UUID | None = None) -> Sequence[tuple[Campaign, Entry]]:
    """A page of the member's participations, the latest first, and one more where there is a next page; `before` is the last entry of
    the page before."""
    statement = (
        select(Campaign, Entry)
        .join(Entry, (Entry.zone_id == Campaign.zone_id) & (Entry.campaign_id == Campaign.id))
        .where(Entry.member_id == member_id)
        .order_by(Entry.id.desc())
        .limit(PAGE + 1)
    )
    if before:
        statement = statement.where(Entry.id < before)
    return [(campaign, entry) for campaign, entry in db.session.execute(statement)]


def find_entry(campaign_id: UUID, member_id: UUID) -> Entry | None:
    return db.session.scalar(select(Entry).where(Entry.campaign_id == campaign_id, Entry.member_id == member_id))


def list_for_staff(wanted: Filter) -> list[Campaign]:
    """A page of campaigns, the newest first, and one more where there is a next page."""
    statement = select(Campaign).order_by(Campaign.id.desc()).limit(PAGE + 1)
    if wanted.state:
        statement = statement.where(Campaign.state == wanted.state)
    if wanted.kind:
        statement = statement.where(Campaign.kind == wanted.kind)
    if wanted.before:
        statement = statement.where(Campaign.id < wanted.before)
    return list(db.session.scalars(statement))


def count_entries(campaign_id: UUID) -> int:
    return db.session.scalar(select(func.count()).select_from(Entry).where(Entry.campaign_id == campaign_id)) or 0


def count_running() -> int:
    """How many campaigns members can take part in now."""
    moment = now()
    running = Campaign.state.in_([State.FROZEN, State.OPEN]), Campaign.opens_at <= moment, Campaign.closes_at > moment
    return db.session.scalar(select(func.count()).select_from(Campaign).where(*running)) or 0

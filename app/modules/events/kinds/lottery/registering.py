"""Registering for a lottery: once, or once a day where each day is another chance."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.core.audit import record
from app.core.clock import today_in_china
from app.modules.events.entering import enter
from app.modules.events.kinds.lottery.models import LotteryDay
from app.modules.events.models import Campaign
from tenants.context import current_zone
from tenants.database import db
from tenants.ids import uuid7


def register(member_id: UUID, campaign: Campaign) -> None:
    """Take part, and have today's chance where the lottery gives one a day; sent twice it is one. Raises `NotOpen`, `NotInvited`."""
    enter(member_id, campaign)
    if not gives_daily(campaign):
        return
    day = insert(LotteryDay).values(
        zone_id=current_zone().id,
        id=uuid7(),
        campaign_id=campaign.id,
        member_id=member_id,
        registered_on=today_in_china(),
    )
    if db.session.scalar(day.on_conflict_do_nothing().returning(LotteryDay.id)):
        record("events.lottery_day", object_type="events_campaign", object_id=campaign.id, subject_member_id=member_id)


def gives_daily(campaign: Campaign) -> bool:
    """Whether each day on which a member registers is another chance."""
    return bool(campaign.settings.get("daily"))


def chances_of(campaign_id: UUID, member_id: UUID) -> tuple[int, bool]:
    """On how many days a member registered, and whether today is one of them."""
    days = select(func.count(), func.coalesce(func.bool_or(LotteryDay.registered_on == today_in_china()), False)).where(
        LotteryDay.campaign_id == campaign_id, LotteryDay.member_id == member_id
    )
    number, is_today = db.session.execute(days).one()
    return number, is_today

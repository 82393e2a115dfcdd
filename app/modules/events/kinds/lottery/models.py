"""What a lottery keeps beside who takes part."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped

from tenants.database import ZoneScoped, db


class LotteryDay(ZoneScoped, db.Model):
    """That a member registered on a day (China time), where each day is another chance; once a day."""

    __tablename__ = "events_lottery_days"
    __table_args__ = (
        ForeignKeyConstraint(
            ["zone_id", "campaign_id", "member_id"],
            ["events_entries.zone_id", "events_entries.campaign_id", "events_entries.member_id"],
        ),
    )

    campaign_id: Mapped[UUID]
    member_id: Mapped[UUID]
    registered_on: Mapped[date]

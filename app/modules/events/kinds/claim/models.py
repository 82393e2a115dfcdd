"""Who waits for vouchers that come back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import ZoneScoped, db


class Waiting(ZoneScoped, db.Model):
    """That a member waits (候补) for a piece of a campaign's vouchers that comes back: `place` is the order of joining (`states.State`).

    `rule_id` is the spending rule by which one was refused to them; none where they had as many as one may have.
    """

    __tablename__ = "events_claim_waiting"
    __table_args__ = (
        ForeignKeyConstraint(
            ["zone_id", "campaign_id", "member_id"],
            ["events_entries.zone_id", "events_entries.campaign_id", "events_entries.member_id"],
        ),
    )

    campaign_id: Mapped[UUID]
    member_id: Mapped[UUID]
    place: Mapped[int]
    state: Mapped[str]
    rule_id: Mapped[UUID | None]
    joined_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    ended_at: Mapped[datetime | None]

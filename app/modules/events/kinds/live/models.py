"""A campaign's stream, how often it was watched and liked, and who asked to be reminded of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import ZoneScoped, db


class Show(ZoneScoped, db.Model):
    """The stream (直播) of the campaign that has its id: where it is, and where it can be watched again."""

    __tablename__ = "events_live_shows"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "id"], ["events_campaigns.zone_id", "events_campaigns.id"]),)

    stream_url: Mapped[str]
    replay_url: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    reminded_at: Mapped[datetime | None]

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return f"live.{self.version}"


class Count(ZoneScoped, db.Model):
    """How often a stream was watched and liked in one minute, by all processes together."""

    __tablename__ = "events_live_counts"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "show_id"], ["events_live_shows.zone_id", "events_live_shows.id"]),
    )

    show_id: Mapped[UUID]
    minute: Mapped[datetime]
    views: Mapped[int]
    likes: Mapped[int]


class Reminder(ZoneScoped, db.Model):
    """That a member asked to be reminded of a stream."""

    __tablename__ = "events_live_reminders"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "show_id"], ["events_live_shows.zone_id", "events_live_shows.id"]),
    )

    show_id: Mapped[UUID]
    member_id: Mapped[UUID]
    asked_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

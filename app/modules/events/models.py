"""Campaigns, whatever their kind, and who takes part in them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.modules.events.states import State
from tenants.database import ZoneScoped, db
from tenants.models import PathText

LONGEST_TITLE = 60
LONGEST_SUMMARY = 120
LONGEST_RULES = 20_000


class Campaign(ZoneScoped, db.Model):
    """A campaign (活动) of one kind (`kinds`): what members read of it, when it is open and for whom, and where it stands.

    `rules` are as they were typed; of them `rules_html`, sanitised, is shown. `hosts` are who holds it, as rows of `role` and `name`; `week_id` the campaign week (`weeks`) it belongs to. The city's
    own zone may share it with those below (`shared_down`); one of those holds it as its own by naming it (`shared_id`). `settings` are the kind's own. From `frozen` on the database refuses any change of what was
    announced. Whoever wrote the last version never approves it.
    """

    __tablename__ = "events_campaigns"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "cover_file_id"], ["files.zone_id", "files.id"]),
        ForeignKeyConstraint(["zone_id", "week_id"], ["events_weeks.zone_id", "events_weeks.id"]),
    )

    kind: Mapped[str] = mapped_column(PathText)
    title: Mapped[str]
    summary: Mapped[str]
    rules: Mapped[str]
    rules_html: Mapped[str]
    cover_file_id: Mapped[UUID | None]
    hosts: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    week_id: Mapped[UUID | None]
    shared_down: Mapped[bool] = mapped_column(default=False)
    shared_id: Mapped[UUID | None]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    audience: Mapped[dict[str, Any]] = mapped_column(JSONB)
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    written_by: Mapped[UUID | None]
    written_by_name: Mapped[str]
    reviewed_by: Mapped[UUID | None]
    reviewed_by_name: Mapped[str] = mapped_column(default="")
    frozen_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return f"{self.state}.{self.version}"

    def is_open_at(self, moment: datetime) -> bool:
        """Whether members may take part: by its own times, to the second, however late the worker is that opens and closes it."""
        return self.goes_on_at(moment) and self.opens_at <= moment

    def goes_on_at(self, moment: datetime) -> bool:
        """Whether it is announced and neither over nor cancelled, by the same times."""
        return self.state in (State.FROZEN, State.OPEN) and moment < self.closes_at


class Entry(ZoneScoped, db.Model):
    """That a member takes part in a campaign, once; what they do there the kind keeps in tables of its own."""

    __tablename__ = "events_entries"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "campaign_id"], ["events_campaigns.zone_id", "events_campaigns.id"]),
    )

    campaign_id: Mapped[UUID]
    member_id: Mapped[UUID]
    entered_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

"""What zones see of a campaign that the city shares, and how many took part where it was taken up."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import db
from tenants.models import PathText


class SharedCampaign(db.Model):
    """The public copy of a campaign that the city shares; its id is the campaign's. It belongs to no zone, and its origin writes it.

    It is there exactly while the campaign is announced and not over; row-level security shows it to the zones below its origin.
    The `settings` name no vouchers: those are the origin's.
    """

    __tablename__ = "events_shared_campaigns"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    origin_zone_id: Mapped[UUID] = mapped_column(ForeignKey("zones.id"))
    origin_union_path: Mapped[str] = mapped_column(PathText)
    kind: Mapped[str] = mapped_column(PathText)
    title: Mapped[str]
    summary: Mapped[str]
    rules_html: Mapped[str]
    cover_file_id: Mapped[UUID | None]
    hosts: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)


class SharedCount(db.Model):
    """How many took part in the campaign by which a zone took up a shared one. The zone counts, the city reads."""

    __tablename__ = "events_shared_counts"

    shared_id: Mapped[UUID] = mapped_column(primary_key=True)
    held_in: Mapped[UUID] = mapped_column(ForeignKey("zones.id"), primary_key=True)
    origin_zone_id: Mapped[UUID] = mapped_column(ForeignKey("zones.id"))
    entries: Mapped[int]
    counted_at: Mapped[datetime]

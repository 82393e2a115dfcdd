"""Messages to members, and what carries them out of the house."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import ZoneScoped, db


class Broadcast(ZoneScoped, db.Model):
    """A notice of the zone's staff to many members (群发通知).

    States: draft → sending → sent, or cancelled, or failed: not everything could be sent. `recipients` got it in their
    inbox; `addressed` are its deliveries through channels, of which `accepted`, `refused` and `given_up` have come to an
    end; `unreachable` counts addresses that there are not, `opted_out` those at which it is not wanted, channel by channel.
    """

    __tablename__ = "notifications_broadcasts"

    title: Mapped[str]
    body: Mapped[str]
    channels: Mapped[list[Any]]
    audience: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(default="draft")
    recipients: Mapped[int] = mapped_column(BigInteger, default=0)
    addressed: Mapped[int] = mapped_column(BigInteger, default=0)
    unreachable: Mapped[int] = mapped_column(BigInteger, default=0)
    opted_out: Mapped[int] = mapped_column(BigInteger, default=0)
    accepted: Mapped[int] = mapped_column(BigInteger, default=0)
    refused: Mapped[int] = mapped_column(BigInteger, default=0)
    given_up: Mapped[int] = mapped_column(BigInteger, default=0)
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    sent_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Message(ZoneScoped, db.Model):
    """A message in a member's inbox (站内信); when it is read its words come from kind and params, or its broadcast.

    Members and broadcasts are named without a foreign key: see the migration.
    """

    __tablename__ = "notifications_messages"

    member_id: Mapped[UUID]
    kind: Mapped[str]
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    href: Mapped[str] = mapped_column(default="")
    broadcast_id: Mapped[UUID | None]
    dedupe_key: Mapped[str | None]
    read_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class Delivery(ZoneScoped, db.Model):
    """One message on its way through a channel; its id is the request id a provider knows it by.

    States: queued → sending → accepted or refused (the provider's word), unreachable (no address), dead (its event was
    given up), cancelled. `first_tried_at` is when the patience with its provider began.
    """

    __tablename__ = "notifications_deliveries"
    __table_args__ = (
        ForeignKeyConstraint(
            ["zone_id", "message_id"],
            ["notifications_messages.zone_id", "notifications_messages.id"],
            ondelete="CASCADE",
        ),
    )

    member_id: Mapped[UUID]
    channel: Mapped[str]
    message_id: Mapped[UUID | None]
    broadcast_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    first_tried_at: Mapped[datetime | None]
    provider_code: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    finished_at: Mapped[datetime | None]


class Preference(ZoneScoped, db.Model):
    """A member's own choice to have a kind of message through a channel, or not; else the kind's default holds."""

    __tablename__ = "notifications_preferences"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    kind: Mapped[str]
    channel: Mapped[str]
    is_on: Mapped[bool]

"""Zones and what belongs to their existence."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Identity, Text
from sqlalchemy.orm import Mapped, mapped_column

from tenants.context import ZoneState
from tenants.database import ZoneScoped, db
from tenants.ids import uuid7

PathText = Text(collation="C")


def placed_in_union() -> ForeignKeyConstraint:
    """Keeps a row's `union_path` the path of the union in its `union_id`: policies trust the path."""
    return ForeignKeyConstraint(["union_id", "union_path"], ["unions.id", "unions.path"])


class Zone(db.Model):
    """A zone (专区): one union's own site. It serves that union's subtree."""

    __tablename__ = "zones"
    __table_args__ = (placed_in_union(),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    slug: Mapped[str] = mapped_column(PathText, unique=True)
    name: Mapped[str]
    union_id: Mapped[UUID] = mapped_column(unique=True)
    union_path: Mapped[str] = mapped_column(PathText)
    state: Mapped[str] = mapped_column(default=ZoneState.REQUESTED.value)
    state_reason: Mapped[str] = mapped_column(default="")
    preset: Mapped[str]
    provisioned_steps: Mapped[list[Any]] = mapped_column(default=list)
    published_revision_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    state_changed_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class ZoneSlug(db.Model):
    """A slug a zone once had: it redirects for a while and is kept from others until the quarantine ends."""

    __tablename__ = "zone_slugs"

    slug: Mapped[str] = mapped_column(PathText, primary_key=True)
    zone_id: Mapped[UUID] = mapped_column(ForeignKey("zones.id"))
    released_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    quarantined_until: Mapped[datetime]


class ZoneDomain(db.Model):
    """A domain of the union's own that leads to its zone once its owner has proved it."""

    __tablename__ = "zone_domains"

    domain: Mapped[str] = mapped_column(PathText, primary_key=True)
    zone_id: Mapped[UUID] = mapped_column(ForeignKey("zones.id"))
    proof: Mapped[str]
    verified_at: Mapped[datetime | None]
    is_primary: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class ZoneRevision(ZoneScoped, db.Model):
    """Everything a zone's staff decide about its look, modules and pages, as one immutable document once published.

    `document` is described by `tenants.revisions`.
    """

    __tablename__ = "zone_revisions"

    number: Mapped[int]
    status: Mapped[str] = mapped_column(default="draft")
    document: Mapped[dict[str, Any]]
    based_on: Mapped[UUID | None]
    note: Mapped[str] = mapped_column(default="")
    author_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    published_at: Mapped[datetime | None]


class SettingLock(db.Model):
    """A value that an ancestor union fixed for every zone in its subtree."""

    __tablename__ = "setting_locks"
    __table_args__ = (placed_in_union(),)

    union_id: Mapped[UUID] = mapped_column(primary_key=True)
    union_path: Mapped[str] = mapped_column(PathText)
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(db.JSON)
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class Change(db.Model):
    """One line of the change feed: what every process must forget (see `tenants.changes`)."""

    __tablename__ = "change_feed"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    topic: Mapped[str]
    key: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=db.func.clock_timestamp())

"""Tags of members, and lists of members that never change."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import ZoneScoped, db
from tenants.models import PathText


class MemberTag(ZoneScoped, db.Model):
    """What a zone's staff call a member for their own work (标签), as `劳模`; the member can read it."""

    __tablename__ = "member_tags"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    tag: Mapped[str] = mapped_column(PathText)
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class AudienceList(ZoneScoped, db.Model):
    """Members named once and for all (名单): uploaded, or frozen from an `audience`; the database lets nobody change it.

    `digest` is the SHA-256, in hexadecimal, of the members' ids in ascending order joined by commas; it is empty while the list
    is being written. `refused` lines of an upload named nobody, of which `problems` keeps the first: line, code, cell, values.
    """

    __tablename__ = "audience_lists"

    title: Mapped[str]
    is_uploaded: Mapped[bool]
    audience: Mapped[dict[str, Any]] = mapped_column(default=dict)
    members: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(default="")
    refused: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[Any]] = mapped_column(default=list)
    made_by: Mapped[UUID | None]
    made_by_name: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class AudienceListMember(ZoneScoped, db.Model):
    """A member on a list."""

    __tablename__ = "audience_list_members"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "list_id"], ["audience_lists.zone_id", "audience_lists.id"]),)

    list_id: Mapped[UUID]
    member_id: Mapped[UUID]


class AudienceListEnd(ZoneScoped, db.Model):
    """That what a frozen list was made for is over since `let_go_at`."""

    __tablename__ = "audience_list_ends"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "list_id"], ["audience_lists.zone_id", "audience_lists.id"]),)

    list_id: Mapped[UUID]
    let_go_at: Mapped[datetime]

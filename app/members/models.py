"""The shared member database: collected once, used by every zone."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Computed, ForeignKey, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import ZoneScoped, db
from tenants.ids import uuid7
from tenants.models import PathText, placed_in_union


class Member(db.Model):
    """A person (会员). Phone and identity document are encrypted; `…_index` is their keyed blind index.

    `union_path` is where the active membership lies, kept by the trigger on `memberships`; `phone_changed_at` is when the
    member last changed the phone themselves.
    """

    __tablename__ = "members"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    name: Mapped[str] = mapped_column(PathText)
    given_name: Mapped[str] = mapped_column(PathText, Computed("substr(name, 2)", persisted=True))
    gender: Mapped[str | None]
    birth_date: Mapped[date | None]
    birth_month: Mapped[int | None] = mapped_column(
        SmallInteger, Computed("extract(month FROM birth_date)::smallint", persisted=True)
    )
    phone_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_changed_at: Mapped[datetime | None]
    id_kind: Mapped[str | None]
    id_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_index: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    email: Mapped[str | None]
    education: Mapped[str | None]
    verified_at: Mapped[datetime | None]
    verified_by: Mapped[str | None]
    union_path: Mapped[str | None] = mapped_column(PathText)
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class Membership(db.Model):
    """Belonging of a member to a union (会籍); one is active at a time, the others are history."""

    __tablename__ = "memberships"
    __table_args__ = (placed_in_union(),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    union_id: Mapped[UUID]
    union_path: Mapped[str] = mapped_column(PathText)
    status: Mapped[str] = mapped_column(default="active")
    member_number: Mapped[str | None]
    position: Mapped[str | None]
    joined_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class Correction(ZoneScoped, db.Model):
    """A member's request to set a piece of their record right (更正申请); `wanted` is sealed.

    Status: open → done | declined.
    """

    __tablename__ = "members_corrections"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    field: Mapped[str]
    wanted: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[str] = mapped_column(default="open")
    answer: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

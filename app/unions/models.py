"""The organisation tree."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.unions.names import core
from tenants.database import db
from tenants.ids import uuid7
from tenants.models import PathText, placed_in_union


def _core_of_name(context: Any) -> str:
    return core(context.get_current_parameters()["name"])


class Union(db.Model):
    """A trade-union organisation (工会组织); `path` is its position in the tree (see `tenants.paths`).

    `name_core` is what distinguishes its name (`app.unions.names.core`): it is written whenever the name is.
    """

    __tablename__ = "unions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("unions.id"))
    path: Mapped[str] = mapped_column(PathText, unique=True)
    kind: Mapped[str]
    name: Mapped[str]
    name_core: Mapped[str] = mapped_column(default=_core_of_name)
    short_name: Mapped[str] = mapped_column(default="")
    uscc: Mapped[str | None] = mapped_column(unique=True)
    next_child: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(default="active")
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class UnionMemberCount(db.Model):
    """How many active members a union itself has; kept by the trigger on `memberships`."""

    __tablename__ = "union_member_counts"
    __table_args__ = (placed_in_union(),)

    union_id: Mapped[UUID] = mapped_column(primary_key=True)
    union_path: Mapped[str] = mapped_column(PathText)
    members: Mapped[int] = mapped_column(BigInteger, default=0)


class UnionImport(db.Model):
    """A list of unions the city was sent; `upload` is the file, kept until it is imported."""

    __tablename__ = "unions_imports"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    filename: Mapped[str]
    upload: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    state: Mapped[str] = mapped_column(default="ready")
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_by: Mapped[UUID | None]
    created_by_name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    done_at: Mapped[datetime | None]

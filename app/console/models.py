"""Lists of zones that the city was sent."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import db
from tenants.ids import uuid7


class ZoneList(db.Model):
    """A sheet of zones to provision; `upload` is the file, kept until the work has begun, then `results` tell each row."""

    __tablename__ = "console_zone_lists"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    filename: Mapped[str]
    upload: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    state: Mapped[str] = mapped_column(default="ready")
    results: Mapped[list[Any]] = mapped_column(default=list)
    created_by: Mapped[UUID | None]
    created_by_name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    started_at: Mapped[datetime | None]

"""What members and their case handlers write to each other, and the answers staff keep to use again."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.models import OfACase, of_a_case
from tenants.database import ZoneScoped, db


class Author(StrEnum):
    """Who wrote a message."""

    MEMBER = "member"
    STAFF = "staff"

    @property
    def other(self) -> "Author":
        return Author.STAFF if self is Author.MEMBER else Author.MEMBER


class CaseMessage(OfACase, db.Model):
    """A message on a case (留言), sealed; `read_at` says when the other side saw it, `actor_name` is for staff only."""

    __tablename__ = "case_messages"
    __table_args__ = (of_a_case(), ForeignKeyConstraint(["zone_id", "file_id"], ["files.zone_id", "files.id"]))

    author: Mapped[str]
    account_id: Mapped[UUID | None]
    actor_name: Mapped[str] = mapped_column(default="")
    body_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    file_id: Mapped[UUID | None]
    sent_at: Mapped[datetime] = mapped_column(server_default=db.func.clock_timestamp())
    read_at: Mapped[datetime | None]


class Answer(ZoneScoped, db.Model):
    """A text the staff of a module use again in their messages (常用答复)."""

    __tablename__ = "case_answers"

    module: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return str(self.version)

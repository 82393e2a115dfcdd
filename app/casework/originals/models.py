"""The papers whose own bytes are kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.models import OfACase, of_a_case
from tenants.database import db


class CaseOriginal(OfACase, db.Model):
    """A paper as it was sent (原件), beside the one made anew of it; its bytes are a personal, encrypted file."""

    __tablename__ = "case_originals"
    __table_args__ = (
        of_a_case(),
        ForeignKeyConstraint(["zone_id", "document_id"], ["case_documents.zone_id", "case_documents.id"]),
        ForeignKeyConstraint(["zone_id", "file_id"], ["files.zone_id", "files.id"]),
    )

    document_id: Mapped[UUID]
    file_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

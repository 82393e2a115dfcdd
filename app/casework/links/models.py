"""Which cases have to do with each other."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ForeignKeyConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.models import OfACase, of_a_case
from tenants.database import db


class Relation(StrEnum):
    """How two cases have to do with each other."""

    SAME_MATTER = "same_matter"
    SAME_HOUSEHOLD = "same_household"
    FOLLOW_UP = "follow_up"


class CaseLink(OfACase, db.Model):
    """A link (关联) of a case with another one of the zone, for a reason; the row stays when it was taken away again."""

    __tablename__ = "case_links"
    stays = _("Links with other cases")
    __table_args__ = (
        of_a_case(),
        ForeignKeyConstraint(["zone_id", "other_id"], ["cases.zone_id", "cases.id"], ondelete="CASCADE"),
    )

    other_id: Mapped[UUID]
    relation: Mapped[str]
    reason_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    linked_by: Mapped[UUID]
    linked_by_name: Mapped[str]
    linked_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    unlinked_by: Mapped[UUID | None]
    unlinked_by_name: Mapped[str] = mapped_column(default="")
    unlinked_at: Mapped[datetime | None]


class CaseMerge(OfACase, db.Model):
    """That a case was merged into another one of the same member's (并案), in which it goes on."""

    __tablename__ = "case_merges"
    stays = _("That others were merged into it")
    __table_args__ = (
        of_a_case(),
        ForeignKeyConstraint(["zone_id", "into_id"], ["cases.zone_id", "cases.id"], ondelete="CASCADE"),
    )

    into_id: Mapped[UUID]
    merged_by: Mapped[UUID]
    merged_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

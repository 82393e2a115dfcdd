"""Which union's cases are whose."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import ZoneScoped, db


class CaseDuty(ZoneScoped, db.Model):
    """A union whose cases, and those of all unions under it, are given to one handler (分工); the nearest union counts."""

    __tablename__ = "case_duties"

    module: Mapped[str]
    union_id: Mapped[UUID] = mapped_column(ForeignKey("unions.id"))
    account_id: Mapped[UUID]
    account_name: Mapped[str]

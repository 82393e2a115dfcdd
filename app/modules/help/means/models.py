"""The lines that the city notes."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.modules.help.means.rules import Standard
from tenants.database import db
from tenants.ids import uuid7
from tenants.models import PathText


class LocalStandard(db.Model):
    """A minimum living standard as the city noted it, for a union's subtree: that of the whole city where it is the root's."""

    __tablename__ = "help_standards"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    union_path: Mapped[str] = mapped_column(PathText)
    region: Mapped[str]
    effective_from: Mapped[date]
    line_cents: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str]
    noted_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

    @property
    def standard(self) -> Standard:
        return Standard(self.region, self.effective_from, self.line_cents, self.source)

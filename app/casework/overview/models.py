"""The money a zone has for a module's cases."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import ZoneScoped, db


class CaseBudget(ZoneScoped, db.Model):
    """The budget (预算) of a module for a year, in cents."""

    __tablename__ = "case_budgets"

    module: Mapped[str]
    year: Mapped[int]
    cents: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return str(self.version)

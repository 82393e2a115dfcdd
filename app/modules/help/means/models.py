"""The lines that the city notes, and what cases were calculated by."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.models import OfACase, of_a_case
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


class Basis(StrEnum):
    """Whose figures a calculation rests on: as the member typed them, or as the handler established them."""

    TYPED = "typed"
    ESTABLISHED = "established"


class CaseMeans(OfACase, db.Model):
    """What a case's calculation rests on (测算依据): the rules of the day it was handed in, and a household, sealed.

    Never changed: figures that are handed in again or established follow the ones before. Why they were is in the history.
    """

    __tablename__ = "help_means"
    stays = _("Means as they were established: there they are calculated anew")
    __table_args__ = (of_a_case(),)

    basis: Mapped[str]
    rules: Mapped[dict[str, Any]] = mapped_column(JSONB)
    household_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

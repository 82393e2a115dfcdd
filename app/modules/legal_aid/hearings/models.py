"""Hearings, and the private addresses at which calendars follow them."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.models import OfACase, of_a_case
from tenants.database import ZoneScoped, db


class Stage(StrEnum):
    """Before whom a hearing is."""

    MEDIATION = "mediation"
    ARBITRATION = "arbitration"
    FIRST_INSTANCE = "first_instance"
    SECOND_INSTANCE = "second_instance"


class Hearing(OfACase, db.Model):
    """A hearing of a case (开庭), `minutes` long. `told_cipher` is what is written of it by the names of its form, sealed:
    before whom, the number there, the place, what to bring; `outcome_cipher` what came of it.

    `reminded_three_at` and `reminded_one_at` say when member and lawyer were reminded, three days and one before.
    """

    __tablename__ = "legal_aid_hearings"
    stays = _("Hearings: tell the other union of those to come")
    __table_args__ = (of_a_case(),)

    stage: Mapped[str]
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    told_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    outcome_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)
    set_by: Mapped[UUID | None]
    cancelled_at: Mapped[datetime | None]
    reminded_three_at: Mapped[datetime | None]
    reminded_one_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return str(self.version)


class Feed(ZoneScoped, db.Model):
    """The private address at which somebody's calendar follows their hearings; only a hash of its token is kept."""

    __tablename__ = "legal_aid_feeds"

    account_id: Mapped[UUID]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

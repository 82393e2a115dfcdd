"""Who helps with a case, who is kept from it, and who opened it for a reason."""

from datetime import date, datetime
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.models import OfACase, Voucher, of_a_case
from tenants.database import db


class CaseParticipant(OfACase, db.Model):
    """Somebody the handler named to help (协办人), until a day, that day included."""

    __tablename__ = "case_participants"
    stays = _("Who takes part and who is kept from it")
    __table_args__ = (of_a_case(),)

    account_id: Mapped[UUID]
    name: Mapped[str]
    until: Mapped[date]
    named_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class CaseConflict(OfACase, db.Model):
    """Somebody who declared that they know the people of a case, or was objected to with reason (回避): they have no part in it,
    nor in its money once the accounts alone keep it."""

    __tablename__ = "case_conflicts"
    voucher = Voucher.OF_ANY
    stays = _("Who takes part and who is kept from it")
    __table_args__ = (of_a_case(),)

    account_id: Mapped[UUID]
    declared_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class CaseOpening(OfACase, db.Model):
    """A case opened by somebody without a part in it, for a reason (破例查阅), until a moment; the member reads the reason."""

    __tablename__ = "case_openings"
    stays = _("Who takes part and who is kept from it")
    __table_args__ = (of_a_case(),)

    account_id: Mapped[UUID]
    reason_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime]
    until: Mapped[datetime]

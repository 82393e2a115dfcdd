"""The letters that cases got."""

from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.models import OfACase, Voucher, of_a_case
from tenants.database import db


class CaseLetter(OfACase, db.Model):
    """A decision letter (决定书) in one language; its bytes are a personal, encrypted file and never change.

    `event_id` is the line of the history that tells of the decision. `check_code` is printed on the letter: who holds both
    can compare it with the page of the case.
    """

    __tablename__ = "case_letters"
    voucher = Voucher.OF_GRANT
    stays = _("Letters")
    __table_args__ = (of_a_case(), ForeignKeyConstraint(["zone_id", "file_id"], ["files.zone_id", "files.id"]))

    event_id: Mapped[UUID]
    letter: Mapped[str]
    locale: Mapped[str]
    file_id: Mapped[UUID]
    check_code: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

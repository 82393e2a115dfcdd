"""Objections to a case's handler."""

from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.models import OfACase, of_a_case
from tenants.database import db

ASK, GRANT, REFUSE = "ask_recusal", "grant_recusal", "refuse_recusal"
"""What the history calls the objection and its answers."""


class CaseRecusal(OfACase, db.Model):
    """A member's request that a handler have no part in a case (回避申请), one for each handler, and the `answer`.

    The database hides it from that handler, who never reads the reason. `words_cipher` is why it was refused.
    """

    __tablename__ = "case_recusals"
    stays = _("Objections to handlers")
    __table_args__ = (of_a_case(),)

    handler_id: Mapped[UUID]
    handler_name: Mapped[str]
    reason_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    answer: Mapped[str | None]
    words_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]

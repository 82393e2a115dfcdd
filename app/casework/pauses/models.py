"""Since when a case is paused, and until when."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.casework.models import OfACase, of_a_case
from tenants.database import db


class CasePause(OfACase, db.Model):
    """A pause (中止计时) of a case; on `resume_on` it ends by itself. The reason is in the history."""

    __tablename__ = "case_pauses"
    __table_args__ = (of_a_case(),)

    paused_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    resume_on: Mapped[date]

"""What members say of how their case was handled."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.models import OfACase, of_a_case
from tenants.database import db


class CaseRating(OfACase, db.Model):
    """A rating (评价) of a case that is over: 1 to 5 stars and words, sealed."""

    __tablename__ = "case_ratings"
    stays = _("The rating")
    __table_args__ = (of_a_case(),)

    module: Mapped[str]
    stars: Mapped[int]
    words_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    rated_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

"""What is left of erased cases."""

from datetime import date

from sqlalchemy import BigInteger, FetchedValue
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import ZoneScoped, db
from tenants.models import PathText


class PastCase(ZoneScoped, db.Model):
    """The numbers of an erased case (已销毁个案): nothing in it leads to a person, or to the case it was."""

    __tablename__ = "case_past"

    module: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    phase: Mapped[str]
    blind_path: Mapped[str | None] = mapped_column(PathText)
    blind_end: Mapped[str | None] = mapped_column(PathText, FetchedValue())
    month_handed_in: Mapped[date]
    month_closed: Mapped[date]
    amount_requested_cents: Mapped[int | None] = mapped_column(BigInteger)
    amount_granted_cents: Mapped[int | None] = mapped_column(BigInteger)
    answered_in_days: Mapped[int | None]
    answered_in_time: Mapped[bool | None]

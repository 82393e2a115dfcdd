"""Requests for erasure, holds, and what is left of erased cases."""

from datetime import date, datetime
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ARRAY, BigInteger, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.models import OfACase, Voucher, of_a_case
from tenants.database import ZoneScoped, db
from tenants.models import PathText


class CaseErasure(OfACase, db.Model):
    """A member's request to have a case erased (删除请求, 个人信息保护法 第四十七条), and the answer.

    `answer` is `granted` or, upon a `ground` (`duties.GROUNDS`) and with words, `refused`. At most one of a case is open.
    """

    __tablename__ = "case_erasures"
    voucher = Voucher.OF_ANY
    stays = _("Requests for erasure")
    __table_args__ = (of_a_case(),)

    asked_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    answer: Mapped[str | None]
    ground: Mapped[str | None]
    words_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[UUID | None]


class CaseHold(OfACase, db.Model):
    """A legal hold (保全留存): as long as it is not ended a case is neither erased on request nor when its time is over.

    It ends by itself after `until`, and is looked at anew each year (`reviewed_at`). Why is in the inner history.
    """

    __tablename__ = "case_holds"
    stays = _("Holds")
    __table_args__ = (of_a_case(),)

    until: Mapped[date]
    placed_by: Mapped[UUID]
    placed_by_name: Mapped[str]
    placed_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    reviewed_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return f"{self.id} {self.reviewed_at.timestamp()}"


class PastCase(ZoneScoped, db.Model):
    """The numbers of an erased case (已销毁个案): nothing in it leads to a person, or to the case it was."""

    __tablename__ = "case_past"

    module: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    phase: Mapped[str]
    blind_paths: Mapped[list[str]] = mapped_column(ARRAY(PathText))
    month_handed_in: Mapped[date]
    month_closed: Mapped[date]
    amount_requested_cents: Mapped[int | None] = mapped_column(BigInteger)
    amount_granted_cents: Mapped[int | None] = mapped_column(BigInteger)
    amount_paid_cents: Mapped[int] = mapped_column(BigInteger)
    amount_recovered_cents: Mapped[int | None] = mapped_column(BigInteger)
    month_answered: Mapped[date | None]
    answered_in_days: Mapped[int | None]
    answered_in_time: Mapped[bool | None]

"""Lawyers, whom they act for, and the cases they are offered and given."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ARRAY, ForeignKeyConstraint, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.models import OfACase, Voucher, of_a_case
from app.core.clock import now
from tenants.database import ZoneScoped, db


class Lawyer(ZoneScoped, db.Model):
    """A lawyer of the zone's panel (律师), from `active_from` to `active_to`, both days included.

    `fields` are the subjects of `questions.SUBJECTS` they work in. `account_id` is the account that was invited, for good: who
    signs in with another is another lawyer of the panel. Who is taken off it has neither mobile number nor account here, but for
    `former_mobile_cipher`: it is kept while they may claim fees, to tell them of these and for nothing else.
    """

    __tablename__ = "legal_aid_lawyers"

    name: Mapped[str]
    licence: Mapped[str]
    firm: Mapped[str]
    mobile_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    former_mobile_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    fields: Mapped[list[str]] = mapped_column(ARRAY(Text))
    active_from: Mapped[date]
    active_to: Mapped[date | None]
    account_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

    @property
    def mark(self) -> str:
        """The mark of what is noted of them (`app.core.seen`)."""
        return str(self.version)

    def is_active(self, on: date) -> bool:
        return self.active_from <= on and (self.active_to is None or on <= self.active_to)


class Client(ZoneScoped, db.Model):
    """An employer or union that a lawyer acts for (委托人): neither they nor anybody of their firm is given a case against it.

    `name_cipher` and `uscc_cipher` are sealed; the indexes are blind ones of the normalised name and the credit code.
    """

    __tablename__ = "legal_aid_clients"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "lawyer_id"], ["legal_aid_lawyers.zone_id", "legal_aid_lawyers.id"]),
    )

    lawyer_id: Mapped[UUID]
    name_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    name_index: Mapped[bytes] = mapped_column(LargeBinary)
    uscc_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    uscc_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    added_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class AssignmentState(StrEnum):
    """How an assignment stands: `OFFERED` and `ACCEPTED` are live, all others are its end."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CONFLICTED = "conflicted"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    OBJECTED = "objected"
    ENDED = "ended"

    @property
    def is_live(self) -> bool:
        return self in LIVE


LIVE = (AssignmentState.OFFERED, AssignmentState.ACCEPTED)


class Assignment(OfACase, db.Model):
    """A case that a lawyer is offered and, once they have accepted it, has (指派), until it ends for one reason or another.

    The lawyer's name, licence number and firm are those at that time: what the member reads. `account_id` is the account that
    accepted it: no other reads the case, whoever is on the panel in its place. `reason_cipher` is why it was
    declined, taken away or objected to, sealed. A case has one that is live at most, and one that was objected to.
    """

    __tablename__ = "legal_aid_assignments"
    voucher = Voucher.OF_ANY
    stays = _("The lawyer, whose part ends here")
    __table_args__ = (
        of_a_case(),
        ForeignKeyConstraint(["zone_id", "lawyer_id"], ["legal_aid_lawyers.zone_id", "legal_aid_lawyers.id"]),
    )

    lawyer_id: Mapped[UUID]
    lawyer_name: Mapped[str]
    lawyer_licence: Mapped[str]
    lawyer_firm: Mapped[str]
    state: Mapped[str] = mapped_column(default=AssignmentState.OFFERED)
    offered_by: Mapped[UUID | None]
    offered_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    lapses_at: Mapped[datetime]
    account_id: Mapped[UUID | None]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)

    @property
    def is_open_offer(self) -> bool:
        """Whether it may be answered: its time has not passed, be that noted or not yet."""
        return self.state == AssignmentState.OFFERED and self.lapses_at >= now()

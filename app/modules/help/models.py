"""Applications for help, the papers that belong to them, and their history."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import ZoneScoped, db


class Application(ZoneScoped, db.Model):
    """An application for help (帮扶申请).

    What the person tells is sealed: `typed_cipher` is the form as last typed, `description_cipher` and
    `applicant_cipher` (name, phone, union at that time) are what was submitted. Money in cents.
    The database itself refuses a decision by the account that recommended it, or by the applicant's own.
    """

    __tablename__ = "help_applications"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    version: Mapped[int] = mapped_column(default=1)
    number: Mapped[str | None]
    typed_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    applicant_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    description_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    household_size: Mapped[int | None]
    monthly_income_cents: Mapped[int | None] = mapped_column(BigInteger)
    amount_requested_cents: Mapped[int | None] = mapped_column(BigInteger)
    consent_version: Mapped[str | None]
    consented_at: Mapped[datetime | None]
    submitted_by: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None]
    promised_by: Mapped[date | None]
    handler_id: Mapped[UUID | None]
    handler_name: Mapped[str] = mapped_column(default="")
    recommendation: Mapped[str | None]
    amount_recommended_cents: Mapped[int | None] = mapped_column(BigInteger)
    recommended_by: Mapped[UUID | None]
    amount_granted_cents: Mapped[int | None] = mapped_column(BigInteger)
    decided_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return str(self.version)

    @property
    def former_mark(self) -> str:
        """Its mark before the last step."""
        return str(self.version - 1)


class Document(ZoneScoped, db.Model):
    """A paper sent with an application; its bytes are a personal, encrypted file."""

    __tablename__ = "help_documents"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "application_id"], ["help_applications.zone_id", "help_applications.id"]),
        ForeignKeyConstraint(["zone_id", "file_id"], ["files.zone_id", "files.id"]),
    )

    application_id: Mapped[UUID]
    member_id: Mapped[UUID]
    file_id: Mapped[UUID]
    paper: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class Event(ZoneScoped, db.Model):
    """One line of an application's history; never changed. `visibility` is `member` or `inner` (staff only)."""

    __tablename__ = "help_events"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "application_id"], ["help_applications.zone_id", "help_applications.id"]),
    )

    application_id: Mapped[UUID]
    member_id: Mapped[UUID]
    action: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    account_id: Mapped[UUID | None]
    actor_name: Mapped[str] = mapped_column(default="")
    visibility: Mapped[str]
    note_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(server_default=db.func.clock_timestamp())


class Counter(db.Model):
    """The last number given in a zone and year."""

    __tablename__ = "help_counters"

    zone_id: Mapped[UUID] = mapped_column(ForeignKey("zones.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)

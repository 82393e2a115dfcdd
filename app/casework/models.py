"""Cases, the papers that belong to them, their clocks and their history."""

from datetime import date, datetime
from enum import Enum, auto
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, FetchedValue, ForeignKey, ForeignKeyConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.states import Phase
from app.core.modules import Text
from tenants.database import ZoneScoped, db
from tenants.models import PathText


class Case(ZoneScoped, db.Model):
    """A case (案件): somebody asks the union for something, and it answers.

    What the person tells is sealed: `typed_cipher` is the form as last typed, `answers_cipher` and `applicant_cipher` (name,
    phone, union at that time) are what was submitted. `blind_paths` are the unions that must not
    know, `blind_bits` a number by which most people are known to be none of theirs (`UNTIED_BY_BITS`), `due_at` the next promised
    moment or time limit, `paused_at` since when a promise waits, `draft_ends_at` when what the member has yet to hand in, or to
    complete, ends. `amount_paid_cents` is what the bank paid of what was granted, `amount_recovered_cents` what the member got of
    others with the union's aid. Money in cents. The database itself refuses to pay more than was
    granted, a decision by the account that recommended it, or by the applicant's own, and one on an appeal by either of the two
    before. `accepted_by` decided that the case goes on, where that is a decision. One that `keeps_vouchers` is kept as long as the
    accounts: money was granted on it, or for work done on it. Since `accounts_only_since` the member has had erased what no law keeps (`retention/accounts.py`).
    """

    __tablename__ = "cases"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    module: Mapped[str]
    kind: Mapped[str]
    is_single: Mapped[bool]
    is_urgent: Mapped[bool] = mapped_column(default=False)
    needs_two_people: Mapped[bool]
    form_version: Mapped[str]
    state: Mapped[str]
    phase: Mapped[str] = mapped_column(default=Phase.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    number: Mapped[str | None]
    typed_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    answers_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    applicant_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    union_path: Mapped[str | None] = mapped_column(PathText)
    blind_paths: Mapped[list[str]] = mapped_column(ARRAY(PathText), default=list)
    blind_bits: Mapped[int] = mapped_column(BigInteger, FetchedValue())
    amount_requested_cents: Mapped[int | None] = mapped_column(BigInteger)
    consent_version: Mapped[str | None]
    consented_at: Mapped[datetime | None]
    submitted_by: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    handler_id: Mapped[UUID | None]
    handler_name: Mapped[str] = mapped_column(default="")
    recommendation: Mapped[str | None]
    amount_recommended_cents: Mapped[int | None] = mapped_column(BigInteger)
    recommended_by: Mapped[UUID | None]
    amount_granted_cents: Mapped[int | None] = mapped_column(BigInteger)
    amount_paid_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    amount_recovered_cents: Mapped[int | None] = mapped_column(BigInteger)
    accepted_by: Mapped[UUID | None]
    decided_by: Mapped[UUID | None]
    appealed_at: Mapped[datetime | None]
    appeal_decided_by: Mapped[UUID | None]
    appeal_withdrawn_at: Mapped[datetime | None]
    reopened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answered_in_days: Mapped[int | None]
    answered_in_time: Mapped[bool | None]
    draft_ends_at: Mapped[datetime | None]
    keeps_vouchers: Mapped[bool] = mapped_column(default=False)
    accounts_only_since: Mapped[datetime | None]
    month_handed_in: Mapped[date | None] = mapped_column(FetchedValue())
    month_closed: Mapped[date | None] = mapped_column(FetchedValue())
    month_answered: Mapped[date | None] = mapped_column(FetchedValue())
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return str(self.version)

    @property
    def is_elsewhere(self) -> bool:
        """Whether it goes on in another case, or is on its way there: nothing is added to it here."""
        return Phase(self.phase).is_elsewhere

    @property
    def former_mark(self) -> str:
        """Its mark before the last step."""
        return str(self.version - 1)


class Voucher(Enum):
    """Of which money a row is an accounting voucher (会计凭证): of any on the case, or of what the member was granted alone."""

    OF_ANY = auto()
    OF_GRANT = auto()


class OfACase(ZoneScoped):
    """A row that belongs to a case; `member_id` is the case's. One that is a `voucher` is kept as long as the accounts.

    `stays` is what it is called where a case that is handed over leaves it behind; empty for what goes along.
    """

    voucher: ClassVar[Voucher | None] = None
    stays: ClassVar[Text] = ""

    case_id: Mapped[UUID]
    member_id: Mapped[UUID]


def of_a_case() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["zone_id", "case_id"], ["cases.zone_id", "cases.id"])


class CaseName(OfACase, db.Model):
    """A beginning of the name of a case's applicant, as a blind index: what the desk's search finds it by."""

    __tablename__ = "case_names"
    __table_args__ = (of_a_case(),)

    name_index: Mapped[bytes] = mapped_column(LargeBinary)


class CaseDocument(OfACase, db.Model):
    """A paper sent with a case (材料); its bytes are a personal, encrypted file."""

    __tablename__ = "case_documents"
    __table_args__ = (of_a_case(), ForeignKeyConstraint(["zone_id", "file_id"], ["files.zone_id", "files.id"]))

    file_id: Mapped[UUID]
    paper: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class CaseClock(OfACase, db.Model):
    """A promised moment (办理时限) on its way: running, paused with `time_left` (`clocks.ClockRun.left`), or stopped.

    It ends so many (`counted`) of a unit after `counted_from` (`clocks.Count`): from its start, or from when it was resumed.
    `reminded_at`, `found_late_at` and `escalated_at` say when that was done.
    """

    __tablename__ = "case_clocks"
    __table_args__ = (of_a_case(),)

    clock: Mapped[str]
    started_at: Mapped[datetime]
    counted_from: Mapped[datetime]
    counted: Mapped[int]
    counted_unit: Mapped[str]
    due_at: Mapped[datetime]
    remind_at: Mapped[datetime | None]
    escalate_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    time_left: Mapped[int | None]
    stopped_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    found_late_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]


class CaseEvent(OfACase, db.Model):
    """One line of a case's history; never changed. `visibility` is `member` or `inner` (staff only)."""

    __tablename__ = "case_events"
    __table_args__ = (of_a_case(),)

    action: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    account_id: Mapped[UUID | None]
    actor_name: Mapped[str] = mapped_column(default="")
    visibility: Mapped[str]
    note_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(server_default=db.func.clock_timestamp())


class CaseCounter(db.Model):
    """The last number given under a prefix in a zone and year."""

    __tablename__ = "case_counters"

    zone_id: Mapped[UUID] = mapped_column(ForeignKey("zones.id"), primary_key=True)
    prefix: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)

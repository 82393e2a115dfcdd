"""What is to be paid on cases, to which accounts, and through which batches."""

from datetime import date, datetime
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ARRAY, BigInteger, ForeignKeyConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.models import OfACase, Voucher, of_a_case
from app.casework.payments.states import ReturnState
from app.core.clock import CHINA
from tenants.database import ZoneScoped, db
from tenants.models import PathText


class CasePayee(OfACase, db.Model):
    """The account (收款账户) a case's money goes to, as the member told it; `told_cipher` is a sealed `payee.Payee`.

    Since `bounced_at` the bank has sent back what went there: nothing more does until the account is told or confirmed.
    """

    __tablename__ = "case_payees"
    voucher = Voucher.OF_GRANT
    stays = _("Account and payments")
    __table_args__ = (of_a_case(),)

    told_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)
    told_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    bounced_at: Mapped[datetime | None]

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return str(self.version)


class PaymentOrder(OfACase, db.Model):
    """A payment order (拨付单) over `amount_cents`: one for each purpose and decision of a case, so that nothing is ordered twice.

    `event_id` is the line of the history that tells of the decision; one on an appeal orders what it gives beyond the first.
    `number` is what the bank knows the order by.
    """

    __tablename__ = "case_payment_orders"
    voucher = Voucher.OF_GRANT
    stays = _("Account and payments")
    __table_args__ = (
        of_a_case(),
        ForeignKeyConstraint(["zone_id", "event_id"], ["case_events.zone_id", "case_events.id"]),
    )

    module: Mapped[str]
    purpose: Mapped[str]
    event_id: Mapped[UUID]
    number: Mapped[str]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str]
    ordered_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return self.state


class PaymentBatch(ZoneScoped, db.Model):
    """A payment batch (拨付批次) of `count` orders over `total_cents`, for one file to the bank.

    Whoever made it never releases it, and once released it never changes; the database refuses both. `checked_by` released
    it, or dissolved it for the reason in `note_cipher`. `digest` is the SHA-256 of its lines, by which the file is known to be
    what was released. Orders of cases that are kept from unions are in batches of their own, kept from them too.
    """

    __tablename__ = "case_payment_batches"

    module: Mapped[str]
    number: Mapped[str]
    state: Mapped[str]
    count: Mapped[int]
    total_cents: Mapped[int] = mapped_column(BigInteger)
    blind_paths: Mapped[list[str]] = mapped_column(ARRAY(PathText), default=list)
    made_by: Mapped[UUID]
    made_by_name: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    checked_by: Mapped[UUID | None]
    checked_by_name: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[datetime | None]
    note_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    digest: Mapped[str | None]

    @property
    def released_on(self) -> date:
        """The day in China on which it was released, or dissolved."""
        if self.checked_at is None:
            raise ValueError("the batch is still being made")
        return self.checked_at.astimezone(CHINA).date()

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return self.state


class PaymentLine(OfACase, db.Model):
    """An order in a batch, with the account as it was then; an order that waits or is paid is in one line only.

    `outcome` is `paid` (on a day, by the bank's reference), `failed` (for the bank's reason), or `dropped` with a batch that
    was dissolved; nothing while the bank has not answered. The database turns `paid` to `returned` with a `ReturnedPayment` that
    is confirmed; nothing else changes what was noted.
    """

    __tablename__ = "case_payment_lines"
    voucher = Voucher.OF_GRANT
    stays = _("Account and payments")
    __table_args__ = (
        of_a_case(),
        ForeignKeyConstraint(["zone_id", "batch_id"], ["case_payment_batches.zone_id", "case_payment_batches.id"]),
        ForeignKeyConstraint(["zone_id", "order_id"], ["case_payment_orders.zone_id", "case_payment_orders.id"]),
    )

    batch_id: Mapped[UUID]
    order_id: Mapped[UUID]
    account_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    outcome: Mapped[str | None]
    paid_on: Mapped[date | None]
    reference: Mapped[str] = mapped_column(default="")
    reason_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None]
    settled_by_name: Mapped[str] = mapped_column(default="")

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return self.outcome or "waiting"


class ReturnedPayment(OfACase, db.Model):
    """A payment that came back after it was paid (退票), as the bank's statement says: noted by one person, confirmed by another.

    `returned_on` is the day it came back, `reference` the bank's for that. The database refuses one person for both.
    """

    __tablename__ = "case_returned_payments"
    voucher = Voucher.OF_GRANT
    stays = _("Account and payments")
    __table_args__ = (
        of_a_case(),
        ForeignKeyConstraint(["zone_id", "line_id"], ["case_payment_lines.zone_id", "case_payment_lines.id"]),
    )

    line_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(default=ReturnState.NOTED)
    returned_on: Mapped[date]
    reference: Mapped[str]
    reason_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    noted_by: Mapped[UUID]
    noted_by_name: Mapped[str]
    noted_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    checked_by: Mapped[UUID | None]
    checked_by_name: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[datetime | None]

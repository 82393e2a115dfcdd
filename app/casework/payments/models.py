"""What is to be paid on cases, and to which accounts."""

from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.models import OfACase, of_a_case
from tenants.database import db


class CasePayee(OfACase, db.Model):
    """The account (收款账户) a case's money goes to, as the member told it; `told_cipher` is a sealed `payees.Payee`."""

    __tablename__ = "case_payees"
    __table_args__ = (of_a_case(),)

    told_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)
    told_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return str(self.version)


class PaymentOrder(OfACase, db.Model):
    """A payment order (拨付单) over `amount_cents`: one for each purpose and decision of a case, so that nothing is ordered twice.

    `decision` is `first` or `appeal`, which orders what it gives beyond the first. `number` is what the bank knows it by.
    """

    __tablename__ = "case_payment_orders"
    __table_args__ = (of_a_case(),)

    module: Mapped[str]
    purpose: Mapped[str]
    decision: Mapped[str]
    number: Mapped[str]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str]
    ordered_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return self.state

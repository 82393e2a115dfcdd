"""Fee standards as the zone noted them, claims, and their receipts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKeyConstraint, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.models import OfACase, Voucher, of_a_case
from app.modules.legal_aid.fees.standards import Standard, Work
from app.modules.legal_aid.fees.states import ClaimState
from tenants.database import ZoneScoped, db


class FeeStandard(ZoneScoped, db.Model):
    """A fee standard as the zone noted it; never changed, only withdrawn."""

    __tablename__ = "legal_aid_fee_standards"

    work: Mapped[str]
    effective_from: Mapped[date]
    stage_cents: Mapped[int] = mapped_column(BigInteger)
    hour_cents: Mapped[int] = mapped_column(BigInteger)
    hours_most_cents: Mapped[int] = mapped_column(BigInteger)
    travel_most_cents: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str]
    noted_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

    @property
    def standard(self) -> Standard:
        return Standard(
            Work(self.work), self.effective_from, self.stage_cents, self.hour_cents, self.hours_most_cents,
            self.travel_most_cents, self.source,
        )  # fmt: skip


class FeeClaim(OfACase, db.Model):
    """A lawyer's claim of the fee for a piece of work (补贴申报): one for each work of a case and account, but for those that
    were withdrawn; `member_id` is the case's, `lawyer_member_id` the lawyer's own where they are a member.

    `done_on` is the day the work was done; `standard` the one of that day, and `amount_cents` what came of it, both fixed when
    it is first claimed. `told_cipher` is what the lawyer did and `reason_cipher` why it was returned or refused, sealed. The
    database refuses a decision by the lawyer, and a payment noted by either of the two before.
    """

    __tablename__ = "legal_aid_fee_claims"
    voucher = Voucher.OF_ANY
    stays = _("The lawyer’s fees")
    __table_args__ = (
        of_a_case(),
        ForeignKeyConstraint(["zone_id", "assignment_id"], ["legal_aid_assignments.zone_id", "legal_aid_assignments.id"]),
        ForeignKeyConstraint(["zone_id", "lawyer_id"], ["legal_aid_lawyers.zone_id", "legal_aid_lawyers.id"]),
    )  # fmt: skip

    assignment_id: Mapped[UUID]
    lawyer_id: Mapped[UUID]
    lawyer_name: Mapped[str]
    account_id: Mapped[UUID]
    lawyer_member_id: Mapped[UUID | None]
    work: Mapped[str]
    done_on: Mapped[date]
    state: Mapped[str] = mapped_column(default=ClaimState.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    minutes: Mapped[int] = mapped_column(default=0)
    travel_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    told_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    standard: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    claimed_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decided_by_name: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    reason_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    paid_on: Mapped[date | None]
    reference: Mapped[str] = mapped_column(default="")
    paid_by: Mapped[UUID | None]
    paid_by_name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return str(self.version)


class FeeBounce(OfACase, db.Model):
    """A payment of a fee that the bank sent back (退票), as it was noted, and by whom and when that it came back; never
    changed, but undone where it was noted by mistake, which is on record, too.

    `account_id` is the lawyer's; `reason_cipher` what the bank says, sealed. The database refuses it by the lawyer and by whoever
    noted the payment, and of the claim a payment noted by who noted that the last one came back, before that day, or by a reference
    that came back, but for its own that is undone; it is undone by neither the lawyer nor who noted it.
    """

    __tablename__ = "legal_aid_fee_bounces"
    voucher = Voucher.OF_ANY
    stays = _("The lawyer’s fees")
    __table_args__ = (
        of_a_case(),
        ForeignKeyConstraint(["zone_id", "claim_id"], ["legal_aid_fee_claims.zone_id", "legal_aid_fee_claims.id"]),
    )

    claim_id: Mapped[UUID]
    lawyer_member_id: Mapped[UUID | None]
    account_id: Mapped[UUID]
    paid_on: Mapped[date]
    reference: Mapped[str]
    paid_by: Mapped[UUID]
    paid_by_name: Mapped[str]
    bounced_on: Mapped[date]
    noted_by: Mapped[UUID]
    noted_by_name: Mapped[str]
    noted_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    reason_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[UUID | None]
    undone_by_name: Mapped[str] = mapped_column(default="")


class FeeReceipt(OfACase, db.Model):
    """A receipt of travel costs (差旅票据); its bytes are a personal, encrypted file that no member reads."""

    __tablename__ = "legal_aid_fee_receipts"
    voucher = Voucher.OF_ANY
    stays = _("The lawyer’s fees")
    __table_args__ = (
        of_a_case(),
        ForeignKeyConstraint(["zone_id", "claim_id"], ["legal_aid_fee_claims.zone_id", "legal_aid_fee_claims.id"]),
        ForeignKeyConstraint(["zone_id", "file_id"], ["files.zone_id", "files.id"]),
    )

    claim_id: Mapped[UUID]
    lawyer_member_id: Mapped[UUID | None]
    file_id: Mapped[UUID]
    added_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

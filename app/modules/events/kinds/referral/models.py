"""The link of a member, and whom they brought."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import ZoneScoped, db


class Link(ZoneScoped, db.Model):
    """The link of the entry that has its id: `code` is not to be guessed, and empty once its member took the link back."""

    __tablename__ = "events_referral_links"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "id"], ["events_entries.zone_id", "events_entries.id"]),)

    campaign_id: Mapped[UUID]
    code: Mapped[str | None]


class Referral(ZoneScoped, db.Model):
    """That a member (`member_id`) joined by the link of another (`referrer_id`): once in a zone, however often they join.

    `number` counts the rewarded ones of a campaign, so that never one more is than there is budget for. The outcomes are what became of
    the vouchers (`benefits.vouchers.giving.Outcome`), after a claw-back "voided" or "redeemed". `shown_name` is the joiner's, masked.
    """

    __tablename__ = "events_referrals"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "link_id"], ["events_referral_links.zone_id", "events_referral_links.id"]),
    )

    campaign_id: Mapped[UUID]
    link_id: Mapped[UUID]
    referrer_id: Mapped[UUID]
    member_id: Mapped[UUID]
    shown_name: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    verified_at: Mapped[datetime]
    due_at: Mapped[datetime]
    number: Mapped[int | None]
    rewarded_at: Mapped[datetime | None]
    referrer_voucher_id: Mapped[UUID | None]
    referrer_outcome: Mapped[str] = mapped_column(default="")
    joiner_voucher_id: Mapped[UUID | None]
    joiner_outcome: Mapped[str] = mapped_column(default="")
    clawed_back_at: Mapped[datetime | None]

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return self.state

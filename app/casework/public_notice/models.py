"""Lists on public notice, who is on them, what the public reads of that, and objections."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.models import OfACase, of_a_case
from tenants.database import ZoneScoped, db


class Notice(ZoneScoped, db.Model):
    """A list of grants on public notice (拟救助名单公示): drafted by one person, published by another.

    `days` are working days, `ends_on` is the last of them. Names are shown to the end of `shown_until`, at most `shown_days` later
    as everybody on it agreed, and erased after it (`taken_down_at`). The database refuses one who publishes their own draft, or
    a grant of their own, and one that is shown longer.
    """

    __tablename__ = "case_public_notices"

    module: Mapped[str]
    title: Mapped[str]
    days: Mapped[int]
    shown_days: Mapped[int] = mapped_column(default=0)
    drafted_by: Mapped[UUID]
    drafted_by_name: Mapped[str]
    drafted_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    published_by: Mapped[UUID | None]
    published_by_name: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime | None]
    ends_on: Mapped[date | None]
    shown_until: Mapped[date | None]
    taken_down_at: Mapped[datetime | None]


class Listing(OfACase, db.Model):
    """A case on a notice; only staff and the member know which. Its id is its line's too, and follows no order."""

    __tablename__ = "case_public_listings"
    stays = _("The public notice")
    __table_args__ = (
        of_a_case(),
        ForeignKeyConstraint(["zone_id", "notice_id"], ["case_public_notices.zone_id", "case_public_notices.id"]),
    )

    notice_id: Mapped[UUID]
    listed_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    taken_off_at: Mapped[datetime | None]


class NoticeLine(ZoneScoped, db.Model):
    """What the public reads of a listing: the masked name, a union of many, the kind, perhaps the amount in cents."""

    __tablename__ = "case_public_lines"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "id"], ["case_public_listings.zone_id", "case_public_listings.id"]),
        ForeignKeyConstraint(["zone_id", "notice_id"], ["case_public_notices.zone_id", "case_public_notices.id"]),
    )

    notice_id: Mapped[UUID]
    masked_name: Mapped[str]
    union_name: Mapped[str]
    kind: Mapped[str]
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)


class Finding(StrEnum):
    """What became of an objection."""

    OPEN = "open"
    WELL_FOUNDED = "well_founded"
    DISMISSED = "dismissed"


class Objection(ZoneScoped, db.Model):
    """An objection (异议) to a listing; `member_id` is who objects, whom the applicant never learns.

    Who objects and what they say is sealed, and so is the answer, which they read. `reminded_at`, `found_late_at` and
    `escalated_at` say when was noted that the promised answer is near, late, and long late (`promises`).
    """

    __tablename__ = "case_objections"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "notice_id"], ["case_public_notices.zone_id", "case_public_notices.id"]),
        ForeignKeyConstraint(["zone_id", "listing_id"], ["case_public_listings.zone_id", "case_public_listings.id"]),
    )

    notice_id: Mapped[UUID]
    listing_id: Mapped[UUID]
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    account_id: Mapped[UUID]
    name_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    words_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    finding: Mapped[str] = mapped_column(default=Finding.OPEN)
    answer_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    found_late_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]

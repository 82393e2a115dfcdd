"""Plans, when one may enrol in them, and who is covered."""

from datetime import date, datetime
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ARRAY, BigInteger, ForeignKey, ForeignKeyConstraint, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.models import OfACase, Voucher, of_a_case
from app.modules.help.mutual_aid.formula import Formula, Tier
from tenants.database import ZoneScoped, db
from tenants.models import PathText, placed_in_union


def _of_a_plan() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["zone_id", "plan_id"], ["help_plans.zone_id", "help_plans.id"])


class Plan(ZoneScoped, db.Model):
    """A mutual-aid plan (互助计划) in one version, with its `source`; it never changes, another version stands beside it.

    Money in cents. Its cover lasts from `covers_from` to `covers_until`, both included; claims are for treatment that begins
    `waiting_days` or more after a member's cover.
    """

    __tablename__ = "help_plans"

    name: Mapped[str]
    version: Mapped[str]
    source: Mapped[str]
    covers_from: Mapped[date]
    covers_until: Mapped[date]
    contribution_cents: Mapped[int] = mapped_column(BigInteger)
    waiting_days: Mapped[int]
    deductible_cents: Mapped[int] = mapped_column(BigInteger)
    tier_over_cents: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    tier_percents: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    claim_cap_cents: Mapped[int] = mapped_column(BigInteger)
    period_cap_cents: Mapped[int] = mapped_column(BigInteger)
    counted_kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())

    @property
    def title(self) -> str:
        return f"{self.name} {self.version}"

    @property
    def formula(self) -> Formula:
        tiers = map(Tier, self.tier_over_cents, self.tier_percents)
        return Formula(self.deductible_cents, tuple(tiers), self.claim_cap_cents, self.period_cap_cents,
                       frozenset(self.counted_kinds))  # fmt: skip


class EnrolmentWindow(ZoneScoped, db.Model):
    """The days, both included, in which members of a union and of those below it are enrolled in a plan (参保窗口)."""

    __tablename__ = "help_enrolment_windows"
    __table_args__ = (_of_a_plan(), placed_in_union())

    plan_id: Mapped[UUID]
    union_id: Mapped[UUID]
    union_path: Mapped[str] = mapped_column(PathText)
    opens_on: Mapped[date]
    closes_on: Mapped[date]


class Cover(ZoneScoped, db.Model):
    """A member's cover by a plan (参保): from `covered_from` to `covered_until`, both included, whatever becomes of the
    membership. Treatment that begins on `claims_from` or later is paid for. `union_path` is where they belonged when enrolled.
    """

    __tablename__ = "help_covers"
    __table_args__ = (_of_a_plan(),)

    plan_id: Mapped[UUID]
    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    union_path: Mapped[str] = mapped_column(PathText)
    covered_from: Mapped[date]
    claims_from: Mapped[date]
    covered_until: Mapped[date]
    enrolled_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    enrolled_by: Mapped[UUID | None]


class Claim(OfACase, db.Model):
    """Which cover a claim (给付申请) rests on. `paid_before_cents` is what the cover had paid when a recommendation was made."""

    __tablename__ = "help_claims"
    voucher = Voucher.OF_GRANT
    stays = _("The cover it rests on")
    __table_args__ = (
        of_a_case(),
        ForeignKeyConstraint(["zone_id", "cover_id"], ["help_covers.zone_id", "help_covers.id"]),
    )

    cover_id: Mapped[UUID]
    paid_before_cents: Mapped[int | None] = mapped_column(BigInteger)

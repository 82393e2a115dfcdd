"""Spending rules of the city and the register of what members were given. Amounts in cents."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.benefits.papers import Paper
from tenants.database import ZoneScoped, db
from tenants.ids import uuid7
from tenants.models import PathText


class PolicyRule(Paper, db.Model):
    """A spending rule (开支标准): what a member may be given of a category in a period, by all zones under `union_path` together.

    One with an `earmark` adds its cap for goods of that tag. It holds from `effective_from` through `effective_to`. `made_by`
    proposed it, or the end on `ends_on`; somebody else puts that in force (`states.STEPS`).
    """

    __tablename__ = "policy_rules"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    union_path: Mapped[str] = mapped_column(PathText)
    region: Mapped[str]
    category: Mapped[str] = mapped_column(PathText)
    cap_cents: Mapped[int] = mapped_column(BigInteger)
    period: Mapped[str]
    earmark: Mapped[str] = mapped_column(PathText, default="")
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    source: Mapped[str]
    ends_on: Mapped[date | None]


class BenefitGift(ZoneScoped, db.Model):
    """What a member was given with one thing (`thing`, as `bean_issue`, and its id). Written by the functions of `giving` alone."""

    __tablename__ = "benefit_gifts"

    member_id: Mapped[UUID]
    category: Mapped[str] = mapped_column(PathText)
    earmark: Mapped[str] = mapped_column(PathText)
    given_on: Mapped[date]
    value_cents: Mapped[int] = mapped_column(BigInteger)
    thing: Mapped[str] = mapped_column(PathText)
    thing_id: Mapped[UUID]
